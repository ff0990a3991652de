import type { Response } from 'express';
import { mediaStrike } from './faults.ts';
import { pdfOf } from './pdf.ts';
import type { Fax, House } from './state.ts';

/** What was received, in the form that the number's settings ask for. */
export async function documentOf(house: House, fax: Fax): Promise<{ type: string; bytes: Buffer } | null> {
  const paper = fax.direction === 'inbound' ? fax.arrived : fax.sent;
  if (!paper) return null;
  const form = fax.direction === 'inbound' ? house.lines.get(fax.to)?.documents : 'tiff';
  if (form === 'pdf') return { type: 'application/pdf', bytes: await pdfOf(paper) };
  return { type: 'image/tiff', bytes: Buffer.from(paper.tiff) };
}

/** Sends a document, or what the fault in force makes of it. */
export function sendDocument(house: House, response: Response, { type, bytes }: { type: string; bytes: Buffer }): void {
  const fault = mediaStrike(house.faults);
  if (fault.mode === 'forbidden') return void response.status(403).type('application/xml').send(expiredXml);
  if (fault.mode === 'redirect') return void response.redirect(302, fault.location);
  response.type(type);
  if (fault.mode === 'truncated') return void response.send(bytes.subarray(0, Math.floor(bytes.length / 2)));
  if (fault.mode === 'garbage') return void response.send(house.chance.bytes(2048));
  if (fault.mode === 'endless') return endless(house, response);
  response.send(bytes);
}

/** As the storage behind Telnyx's links words it. */
export const expiredXml =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';

/** Bytes without end, as fast as they are taken: who reads without a limit never finishes. */
function endless(house: House, response: Response): void {
  const chunk = Buffer.alloc(64 * 1024, 0x4d);
  house.held.add(response);
  const go = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', go);
  response.on('close', () => house.held.delete(response));
  go();
}
