/** The example ward at night: its records sealed, its doctors' PINs, its fax machines. For a simulated database only. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { associations, type FaxOwner, faxOwners } from '../../directory/actions.ts';
import { openExampleDoors } from '../../disclosures/example-actions.ts';
import { ownNumber } from '../../fax/actions.ts';
import { releaseForms } from '../../fax/destination.ts';
import { type ExampleDestination, enterExampleDestinations } from '../../fax/example-actions.ts';
import { parsePhone } from '../../lib/phone.ts';
import { isPin } from '../../lib/secret.ts';
import { type ExampleContext, importExampleRecords } from '../../patients/example-actions.ts';

const number = z.string().transform((text, context) => {
  const parsed = parsePhone(text);
  if ('e164' in parsed) return parsed.e164;
  context.addIssue(`is no telephone number: ${parsed.refused}`);
  return z.NEVER;
});

const nightShape = z.strictObject({
  /** Dialled by those who fax us. */
  inboundFax: number,
  cardCopy: z.enum(['off', 'pseudonymous']),
  /** By member code. */
  pins: z.record(z.string(), z.string().refine(isPin)),
  /** By member code; full for everybody else. */
  forms: z.record(z.string(), z.enum(releaseForms)),
  /** By hospital code. */
  hospitalFaxes: z.record(z.string(), number),
});
export type ExampleNight = z.output<typeof nightShape>;

/** `<folder>/night.json`. @throws when it does not fit. */
export const readExampleNight = async (folder: string): Promise<ExampleNight> =>
  nightShape.parse(JSON.parse(await readFile(path.join(folder, 'night.json'), 'utf8')));

/**
 * Brings an imported example to life; does nothing beside other associations. May be repeated: what is there already, and what
 * the hub has changed since, stays. So an interrupted first start is made good by the next one.
 */
export async function enlivenExample(ctx: ExampleContext, folder: string): Promise<boolean> {
  const code = await exampleCode(folder);
  const association = (await associations(ctx.db)).find((one) => one.code === code);
  if (!association) return false;
  const associationId = association.id;
  const [night, owners] = await Promise.all([readExampleNight(folder), faxOwners(ctx.db, associationId)]);
  const { refused } = await importExampleRecords(ctx, folder);
  if (refused.length > 0) throw new Error(`records of the example were refused: ${refused.map((one) => one.code)}`);
  const pins = owners.flatMap(({ kind, id: doctorId, code: member }) => {
    const pin = kind === 'doctor' ? night.pins[member] : undefined;
    return pin ? [{ doctorId, pin }] : [];
  });
  await openExampleDoors(ctx, { associationId, pins, cardCopy: night.cardCopy });
  await enterExampleDestinations(ctx, associationId, destinationsOf(owners, night));
  await ownNumber(ctx, night.inboundFax, associationId);
  return true;
}

/** The code of the association that the lists of `folder` describe. */
export async function exampleCode(folder: string): Promise<string | undefined> {
  const [row] = parse<Record<string, string>>(await readFile(path.join(folder, 'association.csv'), 'utf8'), {
    columns: true,
    bom: true,
  });
  return row?.コード;
}

/** Each doctor's own office, and each hospital's night desk. */
function destinationsOf(owners: readonly FaxOwner[], night: ExampleNight): ExampleDestination[] {
  return owners.flatMap(({ kind, id, code, fax }): ExampleDestination[] => {
    const owner = { kind, id };
    const hospitalFax = night.hospitalFaxes[code];
    if (kind === 'doctor' && fax) return [{ owner, number: fax, form: night.forms[code] ?? 'full' }];
    if (kind === 'hospital' && hospitalFax) return [{ owner, number: hospitalFax, form: 'full' }];
    return [];
  });
}
