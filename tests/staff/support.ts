/** Staff on a database of its own: accounts made through their own links, with a clock that the test moves. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/lib/clock.ts';
import { idsFrom } from '../../src/lib/ids.ts';
import { beginPassword, enrolWithPassword, inviteStaff, type StaffContext } from '../../src/staff/actions.ts';
import { staffKeyOf } from '../../src/staff/context.ts';
import type { Staff, StaffRole } from '../../src/staff/staff.ts';
import { FakeClock } from '../support/clock.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { codeOf } from '../support/totp.ts';

type Given = Pick<StaffContext, 'db' | 'clock'> & Partial<StaffContext> & { searchKey?: Uint8Array };

/** As the console's entry file puts it together; passwords cost next to nothing. */
export const staffContext = ({ searchKey = randomBytes(32), ...given }: Given): StaffContext => ({
  ...{ ids: idsFrom(randomBytes), random: randomBytes, staffKey: staffKeyOf(searchKey), passwordCostLog2: 4 },
  ...{ site: { origin: 'http://localhost', name: 'Kamome' }, oidc: null },
  ...given,
});

export const goodPassword = 'つばめ quartz 三日月 lantern';

export interface Enrolled {
  staff: Staff;
  signInName: string;
  secret: string;
  recoveryCodes: string[];
  token: string;
  sessionId: string;
}

export class StaffWorld {
  readonly database: TestDatabase;
  readonly clock = new FakeClock(new Date('2026-06-01T03:00:00Z'));
  readonly ctx: StaffContext;
  associationId = '';
  private made = 0;

  constructor(database: TestDatabase) {
    this.database = database;
    this.ctx = staffContext({ db: database.pool, clock: this.clock as Clock });
  }

  static async open(): Promise<StaffWorld> {
    const world = new StaffWorld(await freshDatabase());
    world.associationId = await world.association();
    return world;
  }

  async association(): Promise<string> {
    const id = this.ctx.ids.next('as');
    await this.ctx.db.query(
      `insert into association (id, code, name, spoken_name, caller_number, created_at)
      values ($1, $1, '西区医師会', 'にしくいしかい', '+81455550100', $2)`,
      [id, this.clock.now()],
    );
    return id;
  }

  async passes(seconds: number): Promise<void> {
    await this.clock.advanceTo(new Date(this.clock.now().getTime() + seconds * 1000), async () => undefined);
  }

  invite(role: StaffRole = 'nurse', associationId = this.associationId) {
    return inviteStaff(this.ctx, { associationId, name: '看護 一郎', role, language: 'ja', by: 'command_line' });
  }

  /** Somebody with password and one-time codes, signed in by his link; the next code is free again. */
  async enrol(
    role: StaffRole = 'nurse',
    associationId = this.associationId,
    signInName = `person${++this.made}`,
  ): Promise<Enrolled> {
    const { token: invitation } = await this.invite(role, associationId);
    const begun = await beginPassword(this.ctx, { invitation });
    if (!begun) throw new Error('the link is not good');
    const code = codeOf(begun.secret, this.clock.now());
    const answer = { ceremony: begun.ceremony, signInName, password: goodPassword, code };
    const enrolled = await enrolWithPassword(this.ctx, invitation, answer, 'Chrome / Windows');
    if ('refused' in enrolled) throw new Error(enrolled.refused);
    await this.passes(60);
    const { staff, token, sessionId, recoveryCodes } = enrolled;
    return { staff, signInName, secret: begun.secret, recoveryCodes, token, sessionId };
  }

  code({ secret }: Pick<Enrolled, 'secret'>): string {
    return codeOf(secret, this.clock.now());
  }

  async log(chainId: string): Promise<{ kind: string; actor: string; data: Record<string, unknown> }[]> {
    const { rows } = await this.ctx.db.query(
      'select kind, actor, data from audit_entry where chain_id = $1 order by seq',
      [chainId],
    );
    return rows;
  }

  async kinds(chainId: string): Promise<string[]> {
    return (await this.log(chainId)).map(({ kind }) => kind);
  }
}
