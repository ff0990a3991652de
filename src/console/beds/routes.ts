/** The bed desk: what each hospital last said, how old that is, and what its word was worth. */
import { z } from 'zod';
import { type Acceptance, type BedType, bedTypes, standing } from '../../beds/beds.ts';
import { patternDays, usualAt } from '../../beds/patterns.ts';
import { answeredRequests, patternsOf, replacePatterns, tellOffer } from '../../beds/telling.ts';
import { truthOf } from '../../beds/truth.ts';
import { inTransaction } from '../../db.ts';
import { plusSeconds } from '../../lib/clock.ts';
import { idPattern } from '../../lib/ids.ts';
import { hospitalsOnDuty } from '../../roster/actions.ts';
import { japanCalendar } from '../../roster/calendar.ts';
import type { ConsoleContext } from '../context.ts';
import { refuse, route } from '../route.ts';
import * as store from './store.ts';

const instant = z.iso.datetime();
const hospitalPart = z.object({ hospitalId: z.string().regex(idPattern) });
const acceptance = z.enum(['open', 'consult', 'closed']);
const bedType = z.enum(bedTypes);
const pattern = z.object({
  bedType,
  days: z.array(z.enum(patternDays)).max(8),
  from: z.number().int(),
  to: z.number().int(),
  acceptance,
});

const kindOfBed = z.object({
  bedType,
  staffed: z.number().int(),
  /** Null: it never told. */
  told: z
    .object({
      /** Null: it was said whether patients are taken, not how many. */
      freeCount: z.number().int().nullable(),
      acceptance,
      asOf: instant,
      holdsUntil: instant.nullable(),
      source: z.enum(['phone', 'answer', 'form', 'web']),
    })
    .nullable(),
  /** Beds counted for questions that are open now. */
  held: z.number().int(),
  /** free: fresh news of a bed; closed: fresh news of none; to_ask: 要電話確認, whatever it says. */
  standing: z.enum(['free', 'to_ask', 'closed']),
  usual: acceptance.nullable(),
});

const truthDays = 180;
const daySeconds = 86_400;

