/** The hub's clerk and the second reader: they do with the hub's own keys, and with the verbs of the desk, what people do at the console. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { loadConfig, loadHubSecrets } from '../../config.ts';
import { inTransaction } from '../../db.ts';
import { associations } from '../../directory/actions.ts';
import type { BilevelPage } from '../../imaging/bilevel.ts';
import { enrolmentDesk, openItem } from '../../inbox/actions.ts';
import { claimItem } from '../../inbox/claims.ts';
import { enrolFromItem } from '../../inbox/enrolling.ts';
import { enrolmentDraft, withTyped } from '../../inbox/enrolment-draft.ts';
import { systemClock } from '../../lib/clock.ts';
import { randomIds } from '../../lib/ids.ts';
import { openPageMaker } from '../../pages/maker.ts';
import { rasterise } from '../../pages/raster.ts';
import { type HubPatients, passSecondReading } from '../../patients/actions.ts';
import { printCardPaper } from '../../patients/card-papers.ts';
import { criticalKeys } from '../../patients/life.ts';
import { cardCopyOf, issueCard } from '../../vault/actions.ts';
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
    const own = { associationId, itemId: item.id, operatorId: clerk, name: '事務' };
    const claimed = await claimItem(ctx, own);
    if (claimed.status !== 'claimed') throw new Error(`the form could not be had: ${claimed.status}`);
    const fields = (await openItem(ctx, own))?.page?.fields;
    if (!fields?.form) throw new Error('the form could not be opened');
    const read = enrolmentDraft({ form: fields.form, ticks: fields.ticks, crops: fields.crops });
    const enrolled = await enrolFromItem(ctx, own, withTyped(read.draft, typed));
    if (enrolled.status !== 'enrolled') throw new Error(`refused: ${JSON.stringify(enrolled)}`);
    const { patientId, code, hasCard } = enrolled;
    if (!hasCard) await waitFor('a card of the stock', seconds, signal, () => this.handOut(patientId));
    const copy = await inTransaction(ctx.db, (tx) => cardCopyOf(tx, ctx, patientId));
    if (!copy) throw new Error('there is no card');
    const fromTicks = Object.keys(read.draft.registration).length + Object.keys(read.draft.record).length;
    return { patientId, code, cardNumber: copy.number, fromTicks };
  }

  /** @returns undefined while the stock is empty. */
  private async handOut(patientId: string): Promise<object | undefined> {
    const { ctx, associationId } = this;
    const wanted = { associationId, patientId, actor: `operator:${clerk}`, cause };
    const issued = await inTransaction(ctx.db, (tx) => issueCard(tx, ctx, wanted));
    return 'refused' in issued ? undefined : issued;
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
  async printCard(patientId: string): Promise<{ pdf: Uint8Array; sheet: BilevelPage }> {
    const maker = openPageMaker();
    try {
      const asked = { associationId: this.associationId, patientId, by: clerk, cause, paper: 'card' } as const;
      const pdf = await printCardPaper({ ...this.ctx, maker }, asked);
      const [sheet] = pdf ? await rasterise(pdf, 'fine') : [];
      if (!pdf || !sheet) throw new Error('no card was printed');
      return { pdf, sheet };
    } finally {
      maker.close();
    }
  }
}

async function waitFor<T>(
  what: string,
  seconds: number,
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (let waitedMs = 0; waitedMs <= seconds * 1000; waitedMs += 500) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(500, undefined, { signal });
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}
