import { z } from 'zod';
import { openAlarms, settleAlarm } from '../../alarms/actions.ts';
import { alarmKinds } from '../../alarms/alarm.ts';
import { inTransaction } from '../../db.ts';
import { extents, steps } from '../../watch/round.ts';
import { refuse, route } from '../route.ts';
import { aboutDisclosures } from './store.ts';
import { watchAtDesk } from './watch.ts';

/** Whose record went to whom, by the hub's number. */
const about = z.object({
  patientId: z.string(),
  patientCode: z.string(),
  recipient: z.string(),
  reason: z.string(),
  disclosedAt: z.iso.datetime(),
});

export const alarmRoutes = {
  alarms: route({
    method: 'get',
    path: '/alarms',
    summary: 'What a person of the hub must look at: told to nobody, given out by break-glass',
    access: 'alarms.work',
    live: { everyMs: 1000 },
    reply: z.object({
      alarms: z.array(
        z.object({
          id: z.string(),
          kind: z.enum(alarmKinds),
          disclosureId: z.string(),
          raisedAt: z.iso.datetime(),
          /** A standby person keyed on the telephone that it was heard. */
          heardAt: z.iso.datetime().nullable(),
          about: about.nullable(),
        }),
      ),
    }),
    async handle(ctx, { staff }) {
      const open = await openAlarms(ctx.db, staff.associationId);
      const disclosures = await aboutDisclosures(
        ctx.db,
        open.map(({ subjectId }) => subjectId),
      );
      return {
        alarms: open.map(({ id, kind, subjectId, raisedAt, heardAt }) => {
          const { disclosedAt, ...of } = disclosures.get(subjectId) ?? { disclosedAt: null };
          const whole = disclosedAt && 'patientId' in of ? { ...of, disclosedAt: disclosedAt.toISOString() } : null;
          const heard = heardAt?.toISOString() ?? null;
          return { id, kind, disclosureId: subjectId, raisedAt: raisedAt.toISOString(), heardAt: heard, about: whole };
        }),
      };
    },
  }),

  watch: route({
    method: 'get',
    path: '/watch',
    summary: 'How the watchman’s last rounds went, and whether the outside hears of us',
    access: 'alarms.work',
    live: { everyMs: 5000 },
    reply: z.object({
      rounds: z.array(
        z.object({
          extent: z.enum(extents),
          status: z.enum(['open', 'passed', 'failed']),
          because: z.enum(['no_call', 'no_key', 'no_report', 'outbox_late']).nullable(),
          begunAt: z.iso.datetime(),
          /** In the order in which they were taken. */
          steps: z.array(z.object({ step: z.enum(steps), seconds: z.number() })),
          passedAt: z.iso.datetime().nullable(),
          /** Nobody makes the next one: no worker runs. */
          isOverdue: z.boolean(),
        }),
      ),
      /** Null: no outside service is configured. `pingedAt`: it last heard of us. */
      outside: z.object({ pingedAt: z.iso.datetime().nullable(), isHeld: z.boolean() }).nullable(),
    }),
    handle: (ctx, { staff }) => watchAtDesk(ctx, staff.associationId),
  }),

  settle_alarm: route({
    method: 'post',
    path: '/alarms/:alarmId/settle',
    summary: 'Somebody has seen to it',
    access: 'alarms.work',
    params: z.object({ alarmId: z.string() }),
    reply: z.object({ settled: z.literal(true) }),
    async handle(ctx, { staff, params }) {
      const { alarmId } = params;
      const alarm = (await openAlarms(ctx.db, staff.associationId)).find(({ id }) => id === alarmId);
      // Not by whom it is about, nor by a colleague for him.
      if (alarm?.kind === 'looked_often' && staff.role !== 'administrator')
        return refuse(403, 'not_permitted', { needs: 'staff.manage' });
      const own = { associationId: staff.associationId, alarmId, operatorId: staff.id };
      const isSettled = await inTransaction(ctx.db, (tx) => settleAlarm(tx, ctx, own));
      return isSettled ? { settled: true as const } : refuse(404, 'not_found');
    },
  }),
};
