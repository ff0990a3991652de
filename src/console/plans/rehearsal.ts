import { z } from 'zod';
import { hospitalsToAsk } from '../../beds/actions.ts';
import { phonesById, printedNames } from '../../directory/actions.ts';
import { noteRehearsal, planOfArea, planOverrideShape, routedPatient } from '../../escalations/area-plan.ts';
import { planOf } from '../../escalations/plan.ts';
import { type Rehearsed, rehearse } from '../../escalations/rehearsal.ts';
import { instantOf, localDate } from '../../lib/japan-time.ts';
import { permits } from '../../staff/staff.ts';
import type { ConsoleContext } from '../context.ts';
import { refuse, route } from '../route.ts';
import { readMinute, readNight } from './night.ts';

const opaque = z.string().max(40);

const asked = z.object({
  about: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('area'), areaId: opaque }),
    z.object({ kind: z.literal('patient'), patientId: opaque }),
    z.object({ kind: z.literal('patient_code'), code: z.string().trim().min(1).max(40) }),
  ]),
  /** As people write it: 1月3日, 1/3, 令和8年1月3日; empty is today. */
  date: z.string().max(30),
  /** 02:10, 2:10, 0210 */
  time: z.string().max(10),
  /** Settings to try out; absent: those of the area. */
  own: planOverrideShape.optional(),
});

const answered = z.object({
  openedAt: z.iso.datetime(),
  areaId: z.string(),
  endsAtSeconds: z.number(),
  people: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      role: z.enum(['doctor', 'hospital', 'standby']),
      relation: z.enum(['attending', 'deputy', 'duty']).nullable(),
      /** A hospital that is asked behind the others, because it usually takes nobody at this hour. */
      isPutLast: z.boolean(),
      rings: z.array(
        z.object({
          phone: z.enum(['mobile', 'landline', 'clinic', 'desk']),
          fromSeconds: z.number(),
          untilSeconds: z.number(),
          ring: z.number().int(),
        }),
      ),
    }),
  ),
  steps: z.array(
    z.object({
      atSeconds: z.number(),
      what: z.enum(['seeking_bed', 'calling_standby', 'beds_exhausted', 'choice_offered', 'unanswered']),
    }),
  ),
});

export const rehearsalRoutes = {
  rehearse_hunt: route({
    method: 'post',
    path: '/plans/rehearsal',
    summary: 'Who would be rung, and when, if nobody answered; nothing is written but that somebody looked',
    access: 'plans.read',
    body: asked,
    reply: answered,
    async handle(ctx, { staff, body: { about, date: dateText, time, own }, cause }) {
      const { associationId, id: by, role } = staff;
      const date = readNight(dateText, localDate(ctx.clock.now()));
      if (date === null) return refuse(422, 'date_unreadable');
      const minute = readMinute(time);
      if (minute === null) return refuse(422, 'time_unreadable');
      const isPatient = about.kind !== 'area';
      if (isPatient && !permits(role, 'patients.read')) return refuse(403, 'not_permitted', { needs: 'patients.read' });
      const patient = isPatient ? await routedPatient(ctx.db, associationId, about) : null;
      if (isPatient && !patient) return refuse(404, 'not_found');
      const areaId = isPatient ? (patient?.area_id ?? '') : about.areaId;
      const areaPlan = await planOfArea(ctx, associationId, areaId);
      if (!areaPlan) return refuse(404, 'not_found');
      const patientId = patient?.id ?? null;
      if (patientId) await noteRehearsal(ctx, { associationId, patientId, by, cause });
      const plan = own ? planOf(ctx.plan, own).plan : areaPlan;
      const openedAt = instantOf(date, minute);
      const kind = patientId ? ('patient' as const) : ('area' as const);
      const rehearsed = await rehearse(ctx.db, ctx.ids, { associationId, kind, patientId, areaId, plan, openedAt });
      const { steps, endsAtSeconds } = rehearsed;
      const people = await named(ctx, rehearsed, patient);
      const { hospitals } = await hospitalsToAsk(ctx.db, { associationId, patientId, at: openedAt });
      const last = new Set(hospitals.filter(({ isPutLast }) => isPutLast).map(({ hospitalId }) => hospitalId));
      return {
        openedAt: openedAt.toISOString(),
        areaId,
        steps,
        endsAtSeconds,
        people: people.map((person) => ({ ...person, isPutLast: last.has(person.id) })),
      };
    },
  }),
};

interface Routed {
  attending_id: string | null;
  deputy_ids: string[];
}

async function named({ db }: ConsoleContext, { people }: Rehearsed, patient: Routed | null) {
  const phoneIds = people.flatMap(({ rings }) => rings.map(({ phoneId }) => phoneId));
  const [names, phones] = await Promise.all([
    printedNames(
      db,
      people.map(({ subjectId }) => subjectId),
    ),
    phonesById(db, phoneIds),
  ]);
  return people.map(({ role, subjectId, rings }) => ({
    ...{ id: subjectId, name: names.get(subjectId) ?? '', role },
    relation: role === 'doctor' ? relationOf(subjectId, patient) : null,
    // The hub's own desk has no row among the phones.
    rings: rings.map(({ phoneId, ...ring }) => ({ ...ring, phone: phones.get(phoneId)?.kind ?? ('desk' as const) })),
  }));
}

function relationOf(doctorId: string, patient: Routed | null): 'attending' | 'deputy' | 'duty' {
  if (patient?.attending_id === doctorId) return 'attending';
  return patient?.deputy_ids.includes(doctorId) ? 'deputy' : 'duty';
}
