import { z } from 'zod';
import { inTransaction, type Sql } from '../../db.ts';
import {
  closeRecord,
  confirmRecord,
  resumeRecord,
  type Step,
  type Stepped,
  suspendRecord,
} from '../../patients/actions.ts';
import { closingReasons, suspensionReasons } from '../../patients/life.ts';
import type { Staff } from '../../staff/staff.ts';
import type { ConsoleContext } from '../context.ts';
import { type Refusal, refuse, route } from '../route.ts';
import { patientParams, standingOn, standingShape } from './shapes.ts';
import * as store from './store.ts';

const reply = z.object({ standing: standingShape });
/** The newest version that the person saw. */
const version = z.number().int().min(1);
/** The patient's code, typed: what cannot be undone by a slip of the hand. */
const typedCode = z.string().max(20);

interface Asking {
  staff: Staff;
  params: { patientId: string };
  body: { version: number; typedCode?: string };
  cause: string;
}

async function take(
  ctx: ConsoleContext,
  { staff, params, body, cause }: Asking,
  step: (tx: Sql, step: Step) => Promise<Stepped>,
): Promise<z.input<typeof reply> | Refusal> {
  const { id: by, associationId } = staff;
  const { patientId } = params;
  const head = await store.patientHead(ctx.db, associationId, patientId);
  if (!head) return refuse(404, 'not_found');
  if (body.typedCode !== undefined && body.typedCode.normalize('NFKC').trim().toUpperCase() !== head.code)
    return refuse(422, 'code_differs');
  const taken = await inTransaction(ctx.db, (tx) =>
    step(tx, { associationId, patientId, by, cause, version: body.version }),
  );
  if (taken.status === 'overtaken') return refuse(409, 'overtaken');
  if (taken.status === 'impossible') return refuse(409, `record_${taken.refused}`);
  return { standing: standingOn(taken.life, ctx.clock.now()) };
}

export const lifeRoutes = {
  confirm_record: route({
    method: 'post',
    path: '/patients/:patientId/confirm',
    summary: 'Everything in the record is still so: its 90 days begin anew',
    access: 'patients.write',
    params: patientParams,
    body: z.object({ version }),
    reply,
    handle: (ctx, asked) => take(ctx, asked, (tx, step) => confirmRecord(tx, ctx, step)),
  }),
  suspend_record: route({
    method: 'post',
    path: '/patients/:patientId/suspend',
    summary: 'Nothing is released until the record is resumed; the patient’s code is typed',
    access: 'patients.write',
    params: patientParams,
    body: z.object({ version, typedCode, reason: z.enum(suspensionReasons) }),
    reply,
    handle: (ctx, asked) =>
      take(ctx, asked, (tx, step) => suspendRecord(tx, ctx, { ...step, reason: asked.body.reason })),
  }),
  resume_record: route({
    method: 'post',
    path: '/patients/:patientId/resume',
    summary: 'A suspended record is released again; the patient’s code is typed',
    access: 'patients.write',
    params: patientParams,
    body: z.object({ version, typedCode }),
    reply,
    handle: (ctx, asked) => take(ctx, asked, (tx, step) => resumeRecord(tx, ctx, step)),
  }),
  close_record: route({
    method: 'post',
    path: '/patients/:patientId/close',
    summary: 'Closes a patient for good: nobody reads the record again; the patient’s code is typed',
    access: 'patients.write',
    params: patientParams,
    body: z.object({ version, typedCode, reason: z.enum(closingReasons) }),
    reply,
    needsFresh: true,
    handle: (ctx, asked) =>
      take(ctx, asked, (tx, step) => closeRecord(tx, ctx, { ...step, reason: asked.body.reason })),
  }),
};
