import { confirmDestination, destinationsOf, queueFax } from '../fax/actions.ts';
import type { FaxContext } from '../fax/context.ts';
import type { FaxDesk, QueuedPage } from './context.ts';

/** The fax line as releases use it: confirmed destinations only, and a page put in by destination, never by number. */
export function faxDesk(ctx: Pick<FaxContext, 'ids' | 'random' | 'caseKey'>, wake: (faxId: string) => void): FaxDesk {
  return {
    async confirmedDestinations(sql, owner, at) {
      const of =
        'doctorId' in owner
          ? { kind: 'doctor' as const, id: owner.doctorId }
          : { kind: 'hospital' as const, id: owner.hospitalId };
      const all = await destinationsOf(sql, of);
      // The fax line asks again, with the row locked, when the page is put in.
      return all.filter(
        ({ status, confirmDueAt }) => status === 'confirmed' && confirmDueAt !== null && confirmDueAt > at,
      );
    },
    async queue(tx, page) {
      const queued = await queueFax(tx, ctx, { ...page, purpose: purposes[page.purpose] });
      return 'queued' in queued ? queued.queued : null;
    },
    async confirm(tx, { clock }, keyed) {
      const outcome = await confirmDestination(tx, { clock, caseKey: ctx.caseKey }, keyed);
      return 'confirmed' in outcome ? outcome.confirmed : null;
    },
    wake,
  };
}

/** A notice names a patient by the hub's own number: it goes where a morning page may go. */
const purposes: Readonly<Record<QueuedPage['purpose'], 'record' | 'morning' | 'refusal' | 'form'>> = {
  ...{ record: 'record', notice: 'morning', refusal: 'refusal', morning: 'morning', form: 'form' },
};
