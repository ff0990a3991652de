import { encodeGroup4 } from '../../imaging/group4.ts';
import { type Paper, pageOf } from './paper.ts';

/** The pages as a PDF, the way carriers wrap what they received: one G4 picture per page, at its true size. */
export async function pdfOf(paper: Paper): Promise<Buffer> {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  let length = 0;
  const write = (part: Buffer | string) => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
    parts.push(bytes);
    length += bytes.length;
  };
  const object = (dictionary: string, stream?: Buffer) => {
    offsets.push(length);
    write(`${offsets.length} 0 obj\n${dictionary}\n`);
    if (stream) {
      write('stream\n');
      write(stream);
      write('\nendstream\n');
    }
    write('endobj\n');
  };
  const count = paper.pages.length;
  write('%PDF-1.4\n');
  object('<< /Type /Catalog /Pages 2 0 R >>');
  const kids = Array.from({ length: count }, (_, page) => `${3 + page * 3} 0 R`).join(' ');
  object(`<< /Type /Pages /Count ${count} /Kids [${kids}] >>`);
  for (let index = 0; index < count; index += 1) {
    const page = await pageOf(paper, index);
    const picture = Buffer.from(encodeGroup4(page));
    const [across, down] = [(page.width / page.xDpi) * 72, (page.height / page.yDpi) * 72].map((size) =>
      size.toFixed(2),
    );
    const [contents, image] = [4 + index * 3, 5 + index * 3];
    const drawing = Buffer.from(`${across} 0 0 ${down} 0 0 cm /Page Do`, 'latin1');
    object(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${across} ${down}] /Contents ${contents} 0 R /Resources << /XObject << /Page ${image} 0 R >> >> >>`,
    );
    object(`<< /Length ${drawing.length} >>`, drawing);
    object(
      `<< /Type /XObject /Subtype /Image /Width ${page.width} /Height ${page.height} /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns ${page.width} /Rows ${page.height} >> /Length ${picture.length} >>`,
      picture,
    );
  }
  const start = length;
  write(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n`);
  for (const offset of offsets) write(`${String(offset).padStart(10, '0')} 00000 n \n`);
  write(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  return Buffer.concat(parts);
}
