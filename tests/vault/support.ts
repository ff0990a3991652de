/** A vault on a database of its own: the night's side, the hub's side, patients without a card, and real calls' cost left out. */
import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { inTransaction, type Sql } from '../../src/db.ts';
import { createCardDeriver } from '../../src/lib/card.ts';
import { idsFrom } from '../../src/lib/ids.ts';
import {
  type HubVault,
  type IssuedCard,
  issueCard,
  type NightVault,
  openByCard,
  pepperIdOf,
  stockCards,
  storeVersion,
} from '../../src/vault/actions.ts';
import { FakeClock } from '../support/clock.ts';
import { hubOne, type TestHub } from './hubs.ts';

export const doing = { actor: 'operator:op_test', cause: 'test' } as const;

/** Random bytes that are the same in every run. */
export function seededRandom(seed: string): (size: number) => Buffer {
  let drawn = 0;
  return (size) => {
    const blocks: Buffer[] = [];
    for (let made = 0; made < size; made += 32) blocks.push(createHash('sha256').update(`${seed} ${drawn++}`).digest());
    return Buffer.concat(blocks).subarray(0, size);
  };
}

export class VaultWorld {
  readonly pool: pg.Pool;
  readonly clock = new FakeClock(new Date('2026-06-01T03:00:00Z'));
  readonly ids = idsFrom(randomBytes);
  readonly pepper = randomBytes(32);
  readonly caseKey = randomBytes(32);
  readonly night: NightVault;
  readonly hub: HubVault;
  associationId = '';

  constructor(pool: pg.Pool, hub: TestHub = hubOne) {
    this.pool = pool;
    const { clock, ids, caseKey } = this;
    const anybody = { db: pool, clock, ids, random: randomBytes, hub: hub.certificate };
    this.night = { ...anybody, ...this.derivation(this.pepper), caseKey };
    this.hub = { ...anybody, hubKeys: hub.keys };
  }

  /** As a process that was started with another pepper has it. Cheap: 2^4 and not 2^16. */
  derivation(pepper: Buffer): Pick<NightVault, 'cards' | 'pepperId'> {
    return { cards: createCardDeriver({ pepper, costLog2: 4, concurrency: 1 }), pepperId: pepperIdOf(pepper) };
  }

  async open(): Promise<this> {
    this.associationId = await this.association();
    return this;
  }

  async association(): Promise<string> {
    const id = this.ids.next('as');
    await this.pool.query(
      `insert into association (id, code, name, spoken_name, caller_number, created_at)
      values ($1, $1, '西区医師会', 'にしくいしかい', '+81455550100', $2)`,
      [id, this.clock.now()],
    );
    await this.pool.query(
      `insert into area (id, association_id, code, key, name, spoken_name) values ($1, $2, 'A', 1, '藤棚', 'ふじだな')`,
      [this.ids.next('ar'), id],
    );
    return id;
  }

  async patient(associationId = this.associationId): Promise<string> {
    const id = this.ids.next('pt');
    await this.pool.query(
      `insert into patient (id, association_id, code, area_id)
      select $1, $2, $1, id from area where association_id = $2`,
      [id, associationId],
    );
    return id;
  }

  inTransaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return inTransaction(this.pool, work);
  }

  /** A patient with a card and these contents as released versions. */
  async enrolled(...contents: string[]): Promise<{ patientId: string; card: IssuedCard }> {
    const patientId = await this.patient();
    await stockCards(this.night, 1);
    const card = await this.issue(patientId);
    for (const content of contents) await this.store(patientId, card, content);
    return { patientId, card };
  }

  async issue(patientId: string): Promise<IssuedCard> {
    const issued = await this.inTransaction((tx) => issueCard(tx, this.hub, this.of(patientId)));
    if ('refused' in issued) throw new Error(issued.refused);
    return issued;
  }

  store(patientId: string, { cardKeys }: Pick<IssuedCard, 'cardKeys'>, content: string, isReleased = true) {
    const made = { ...this.of(patientId), content: Buffer.from(content), cardKeys, isReleased };
    return this.inTransaction((tx) => storeVersion(tx, this.hub, made));
  }

  of(patientId: string) {
    return { associationId: this.associationId, patientId, ...doing };
  }

  /** What a number opens, in words: its content, or the refusal. */
  async read(number: string, night: Pick<NightVault, 'db' | 'cards' | 'pepperId'> = this.night): Promise<string> {
    const opened = await openByCard(night, this.associationId, number);
    return 'refused' in opened ? opened.refused : opened.content.toString();
  }
}
