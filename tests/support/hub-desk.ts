/** The hub around the world of a story: the real vault behind cards and records, and a clerk who types what a faxed form shows. */
import { randomBytes } from 'node:crypto';
import { inTransaction } from '../../src/db.ts';
import { recordVault } from '../../src/disclosures/record-vault.ts';
import { enrolmentDesk, openItem, settleItem } from '../../src/inbox/actions.ts';
import { enrolmentDraft, sourceImage, withTyped } from '../../src/inbox/enrolment-draft.ts';
import { enrolPatient, type HubPatients, passSecondReading } from '../../src/patients/actions.ts';
import { criticalKeys } from '../../src/patients/life.ts';
import {
  issueCard,
  type NightVault,
  pepperIdOf,
  reissueCard,
  reportLost,
  stockCards,
} from '../../src/vault/actions.ts';
import type { Inbox } from './fax-night.ts';
import { testCard } from './town.ts';
import type { World } from './world.ts';

export interface Enrolled {
  patientId: string;
  /** Twelve digits, as printed on the card. */
  card: string;
}

export interface HubDesk {
  /** A clerk opens the form that waits, types what the ticks do not say, has it read a second time and hands out the card. */
  enrolsWhatCameIn(typed: { registration: object; record: object }): Promise<Enrolled>;
  reportsLost(enrolled: Enrolled): Promise<boolean>;
  /** @returns the same patient with the new card. */
  reissues(enrolled: Enrolled): Promise<Enrolled>;
}

/** From here on the night's releases open the real vault. */
export function openHubDesk(world: World, { hub }: Pick<Inbox, 'hub'>): HubDesk {
  const { db, clock, release, town } = world;
  const { ids, cards } = world.ctx;
  const { caseKey } = release;
  const { pepper } = testCard;
  release.tools.vault = recordVault({ db, clock, cards, pepper, caseKey, random: randomBytes });
  const ctx: HubPatients & NightVault = {
    ...{ db, clock, ids, cards, caseKey, random: randomBytes, hub: hub.certificate, hubKeys: hub.keys },
    ...{ pepperId: pepperIdOf(pepper), searchKey: Buffer.alloc(32, 5) },
  };
  const { associationId } = town;
  const by = 'op_typist';
  const issue = (patientId: string) => ({ associationId, patientId, actor: `operator:${by}`, cause: 'console' });

  return {
    async enrolsWhatCameIn(typed) {
      const [item] = await enrolmentDesk(db, associationId);
      if (!item) throw new Error('no enrolment form waits at the desk');
      const own = { associationId, itemId: item.id, operatorId: by };
      const page = (await openItem(ctx, own))?.page;
      const { form, ticks, crops } = page?.fields ?? {};
      if (!page || !form || !ticks || !crops) throw new Error('the form has no fields');
      const read = enrolmentDraft({ form, ticks, crops });
      const image = sourceImage({ id: item.id, sha256: page.sha256 }, read.crops);
      const draft = withTyped(read.draft, {
        ...typed,
        registration: { ...typed.registration, sourceImage: image },
      });
      await stockCards(ctx, 1);
      const { patientId, version, card } = await inTransaction(db, async (tx) => {
        const enrolment = { associationId, draft, by, cause: 'console', isFinished: true };
        const enrolled = await enrolPatient(tx, ctx, enrolment);
        if (enrolled.status === 'refused') throw new Error(JSON.stringify(enrolled.findings));
        await settleItem(tx, ctx, own, { outcome: 'enrolled', patientId: enrolled.patientId });
        const issued = await issueCard(tx, ctx, issue(enrolled.patientId));
        if ('refused' in issued) throw new Error(issued.refused);
        return { ...enrolled, card: issued.number };
      });
      const step = { associationId, patientId, by: 'op_reader', version, cause: 'console', keys: criticalKeys };
      const second = await inTransaction(db, (tx) => passSecondReading(tx, ctx, step));
      if (second.status !== 'done') throw new Error(`the second reading was ${second.status}`);
      return { patientId, card };
    },
    reportsLost: ({ patientId }) => inTransaction(db, (tx) => reportLost(tx, ctx, issue(patientId))),
    async reissues({ patientId }) {
      await stockCards(ctx, 1);
      const issued = await inTransaction(db, (tx) => reissueCard(tx, ctx, issue(patientId)));
      if ('refused' in issued) throw new Error(issued.refused);
      return { patientId, card: issued.number };
    },
  };
}
