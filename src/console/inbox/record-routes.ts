/** A record that was typed: read a second time by somebody else, and corrected where the two readings did not agree. */
import { z } from 'zod';
import { inTransaction } from '../../db.ts';
import { openItem } from '../../inbox/actions.ts';
import { sizeOf } from '../../inbox/desk-view.ts';
import { pageOfPatient } from '../../inbox/typing.ts';
import {
  changeRecord,
  failSecondReading,
  passSecondReading,
  type Reading,
  readRecord,
  type Stepped,
} from '../../patients/actions.ts';
import { allergyWords, codeStatusWords } from '../../patients/critical-words.ts';
import { draftOf } from '../../patients/form-draft.ts';
import { criticalKeys, type LifeRefusal } from '../../patients/life.ts';
import { differing, phonesOf } from '../../patients/second-reading.ts';
import type { Staff } from '../../staff/staff.ts';
import type { ConsoleContext } from '../context.ts';
import { looksAt } from '../patients/shapes.ts';
import { draftShape } from '../record-form/routes.ts';
import { Refusal, refuse, route } from '../route.ts';
import { both, patientParams, pictureShape } from './shapes.ts';

const keys = z.array(z.enum(criticalKeys));
const version = z.int().min(1);
const typedShape = z.object({
  nameKana: z.string().max(80).optional(),
  name: z.string().max(80).optional(),
  birth: z.string().max(40).optional(),
  phones: z.array(z.string().max(30)).max(24).optional(),
  agrees: keys,
});

export const recordRoutes = {
  open_second_reading: route({
    method: 'post',
    path: '/records/:patientId/second-reading',
    summary:
      'The paper, and what has to be read again; what the first person typed is not shown where it is typed again',
    access: 'records.second_reading',
    params: patientParams,
    reply: z.object({
      version,
      toCheck: keys,
      picture: pictureShape.nullable(),
      /** Whether a name in kanji was typed, and how many phones. */
      hasName: z.boolean(),
      phones: z.int(),
      allergy: both,
      dnar: both,
    }),
    async handle(ctx, { staff, params, cause }) {
      const reading = await toBeRead(ctx, staff, params.patientId);
      if (reading instanceof Refusal) return reading;
      const { content, life } = reading;
      await looksAt(ctx, staff, { cause, ...params, version: life.version, screen: 'second_reading' });
      return {
        ...{ version: life.version, toCheck: [...life.toCheck], hasName: content.registration.name !== null },
        ...{ phones: phonesOf(content).size, picture: await pictureOf(ctx, staff, params.patientId, reading) },
        ...{ allergy: allergyWords(content.record), dnar: codeStatusWords(content.record) },
      };
    },
  }),
  compare_second_reading: route({
    method: 'post',
    path: '/records/:patientId/second-reading/compare',
    summary: 'Compares what was typed again: all agrees, and the record is in force; or which fields do not',
    access: 'records.second_reading',
    params: patientParams,
    body: z.object({ version, typed: typedShape }),
    reply: z.object({ status: z.enum(['passed', 'differs']), differs: keys }),
    async handle(ctx, { staff, params, body, cause }) {
      const reading = await toBeRead(ctx, staff, params.patientId);
      if (reading instanceof Refusal) return reading;
      const { content, life } = reading;
      const { agrees, ...given } = body.typed;
      const differs = differing(content, life.toCheck, { ...defined(given), agrees });
      if (differs.length > 0) return { status: 'differs' as const, differs };
      const step = { associationId: staff.associationId, by: staff.id, cause, patientId: params.patientId };
      const stepped = await inTransaction(ctx.db, (tx) =>
        passSecondReading(tx, ctx, { ...step, version: body.version, keys: life.toCheck }),
      );
      return refusedStep(stepped) ?? { status: 'passed' as const, differs: [] };
    },
  }),
  send_back_record: route({
    method: 'post',
    path: '/records/:patientId/second-reading/send-back',
    summary: 'These fields do not agree with the paper: back to whoever types',
    access: 'records.second_reading',
    params: patientParams,
    body: z.object({ version, keys: keys.min(1) }),
    reply: z.object({}),
    async handle(ctx, { staff, params, body, cause }) {
      const step = { associationId: staff.associationId, by: staff.id, cause, patientId: params.patientId };
      const stepped = await inTransaction(ctx.db, (tx) => failSecondReading(tx, ctx, { ...step, ...body }));
      return refusedStep(stepped) ?? {};
    },
  }),
  open_record_form: route({
    method: 'post',
    path: '/records/:patientId/form',
    summary:
      'The newest version as a draft to be changed, with the paper it was typed from; written to the log as a view',
    access: 'patients.write',
    params: patientParams,
    reply: z.object({ version, draft: draftShape, picture: pictureShape.nullable() }),
    async handle(ctx, { staff, params, cause }) {
      const { associationId } = staff;
      const { patientId } = params;
      const reading = await readRecord(ctx, associationId, patientId);
      if (!reading) return refuse(404, 'not_found');
      await looksAt(ctx, staff, { cause, patientId, version: reading.version, screen: 'form' });
      const { registration, record } = draftOf(reading.content);
      const draft = { registration: { ...registration }, record: { ...record } };
      return { version: reading.version, draft, picture: await pictureOf(ctx, staff, patientId, reading) };
    },
  }),
  change_record: route({
    method: 'put',
    path: '/records/:patientId',
    summary: 'A new version of a record: the whole draft; to the second reading when a critical field changed',
    access: 'patients.write',
    params: patientParams,
    body: z.object({ version, draft: draftShape, isFinished: z.boolean() }),
    reply: z.object({ version, life: z.string(), toCheck: keys }),
    async handle(ctx, { staff, params, body, cause }) {
      const { associationId, id: by } = staff;
      const { patientId } = params;
      const before = await readRecord(ctx, associationId, patientId, body.version);
      if (!before) return refuse(404, 'not_found');
      const { draft, isFinished } = body;
      const change = { associationId, by, cause, patientId, before, draft, isFinished };
      const changed = await inTransaction(ctx.db, (tx) => changeRecord(tx, ctx, change));
      if (changed.status === 'refused')
        return refuse(422, 'not_sound', { faults: changed.findings.map(({ path, code }) => ({ path, code })) });
      if (changed.status !== 'written') return refuse(409, 'overtaken');
      return { version: changed.version, life: changed.life.status, toCheck: [...changed.life.toCheck] };
    },
  }),
};

