/** The hub's clerk and the second reader: they do with the hub's own keys what people do at the console. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { loadConfig, loadHubSecrets } from '../../config.ts';
import { inTransaction } from '../../db.ts';
import { associationById, associations } from '../../directory/actions.ts';
import type { BilevelPage } from '../../imaging/bilevel.ts';
import { enrolmentDesk, openItem, settleItem } from '../../inbox/actions.ts';
import { enrolmentDraft, sourceImage, withTyped } from '../../inbox/enrolment-draft.ts';
import { systemClock } from '../../lib/clock.ts';
import { randomIds } from '../../lib/ids.ts';
import { localDate } from '../../lib/japan-time.ts';
import { cardSheetView } from '../../pages/card-view.ts';
import { openPageMaker } from '../../pages/maker.ts';
import { rasterise } from '../../pages/raster.ts';
import { loadWords } from '../../pages/words.ts';
import { enrolPatient, type HubPatients, passSecondReading } from '../../patients/actions.ts';
import { criticalKeys } from '../../patients/life.ts';
import { issueCard } from '../../vault/actions.ts';
import { openHubVault } from '../../vault/keys.ts';

export interface Typed {
  registration: Record<string, unknown>;
  record: Record<string, unknown>;
}

export interface Enrolled {
  patientId: string;
  /** The hub's running number. */
  code: string;
  /** Twelve digits. */
  cardNumber: string;
  /** Seconds that the machine needed to read the form, and that typing saved: fields which the ticks filled. */
  fromTicks: number;
}

const clerk = 'op_democlerk';
const reader = 'op_demoreader';
const cause = 'npm run demo';

export class HubDesk {
  private readonly ctx: HubPatients;
  private readonly associationId: string;

  private constructor(ctx: HubPatients, associationId: string) {
    this.ctx = ctx;
    this.associationId = associationId;
  }

  /** @param env of the system that is demonstrated: its data folder has the hub's keys. */
  static async open(env: NodeJS.ProcessEnv, db: pg.Pool): Promise<HubDesk> {
    const secrets = loadHubSecrets(env);
    const parts = { db, clock: systemClock, ids: randomIds, random: randomBytes };
    const vault = openHubVault(loadConfig(env), secrets, parts);
    const [association] = await associations(db);
    if (!association) throw new Error('there is no association');
    return new HubDesk({ ...vault, searchKey: secrets.searchKey }, association.id);
  }

  /** Types the form that came in: what is ticked is there already, the rest is read from its crops. */
  async enrol(typed: Typed, seconds: number, signal: AbortSignal): Promise<Enrolled> {
    const { ctx, associationId } = this;
    const item = await waitFor('a form at the enrolment desk', seconds, signal, async () => {
      const [first] = await enrolmentDesk(ctx.db, associationId);
      return first;
    });
    const by = { associationId, itemId: item.id, operatorId: clerk };
    const opened = await openItem(ctx, by);
    const fields = opened?.page?.fields;
    if (!opened?.page || !fields?.form) throw new Error('the form could not be opened');
    const read = enrolmentDraft({ form: fields.form, ticks: fields.ticks, crops: fields.crops });
    const image = sourceImage({ id: item.id, sha256: opened.page.sha256 }, read.crops);
    const { registration, record } = typed;
    const draft = withTyped(read.draft, { registration: { ...registration, sourceImage: image }, record });
    const fromTicks = Object.keys(read.draft.registration).length + Object.keys(read.draft.record).length;
    return waitFor('a card of the stock', seconds, signal, () =>
      inTransaction(ctx.db, async (tx) => {
        const written = await enrolPatient(tx, ctx, { associationId, draft, by: clerk, cause, isFinished: true });
        if (written.status === 'refused') throw new Error(`refused: ${JSON.stringify(written.findings)}`);
        const { patientId, code } = written;
        const card = await issueCard(tx, ctx, { associationId, patientId, actor: `operator:${clerk}`, cause });
        if ('refused' in card) throw new NotYet(card.refused);
        const settled = await settleItem(tx, ctx, by, { outcome: 'enrolled', patientId });
        if (settled.status === 'refused') throw new Error(settled.why);
        return { patientId, code, cardNumber: card.number, fromTicks };
      }),
    );
  }

  /** Another person has compared the critical fields with the page. */
  async readSecond(patientId: string): Promise<void> {
    const step = { associationId: this.associationId, patientId, by: reader, cause, version: null };
    const done = await inTransaction(this.ctx.db, (tx) =>
      passSecondReading(tx, this.ctx, { ...step, keys: [...criticalKeys] }),
    );
    if (done.status !== 'done') throw new Error(`the second reading was not taken: ${done.status}`);
  }

  /** The card as it is printed: PDF, and how a copier or fax machine sees the sheet. */
  async printCard(
    cardNumber: string,
    nameKana: string,
    gatewayFax: string,
    attending: { doctor: string; facility: string; phone: string },
  ) {
    const association = await associationById(this.ctx.db, this.associationId);
    if (!association) throw new Error('the association is gone');
    const maker = openPageMaker();
    try {
      const { caller_number: callerNumber } = association;
      const issuer = {
        ...{ associationName: association.name, gatewayPhone: callerNumber, gatewayFax, lostPhone: callerNumber },
      };
      const card = { cardNumber, nameKana, issuedOn: localDate(systemClock.now()), issue: 1, attending };
      const pdf = await maker.pdf('card', cardSheetView([card], issuer, loadWords()));
      const [sheet] = await rasterise(pdf, 'fine');
      if (!sheet) throw new Error('no card was printed');
      return { pdf, sheet: sheet satisfies BilevelPage };
    } finally {
      maker.close();
    }
  }
}

/** Asked for too early: tried again. */
class NotYet extends Error {}

async function waitFor<T>(
  what: string,
  seconds: number,
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (let waitedMs = 0; waitedMs <= seconds * 1000; waitedMs += 500) {
    const found = await look().catch((error: unknown) => {
      if (error instanceof NotYet) return undefined;
      throw error;
    });
    if (found !== undefined) return found;
    await pause(500, undefined, { signal });
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}
