import busboy from 'busboy';
import type { Request } from 'express';
import { Problem } from '../../common/problem.ts';

export interface Upload {
  fields: Record<string, string>;
  file: Buffer | null;
}

const limits = { fileSize: 50 * 1024 * 1024, files: 1, fields: 10, fieldSize: 200 };

/** Reads a multipart form with short fields and one file. */
export function readUpload(request: Request): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const upload: Upload = { fields: {}, file: null };
    const parser = openParser(request);
    parser.on('field', (name, value) => {
      upload.fields[name] = value;
    });
    parser.on('file', (_name, stream) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('limit', () => reject(new Problem(413, 'The file is too large', 'Send a file of at most 50 MB.')));
      stream.on('close', () => {
        upload.file = Buffer.concat(parts);
      });
    });
    parser.on('error', () => reject(notMultipart()));
    parser.on('close', () => resolve(upload));
    request.pipe(parser);
  });
}

function openParser(request: Request): busboy.Busboy {
  try {
    return busboy({ headers: request.headers, limits });
  } catch {
    throw notMultipart();
  }
}

const notMultipart = (): Problem =>
  new Problem(400, 'Not a multipart form', 'Send multipart/form-data with from, to and file (TIFF, PDF, PNG or JPEG).');