const defined = <T extends object>(given: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;

/** A record that waits for exactly this person's reading. */
async function toBeRead(ctx: ConsoleContext, staff: Staff, patientId: string): Promise<Reading | Refusal> {
  const reading = await readRecord(ctx, staff.associationId, patientId);
  if (!reading) return refuse(404, 'not_found');
  if (reading.life.status !== 'awaiting_second_reading') return refuse(409, 'life_moved');
  return reading.life.typedBy === staff.id ? refuse(409, 'not_for_typist') : reading;
}

const words: Partial<Record<LifeRefusal, string>> = { same_person: 'not_for_typist', not_there: 'not_found' };

function refusedStep(stepped: Stepped): Refusal | null {
  if (stepped.status === 'done') return null;
  if (stepped.status === 'overtaken') return refuse(409, 'overtaken');
  return refuse(409, words[stepped.refused] ?? 'life_moved');
}

/** The page that the record was typed from, with the places that its fields were read at. */
async function pictureOf(
  ctx: ConsoleContext,
  { associationId, id: operatorId }: Staff,
  patientId: string,
  { content }: Reading,
): Promise<z.input<typeof pictureShape> | null> {
  const itemId = await pageOfPatient(ctx.db, associationId, patientId);
  const opened = itemId === null ? null : await openItem(ctx, { associationId, itemId, operatorId });
  if (!opened?.page) return null;
  const { png } = opened.page;
  const boxes = (content.registration.sourceImage?.boxes ?? []).map(({ key, left: x, top: y, width, height }) => {
    return [key, { x, y, width, height }] as const;
  });
  return { png: png.toString('base64'), ...sizeOf(png), boxes: Object.fromEntries(boxes) };
}
