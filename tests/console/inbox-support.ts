/** The console with the fax line's hook beside it: what is received waits in the queue of the desk. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { connectRelease } from '../../src/disclosures/connect.ts';
import type { DisclosureContext } from '../../src/disclosures/context.ts';
import type { ReceivedFax } from '../../src/fax/context.ts';
import type { BilevelPage } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { receivedHook } from '../../src/inbox/receive.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { stockCards } from '../../src/vault/actions.ts';
import { type ConsoleWorld, openConsoleWorld, type Person } from '../support/console.ts';
import { minimumDraft } from '../support/drafts.ts';
import { blankForms, tickForm } from '../support/filled-form.ts';

export interface DeskWorld extends ConsoleWorld {
  /** What the night side does with pages and typed requests. */
  night: DisclosureContext;
  /** A fax comes in and is read by the real reader. @returns the ids of its items. */
  receives(pages: readonly BilevelPage[], more?: Partial<ReceivedFax>): Promise<string[]>;
  /** An enrolment form with these ticks. */
  receivesForm(ticks?: readonly string[], seed?: number): Promise<string>;
  stock(cards: number): Promise<void>;
}

export const usualTicks = [
  ...['reg_kind=new', 'sex=female', 'birth=showa', 'residence=together', 'allergy=unknown', 'infection=none'],
  ...['procedures=oxygen', 'procedures=ventilator', 'adl_bedridden=B1', 'acp=everything', 'consent_to=yes'],
  ...['consent_fax=yes', 'consent_hosp=ambulance', 'consent_by=self'],
];

export async function openDesk(): Promise<DeskWorld> {
  const world = await openConsoleWorld();
  const { db, clock, ids, maker, log } = world.ctx;
  const { cards, caseKey, hub, vault } = { ...world.patients.ctx, vault: world.patients.vault };
  const release = connectRelease({
    ...{ db, clock, ids, cards, caseKey, maker, pepper: vault.pepper, random: randomBytes },
    ...{ publicBaseUrl: 'https://kamome.example', wakeFax: () => undefined },
  });
  const night: DisclosureContext = { db, clock, ids, log, release, wake: () => undefined };
  const hook = receivedHook(
    () => night,
    () => hub,
  );
  let blank: Awaited<ReturnType<typeof blankForms>> | null = null;
  const desk: DeskWorld = {
    ...world,
    night,
    async receives(pages, more = {}) {
      const fax: ReceivedFax = {
        ...{ id: ids.next('fi'), associationId: world.associationId, to: '+815000000110', from: '+81450001234' },
        ...{ claimedStationId: null, pages: pages.length, isPartial: false, receivedAt: clock.now(), ...more },
      };
      await hook.onFaxReceived(fax, Buffer.from(await encodeTiff([...pages])));
      const { rows } = await db.query('select id from inbox_item where received_fax_id = $1 order by page_no', [
        fax.id,
      ]);
      return rows.map(({ id }) => id);
    },
    async receivesForm(ticks = usualTicks, seed = 1) {
      blank ??= await blankForms();
      const [itemId] = await desk.receives([tickForm(blank.enrolment, 'enrolment', ticks, seed)]);
      return itemId!;
    },
    stock: async (wanted) => void (await stockCards(vault.night, wanted)),
  };
  return desk;
}

export interface DeskWithPeople extends DeskWorld {
  clerk: Person;
  nurse: Person;
  rows(sql: string, values?: unknown[]): Promise<pg.QueryResult['rows']>;
  /** A page without paper that the clerk begins by hand. @returns its id. */
  byHand(): Promise<string>;
  /** A patient with a card, enrolled by the clerk and awaiting the second reading. */
  enrolled(): Promise<{ patientId: string; code: string }>;
}

/** The desk with a clerk and a nurse, open while the suite that asks for it runs; filled in before its first test. */
export function useDesk(): DeskWithPeople {
  const desk = {} as DeskWithPeople;
  before(async function () {
    this.timeout(120_000);
    const world = await openDesk();
    const clerk = world.person('clerk', { name: '事務 花子' });
    const byHand = async () => (await clerk.call('start_enrolment', {})).itemId;
    Object.assign(desk, world, {
      ...{ clerk, byHand, nurse: world.person('nurse', { name: '看護 一郎' }) },
      rows: async (sql: string, values: unknown[] = []) => (await world.ctx.db.query(sql, values)).rows,
      async enrolled() {
        await world.stock(1);
        return clerk.call('enrol_patient', { params: { itemId: await byHand() }, body: { draft: minimumDraft() } });
      },
    });
  });
  after(async () => {
    await readers().close();
    await desk.close?.();
  });
  return desk;
}
