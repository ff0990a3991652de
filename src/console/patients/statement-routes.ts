import { z } from 'zod';
import { lastSeal } from '../../audit/actions.ts';
import { inTransaction } from '../../db.ts';
import { statementView } from '../../pages/statement-view.ts';
import { markUnshown } from '../../pages/unshown.ts';
import { namesOf, noteStatement } from '../../patients/actions.ts';
import { permits } from '../../staff/staff.ts';
import { namesOfActors } from '../people/names.ts';
import { refuse, route } from '../route.ts';
import { words } from './shapes.ts';
import * as store from './store.ts';

/** Some sixty sheets; set in half a second. */
const mostLines = 2000;

export const statementRoutes = {
  disclosure_statement: route({
    method: 'post',
    path: '/disclosures/statement',
    summary: 'All releases of a patient’s record and all looks at it, as PDF; that it was made is written down first',
    access: 'disclosures.read',
    body: z.object({
      /** The hub's own number of the patient, closed ones too. */
      code: z.string().max(20),
    }),
    reply: { file: 'application/pdf' },
    async handle(ctx, { staff, body, cause }) {
      const { associationId, id: by } = staff;
      const patientId = await store.patientByCode(
        ctx.db,
        associationId,
        body.code.normalize('NFKC').trim().toUpperCase(),
      );
      if (!patientId) return refuse(404, 'no_such_code');
      const options = { before: new Date(ctx.clock.now().getTime() + 1000), limit: mostLines + 1 };
      const [openings, issuer, seal] = await Promise.all([
        store.openingsOf(ctx.db, associationId, patientId, options),
        store.issuerOf(ctx.db, associationId),
        lastSeal(ctx.db, associationId),
      ]);
      const names = await namesOfActors(
        ctx.db,
        associationId,
        openings.flatMap(({ actor }) => actor ?? []),
      );
      const lines = openings.slice(0, mostLines).map(({ actor, who, ...line }) => {
        return { ...line, who: who ?? (actor ? (names.get(actor) ?? null) : null) };
      });
      // Who may not read patients gets the code alone.
      const named = permits(staff.role, 'patients.read') ? await namesOf(ctx, associationId, [patientId]) : null;
      const made = { associationId, patientId, by, cause, lines: lines.length };
      await inTransaction(ctx.db, (tx) => noteStatement(tx, ctx, made));
      const view = statementView(
        {
          ...{ associationName: issuer.name, hubPhone: issuer.hubPhone, patientCode: body.code, madeBy: staff.name },
          ...{ patientName: named?.get(patientId)?.name ?? null, at: ctx.clock.now(), lines, seal },
          isCut: openings.length > mostLines,
        },
        words,
      );
      const pdf = await ctx.maker.pdf('statement', markUnshown(view, ctx.maker.coverage).view);
      return { bytes: pdf, saveAs: 'statement.pdf' };
    },
  }),
};
