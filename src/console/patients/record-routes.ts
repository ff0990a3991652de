import { z } from 'zod';
import { ageOn, formatBothCalendars } from '../../lib/eras.ts';
import { localDate } from '../../lib/japan-time.ts';
import { readRecord } from '../../patients/actions.ts';
import { refuse, route } from '../route.ts';
import { changeShape, changesBetween } from './comparison.ts';
import { screenOf, screenShape } from './screen.ts';
import { instant, language, looksAt, patientParams, standingOn, standingShape, words } from './shapes.ts';
import * as store from './store.ts';

const versionQuery = z.coerce.number().int().min(1);

export const recordRoutes = {
  patient: route({
    method: 'get',
    path: '/patients/:patientId',
    summary: 'One patient: how the record stands and what a doctor would read; the look is written down first',
    access: 'patients.read',
    params: patientParams,
    query: z.object({
      language: language.default('ja'),
      /** Absent: the version that the card opens. */
      version: versionQuery.optional(),
    }),
    reply: z.object({
      patientId: z.string(),
      code: z.string(),
      area: z.string(),
      attending: z.string().nullable(),
      deputies: z.array(z.string()),
      hospital: z.string().nullable(),
      standing: standingShape.nullable(),
      card: z.object({
        status: z.enum(['none', 'not_adopted', 'active']),
        issuedAt: instant.nullable(),
        /** How many he was ever given. */
        issued: z.number().int(),
      }),
      /** null: there is none, or its keys were destroyed with the closing. */
      record: screenShape.extend({ version: z.number().int(), birth: z.string(), age: z.number().int() }).nullable(),
    }),
    async handle(ctx, { staff, params, query, cause }) {
      const { associationId } = staff;
      const { patientId } = params;
      const head = await store.patientHead(ctx.db, associationId, patientId);
      if (!head) return refuse(404, 'not_found');
      const at = ctx.clock.now();
      const wanted = query.version ?? head.life?.openVersion;
      const reading = wanted === undefined ? null : await readRecord(ctx, associationId, patientId, wanted);
      await looksAt(ctx, staff, { patientId, cause, screen: 'record', version: reading?.version ?? null });
      const { code, areaName: area, attending, deputies, hospital } = head;
      return {
        ...{ patientId, code, area, attending, deputies, hospital },
        standing: head.life && standingOn(head.life, at),
        card: {
          status: cardStatusOf(head),
          issuedAt: head.cardIssuedAt?.toISOString() ?? null,
          issued: head.cards,
        },
        record: reading && {
          ...screenOf(reading.content, words, query.language, at),
          version: reading.version,
          birth: formatBothCalendars(reading.content.registration.birth),
          age: ageOn(reading.content.registration.birth, localDate(at)),
        },
      };
    },
  }),

  patient_changes: route({
    method: 'get',
    path: '/patients/:patientId/versions/:version/changes',
    summary: 'What a version changed, field by field; the look is written down first',
    access: 'patients.read',
    params: patientParams.extend({ version: versionQuery }),
    query: z.object({ language: language.default('ja') }),
    reply: z.object({
      version: z.number().int(),
      /** The version that it is compared with; null: it is the first. */
      before: z.number().int().nullable(),
      changes: z.array(changeShape),
    }),
    async handle(ctx, { staff, params, query, cause }) {
      const { associationId } = staff;
      const { patientId, version } = params;
      const after = await readRecord(ctx, associationId, patientId, version);
      if (!after) return refuse(404, 'not_found');
      await looksAt(ctx, staff, { patientId, cause, screen: 'history', version });
      const before = version > 1 ? await readRecord(ctx, associationId, patientId, version - 1) : null;
      if (!before) return { version, before: null, changes: [] };
      const at = ctx.clock.now();
      const changes = changesBetween(before.content, after.content, words, query.language, at);
      return { version, before: before.version, changes };
    },
  }),
};

const cardStatusOf = ({ cardId, isCardAdopted }: store.PatientHead): 'none' | 'not_adopted' | 'active' => {
  if (cardId === null) return 'none';
  return isCardAdopted ? 'active' : 'not_adopted';
};
