/** The form in which records are typed, and what it says of a draft while somebody types. Used by enrolment and by changes. */
import { z } from 'zod';
import { checkDraft } from '../../patients/draft-check.ts';
import type { FormSection } from '../../records/form.ts';
import { formSections } from '../../records/form-sections.ts';
import { route } from '../route.ts';
import * as store from './store.ts';

const both = z.tuple([z.string(), z.string()]).readonly();

/** A draft as the form holds it; what it says is for `examine` to judge. */
export const draftShape = z.object({
  registration: z.record(z.string(), z.unknown()),
  record: z.record(z.string(), z.unknown()),
});

export const findingShape = z.object({
  level: z.enum(['refused', 'minimum', 'complete', 'warning']),
  key: z.string(),
  label: both,
  path: z.string(),
  code: z.string(),
  problem: both,
  cure: both,
});

export const recordFormRoutes = {
  record_form: route({
    method: 'get',
    path: '/record-form',
    summary: 'Sections, fields and choices of the record form, and whom its fields may name',
    access: 'patients.write',
    reply: z.object({
      sections: z.custom<readonly FormSection[]>(Array.isArray),
      references: z.array(
        z.object({
          of: z.enum(['area', 'doctor', 'hospital']),
          value: z.string(),
          name: z.string(),
          place: z.string().nullable(),
        }),
      ),
    }),
    async handle(ctx, { staff }) {
      return { sections: formSections, references: await store.referencesOf(ctx.db, staff.associationId) };
    },
  }),
  check_draft: route({
    method: 'post',
    path: '/record-form/check',
    summary: 'What is wrong with a draft, how it was understood, and who is enrolled already; writes nothing',
    access: 'patients.write',
    body: z.object({ draft: draftShape, patientId: z.string().nullable() }),
    reply: z.object({
      findings: z.array(findingShape),
      understood: z.array(z.object({ path: z.string(), text: z.string() })),
      offers: z.array(z.object({ path: z.string(), text: z.string() })),
      duplicates: z.array(
        z.object({
          patientId: z.string(),
          code: z.string(),
          why: z.enum(['name_and_birth', 'birth_and_phone', 'name_and_phone']),
        }),
      ),
    }),
    handle: (ctx, { staff, body }) => checkDraft(ctx, staff.associationId, body.draft, body.patientId),
  }),
};
