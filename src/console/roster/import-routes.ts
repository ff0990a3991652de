/** A roster out of a file: shown line by line, and taken over when a person has seen what would become of it. */
import { z } from 'zod';
import { importLimits } from '../../roster/import-file.ts';
import { importRoster, previewFile } from '../../roster/importing.ts';
import { refuse, route } from '../route.ts';
import { edited, editOf } from './editing.ts';
import * as shape from './shapes.ts';
import * as store from './store.ts';

/** Base 64 and the rest of the body. */
const bodyLimit = Math.ceil(importLimits.bytes * 1.4) + 4000;

const given = {
  /** CSV (UTF-8 or Shift_JIS) or iCalendar, base 64. */
  file: z.base64().max(bodyLimit),
  /** For lines that name no area. */
  areaId: shape.id,
  /** Whose calendar it is, for events that name nobody. */
  doctorId: shape.id.nullable(),
};
const outcomes = ['taken', 'same', 'clash', 'unknown_doctor', 'outside', 'unread'] as const;

const givenOf = ({ file, areaId, doctorId }: { file: string; areaId: string; doctorId: string | null }) => ({
  bytes: Buffer.from(file, 'base64'),
  defaults: { areaId, doctorId },
});

export const rosterImportRoutes = {
  preview_roster_file: route({
    method: 'post',
    path: '/roster/imports/preview',
    summary: 'What would become of each line of a list (CSV) or a calendar (ICS); writes nothing',
    access: 'roster.write',
    bodyLimit,
    body: z.object(given),
    reply: z.object({
      fingerprint: z.string(),
      counts: z.record(z.enum(outcomes), z.number().int()),
      lines: z.array(
        z.object({
          ...{ line: z.number().int(), text: z.string(), outcome: z.enum(outcomes), reason: z.string().nullable() },
          place: z.object({ area: z.string(), date: z.string(), ...shape.band, position: z.number().int() }).nullable(),
          ...{ doctor: z.string().nullable(), before: z.string().nullable() },
        }),
      ),
    }),
    async handle(ctx, { staff: { associationId }, body }) {
      const preview = await previewFile(ctx.db, ctx, { associationId, ...givenOf(body) });
      if (!preview) return refuse(404, 'not_found');
      if ('fault' in preview) return refuse(422, `file_${preview.fault}`, { line: preview.line, what: preview.detail });
      const [areas, doctors] = await Promise.all([
        store.areasOf(ctx.db, associationId),
        store.doctorsOf(ctx.db, associationId),
      ]);
      const names = new Map([...areas, ...doctors].map(({ id, name }) => [id, name]));
      const nameOf = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? ''));
      const { fingerprint, lines } = preview;
      const counts = Object.fromEntries(outcomes.map((one) => [one, lines.filter((l) => l.outcome === one).length]));
      return {
        ...{ fingerprint, counts: counts as Record<(typeof outcomes)[number], number> },
        lines: lines.map(({ line, text, outcome, reason, place, doctorId, before }) => ({
          ...{ line, text, outcome, reason, doctor: nameOf(doctorId), before: nameOf(before) },
          place: place && {
            ...{ area: nameOf(place.areaId) ?? '', date: place.date, ...place.band, position: place.position },
          },
        })),
      };
    },
  }),

  import_roster_file: route({
    method: 'post',
    path: '/roster/imports',
    summary: 'Takes over what the preview of this file showed as taken, all in one; refused when that has changed',
    access: 'roster.write',
    bodyLimit,
    body: z.object({ ...given, fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }),
    reply: shape.done,
    handle: (ctx, { staff, body, cause }) =>
      edited(ctx, (tx) =>
        importRoster(tx, ctx, { ...editOf(staff, cause), ...givenOf(body), fingerprint: body.fingerprint }),
      ),
  }),
};
