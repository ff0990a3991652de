/** The fax desk: where pages may go, what is frozen, and what must be reported. */
import { z } from 'zod';
import { faxOwners } from '../../directory/actions.ts';
import { releasePolicyOf, setSealedTooLong } from '../../disclosures/policy.ts';
import { freezeNumber, liftFreeze } from '../../fax/actions.ts';
import { askForTest, numberOfDestination, retireDestination, stepIncident } from '../../fax/desk.ts';
import { releaseForms } from '../../fax/destination.ts';
import { plusSeconds } from '../../lib/clock.ts';
import { formatNational, parsePhone } from '../../lib/phone.ts';
import { opaqueId, pageOf } from '../paging.ts';
import { refuse, route } from '../route.ts';
import { byOf, deskOf } from './desk.ts';
import * as store from './destination-store.ts';

const instant = z.iso.datetime();
const ownerKind = z.enum(['doctor', 'hospital', 'facility']);
const pageSize = 30;
const sealedTooLong = z.enum(['spoken', 'pseudonymous']);
/** The yearly confirmation is asked for so long before it is due. */
const dueSoonSeconds = 30 * 86_400;

const destination = z.object({
  id: z.string(),
  owner: z.object({ kind: ownerKind, code: z.string(), name: z.string() }),
  position: z.number().int(),
  number: z.string(),
  form: z.enum(releaseForms),
  status: z.enum(['registered', 'testing', 'confirmed', 'frozen', 'retired']),
  /** A test page is being made; its code is not out yet. */
  isTestAsked: z.boolean(),
  /** Until when the code of the last test page is good; null: none is out. */
  codeUntil: instant.nullable(),
  codeFailures: z.number().int(),
  confirmedAt: instant.nullable(),
  confirmDueAt: instant.nullable(),
  /** Within a month, or past: a test page is due. */
  isDue: z.boolean(),
});

/** `<code>.<id>` of the last row. */
const destinationKey = z
  .string()
  .regex(/^[^.]{1,20}\.fd_[0-9a-z]{26}$/)
  .transform((text) => ({ code: text.split('.')[0] ?? '', id: text.split('.')[1] ?? '' }));

