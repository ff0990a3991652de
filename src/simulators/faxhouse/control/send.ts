import { Problem } from '../../common/problem.ts';
import { takeFax } from '../faxes.ts';
import { toE164 } from '../machines.ts';
import { paperFrom } from '../paper.ts';
import type { Fax, House } from '../state.ts';
import { transmit } from '../transmission.ts';
import type { Upload } from './upload.ts';

const mostPages = 350;
/** A person's machine scans at fine; at standard small print is lost. */
const resolutions = ['fine', 'standard'] as const;

/** Somebody lays a document into a machine and dials our number. */
export async function sendToUs(house: House, { fields, file }: Upload): Promise<Fax> {
  const from = toE164(fields.from ?? '');
  const to = toE164(fields.to ?? '');
  if (!from) throw new Problem(400, 'No sender', 'Give the sending machine as "from", for example +81450000401.');
  const line = to ? house.lines.get(to) : undefined;
  if (!to || !line)
    throw new Problem(404, 'Not a number of ours', `Set it up first: PUT /faxhouse/numbers/${to ?? '+81…'}/inbound.`);
  const resolution = resolutions.find((each) => each === (fields.resolution ?? 'fine'));
  if (!resolution) throw new Problem(400, 'No such resolution', 'resolution is fine or standard.');
  if (!file || file.length === 0) throw new Problem(400, 'No document', 'Attach a TIFF, PDF, PNG or JPEG as "file".');
  const paper = await paperFrom(file, { resolution, mostPages });
  if ('refused' in paper) throw new Problem(422, 'The document cannot be faxed', words[paper.refused]);
  const fax = takeFax(house, { provider: line.provider, direction: 'inbound', from, to, resolution });
  fax.sent = paper;
  transmit(house, fax);
  return fax;
}

const words = {
  format: 'It is no whole TIFF, PDF, PNG or JPEG.',
  'too-many-pages': `It has more than ${mostPages} pages.`,
  'too-large': 'A page is larger than a fax machine takes.',
} as const;