export const bedRoutes = {
  beds: route({
    method: 'get',
    path: '/beds',
    summary: 'Beds by hospital and kind, with the age of each status',
    access: 'beds.read',
    live: { everyMs: 500 },
    reply: z.object({
      hospitals: z.array(
        z.object({
          id: z.string(),
          code: z.string(),
          name: z.string(),
          takesByDay: z.boolean(),
          night: z.object({ from: z.number().int(), to: z.number().int() }),
          needs: z.array(z.string()),
          /** Its turn in the rotation now, from 1; null: not its turn. */
          turn: z.number().int().nullable(),
          beds: z.array(kindOfBed),
        }),
      ),
    }),
    handle: async (ctx, { staff }) => ({ hospitals: await boardOf(ctx, staff.associationId) }),
  }),

  tell_beds: route({
    method: 'post',
    path: '/beds/:hospitalId/offers',
    summary: 'What a hospital has just said about one kind of its beds',
    access: 'beds.write',
    params: hospitalPart,
    body: z.object({
      bedType,
      freeCount: z.number().int().min(0).max(99),
      acceptance,
      /** The age of the news on the screen when this was typed; null: there was none. */
      seenAsOf: instant.nullable(),
    }),
    reply: z.object({ asOf: instant }),
    async handle(ctx, { staff, params, body, cause }) {
      const at = ctx.clock.now();
      const who = { associationId: staff.associationId, hospitalId: params.hospitalId, by: staff.id, cause, at };
      const seenAsOf = body.seenAsOf === null ? null : new Date(body.seenAsOf);
      const told = await inTransaction(ctx.db, (tx) => tellOffer(tx, { ...who, ...body, seenAsOf }));
      if (told.status === 'told') return { asOf: at.toISOString() };
      if (told.status === 'not_found') return refuse(404, 'not_found');
      if (told.status === 'overtaken') return refuse(409, 'beds_overtaken');
      return refuse(422, 'more_than_staffed', { staffed: told.staffed });
    },
  }),

  hospital_beds: route({
    method: 'get',
    path: '/beds/:hospitalId',
    summary: 'One hospital: its patterns and what it said lately',
    access: 'beds.read',
    params: hospitalPart,
    reply: z.object({
      patterns: z.array(pattern),
      history: z.array(
        z.object({
          bedType,
          freeCount: z.number().int().nullable(),
          acceptance,
          knownFrom: instant,
          source: z.enum(['phone', 'answer', 'form', 'web', 'admission']),
        }),
      ),
    }),
    async handle(ctx, { staff, params: { hospitalId } }) {
      const history = await store.historyOf(ctx.db, staff.associationId, hospitalId);
      if (!history) return refuse(404, 'not_found');
      const patterns = await patternsOf(ctx.db, [hospitalId]);
      return {
        patterns: patterns.map(({ hospitalId: _, days, ...rest }) => ({ ...rest, days: [...days] })),
        history: history.map((row) => ({
          ...{ bedType: row.bed_type, freeCount: row.free_count, acceptance: row.acceptance, source: row.source },
          knownFrom: row.known_from.toISOString(),
        })),
      };
    },
  }),

  replace_bed_patterns: route({
    method: 'put',
    path: '/beds/:hospitalId/patterns',
    summary: 'What a hospital can usually do, by weekday and time band',
    access: 'beds.write',
    params: hospitalPart,
    body: z.object({ patterns: z.array(pattern).max(60) }),
    reply: z.object({ count: z.number().int() }),
    async handle(ctx, { staff, params, body, cause }) {
      const at = ctx.clock.now();
      const word = { associationId: staff.associationId, hospitalId: params.hospitalId, by: staff.id, cause, at };
      const replaced = await inTransaction(ctx.db, (tx) => replacePatterns(tx, word, body.patterns));
      if (replaced.status === 'not_found') return refuse(404, 'not_found');
      if (replaced.status === 'refused') return refuse(422, `pattern_${replaced.fault}`, { line: replaced.place + 1 });
      return { count: body.patterns.length };
    },
  }),

  bed_truth: route({
    method: 'get',
    path: '/bed-truth',
    summary: 'How often the fresh status of each hospital agreed with its answer, over half a year',
    access: 'beds.read',
    reply: z.object({
      days: z.number().int(),
      hospitals: z.array(
        z.object({
          id: z.string(),
          agreed: z.number().int(),
          disagreed: z.number().int(),
          unknown: z.number().int(),
        }),
      ),
    }),
    async handle(ctx, { staff }) {
      const since = plusSeconds(ctx.clock.now(), -truthDays * daySeconds);
      const truth = truthOf(await answeredRequests(ctx.db, staff.associationId, since));
      return { days: truthDays, hospitals: [...truth].map(([id, counts]) => ({ id, ...counts })) };
    },
  }),
};

async function boardOf(ctx: ConsoleContext, associationId: string) {
  const at = ctx.clock.now();
  const [rows, duties] = await Promise.all([
    store.board(ctx.db, associationId, at),
    hospitalsOnDuty(ctx.db, associationId, at, japanCalendar),
  ]);
  const ids = [...new Set(rows.map((row) => row.hospital_id))];
  const patterns = await patternsOf(ctx.db, ids);
  const turns = new Map(duties.map(({ subjectId, position }) => [subjectId, position]));
  return ids.map((id) => {
    const own = rows.filter((row) => row.hospital_id === id);
    const { code, name, takes_by_day, night_from, night_to, accepts_needs } = own[0]!;
    const usual = patterns.filter(({ hospitalId }) => hospitalId === id);
    return {
      ...{ id, code, name, takesByDay: takes_by_day, needs: accepts_needs, turn: turns.get(id) ?? null },
      night: { from: night_from, to: night_to },
      beds: bedTypes.flatMap((kind) => {
        const row = own.find(({ bed_type }) => bed_type === kind);
        return row ? [bedOf(row, usualAt(usual, kind, at), at)] : [];
      }),
    };
  });
}

function bedOf(row: store.BoardRow, usual: Acceptance | null, at: Date) {
  const { free_count: freeCount, acceptance: said, as_of: asOf, holds_until: holdsUntil, source, held } = row;
  const isTold = said !== null && asOf !== null && source !== null;
  const offer = isTold ? { freeCount, acceptance: said, asOf, holdsUntil } : null;
  return {
    ...{ bedType: row.bed_type as BedType, staffed: row.staffed, held, usual, standing: standing(offer, held, at) },
    told: offer &&
      source && {
        ...{ freeCount: offer.freeCount, acceptance: offer.acceptance, source },
        ...{ asOf: offer.asOf.toISOString(), holdsUntil: offer.holdsUntil?.toISOString() ?? null },
      },
  };
}