export const destinationRoutes = {
  fax_destinations: route({
    method: 'get',
    path: '/fax/destinations',
    summary: 'The numbers that pages may go to, by owner',
    access: 'fax.read',
    query: z.object({
      filter: z.enum(['all', 'unconfirmed', 'due', 'frozen']).default('all'),
      words: z.string().trim().max(40).default(''),
      after: destinationKey.optional(),
    }),
    reply: z.object({ destinations: z.array(destination), next: z.string().nullable() }),
    async handle(ctx, { staff, query: { filter, words, after } }) {
      const dueBefore = plusSeconds(ctx.clock.now(), dueSoonSeconds);
      const asked = { associationId: staff.associationId, filter, words, after: after ?? null, dueBefore };
      const found = await store.destinations(ctx.db, { ...asked, limit: pageSize + 1 });
      const { rows, next } = pageOf(found, pageSize, (row) => `${row.code}.${row.id}`);
      return { destinations: rows.map((row) => destinationOf(row, dueBefore)), next };
    },
  }),

  fax_owners: route({
    method: 'get',
    path: '/fax/owners',
    summary: 'Doctors, hospitals and facilities by a part of their name or code',
    access: 'fax.destinations',
    query: z.object({ words: z.string().trim().min(1).max(40) }),
    reply: z.object({
      owners: z.array(
        z.object({
          kind: ownerKind,
          id: z.string(),
          code: z.string(),
          name: z.string(),
          /** The fax of his office in the directory, offered for typing; not registered by that. */
          officeFax: z.string().nullable(),
          /** Places that are taken, each with the end of its number: what is proposed there replaces it. */
          taken: z.array(z.object({ position: z.number().int(), lastFour: z.string() })),
        }),
      ),
    }),
    async handle(ctx, { staff, query: { words } }) {
      const all = await faxOwners(ctx.db, staff.associationId);
      const found = all.filter(({ name, code }) => name.includes(words) || code.startsWith(words)).slice(0, 20);
      const held = await store.placesOf(
        ctx.db,
        found.map(({ id }) => id),
      );
      return {
        owners: found.map(({ fax, ...owner }) => ({
          ...{ ...owner, officeFax: fax && formatNational(fax) },
          taken: held.flatMap(({ owner_id, position, e164 }) =>
            owner_id === owner.id ? [{ position, lastFour: e164.slice(-4) }] : [],
          ),
        })),
      };
    },
  }),

  test_fax_destination: route({
    method: 'post',
    path: '/fax/destinations/:destinationId/test',
    summary: 'Asks for a test page with a new code',
    access: 'fax.destinations',
    params: z.object({ destinationId: opaqueId }),
    reply: z.object({ outcome: z.enum(['asked', 'asked_already']) }),
    async handle(ctx, { staff, params: { destinationId }, cause }) {
      const outcome = await askForTest(deskOf(ctx), destinationId, byOf(staff, cause));
      if (outcome === 'not_found') return refuse(404, 'not_found');
      return outcome === 'frozen' ? refuse(409, 'destination_frozen') : { outcome };
    },
  }),

  retire_fax_destination: route({
    method: 'post',
    path: '/fax/destinations/:destinationId/retirement',
    summary: 'Takes a number off the list; entered again, it is confirmed by two persons and tested anew',
    access: 'fax.destinations',
    params: z.object({ destinationId: opaqueId }),
    reply: z.object({}),
    async handle(ctx, { staff, params: { destinationId }, cause }) {
      const outcome = await retireDestination(ctx, destinationId, byOf(staff, cause));
      return outcome === 'not_found' ? refuse(404, 'not_found') : {};
    },
  }),

  fax_policy: route({
    method: 'get',
    path: '/fax/policy',
    summary: 'What a fax for sealed pages gets of a record that does not fit one',
    access: 'fax.read',
    reply: z.object({ sealedTooLong }),
    async handle(ctx, { staff }) {
      const { sealedTooLong } = await releasePolicyOf(ctx.db, staff.associationId);
      return { sealedTooLong };
    },
  }),

  set_fax_policy: route({
    method: 'put',
    path: '/fax/policy',
    summary:
      'Decides what a fax for sealed pages gets of a record that does not fit one; counts from the next release on',
    access: 'plans.write',
    body: z.object({ sealedTooLong }),
    reply: z.object({}),
    async handle(ctx, { staff, body, cause }) {
      await setSealedTooLong(ctx, { ...byOf(staff, cause), policy: body.sealedTooLong });
      return {};
    },
  }),

  fax_incidents: route({
    method: 'get',
    path: '/fax/incidents',
    summary: 'Frozen numbers, and incidents with the days until their reports are due',
    access: 'fax.read',
    reply: z.object({
      frozen: z.array(
        z.object({
          number: z.string(),
          frozenAt: instant,
          owners: z.array(z.string()),
          /** false: another association complained, and lifts it. */
          isOurs: z.boolean(),
        }),
      ),
      incidents: z.array(
        z.object({
          id: z.string(),
          reason: z.enum(['complaint', 'wrong_number', 'returned_page', 'operator']),
          openedAt: instant,
          preliminaryDueAt: instant,
          finalDueAt: instant,
          preliminaryAt: instant.nullable(),
          closedAt: instant.nullable(),
        }),
      ),
    }),
    async handle(ctx, { staff: { associationId } }) {
      const [frozen, incidents] = await Promise.all([
        store.frozenNumbers(ctx.db, associationId),
        store.incidents(ctx.db, associationId),
      ]);
      return {
        frozen: frozen.map(({ e164, frozen_at, association_id, owners }) => ({
          ...{ number: formatNational(e164), frozenAt: frozen_at.toISOString(), owners },
          isOurs: association_id === null || association_id === associationId,
        })),
        incidents: incidents.map((row) => ({
          ...{ id: row.id, reason: row.reason as 'complaint', openedAt: row.opened_at.toISOString() },
          preliminaryDueAt: row.preliminary_due_at.toISOString(),
          finalDueAt: row.final_due_at.toISOString(),
          preliminaryAt: row.preliminary_at?.toISOString() ?? null,
          closedAt: row.closed_at?.toISOString() ?? null,
        })),
      };
    },
  }),

  freeze_fax_number: route({
    method: 'post',
    path: '/fax/freezes',
    summary: 'One complaint is enough: nothing goes to this number any more, and the incident’s clock starts',
    access: 'fax.freeze',
    body: z.object({
      target: z.union([z.object({ destinationId: opaqueId }), z.object({ number: z.string().trim().max(30) })]),
      reason: z.enum(['complaint', 'wrong_number', 'returned_page', 'operator']),
    }),
    reply: z.object({ destinations: z.number().int(), faxes: z.number().int(), isNew: z.boolean() }),
    async handle(ctx, { staff, body: { target, reason } }) {
      const { associationId } = staff;
      const e164 =
        'destinationId' in target
          ? await numberOfDestination(ctx.db, associationId, target.destinationId)
          : numberFrom(target.number);
      if (e164 === null) return refuse(404, 'not_found');
      if (typeof e164 === 'object') return refuse(422, `number_${e164.refused}`);
      const complaint = { reason, associationId, actor: `operator:${staff.id}` };
      const frozen = await freezeNumber(deskOf(ctx), e164, complaint);
      const { destinationIds, faxIds, incidentIds } = frozen;
      return { destinations: destinationIds.length, faxes: faxIds.length, isNew: incidentIds.length > 0 };
    },
  }),

  lift_fax_freeze: route({
    method: 'post',
    path: '/fax/freezes/lift',
    summary: 'A person has looked: the number may be tested again; nothing goes there before that',
    access: 'fax.freeze',
    body: z.object({ number: z.string().trim().max(30) }),
    reply: z.object({ number: z.string() }),
    async handle(ctx, { staff, body: { number } }) {
      const e164 = numberFrom(number);
      if (typeof e164 === 'object') return refuse(422, `number_${e164.refused}`);
      const frozen = await store.frozenNumbers(ctx.db, staff.associationId);
      const found = frozen.find((row) => row.e164 === e164);
      if (!found) return refuse(404, 'not_found');
      if (found.association_id !== null && found.association_id !== staff.associationId)
        return refuse(403, 'freeze_of_others');
      await liftFreeze(ctx, e164, `operator:${staff.id}`);
      return { number: formatNational(e164) };
    },
  }),

  step_incident: route({
    method: 'post',
    path: '/fax/incidents/:incidentId/steps',
    summary: 'A report on an incident was sent: the preliminary one, or the final one that closes it',
    access: 'fax.freeze',
    params: z.object({ incidentId: opaqueId }),
    body: z.object({ step: z.enum(['preliminary_reported', 'closed']) }),
    reply: z.object({ step: z.string() }),
    async handle(ctx, { staff, params: { incidentId }, body: { step }, cause }) {
      const outcome = await stepIncident(ctx, incidentId, step, byOf(staff, cause));
      if (outcome === 'not_found') return refuse(404, 'not_found');
      return outcome === 'done' ? { step } : refuse(409, `incident_${outcome}`);
    },
  }),
};

function numberFrom(text: string): string | Exclude<ReturnType<typeof parsePhone>, { e164: string }> {
  const parsed = parsePhone(text);
  return 'refused' in parsed ? parsed : parsed.e164;
}

function destinationOf(row: store.DestinationRow, dueBefore: Date): z.input<typeof destination> {
  const { id, kind, code, name, position, form, status, confirm_due_at: dueAt } = row;
  return {
    ...{ id, owner: { kind, code, name }, position, form, status, number: formatNational(row.e164) },
    ...{ isTestAsked: row.is_test_asked, codeFailures: row.code_failures },
    codeUntil: row.code_expires_at?.toISOString() ?? null,
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    confirmDueAt: dueAt?.toISOString() ?? null,
    isDue: status === 'confirmed' && dueAt !== null && dueAt <= dueBefore,
  };
}
