import { expect } from 'chai';
import { freePort } from '../../src/embedded/cluster.ts';
import { type Child, type DataFolder, dataFolder, endChildren, startChild, until } from '../support/processes.ts';
import { accepts, callerRings, overlapMs, ringsOn, type Town, takesCallBack, townOn } from './people.ts';

const number = '+815000000100';
/** Patients of the example, of different areas: card, the attending doctor's phones and the first deputy's first phone. */
const patients = {
  p001: { card: '543274497068', attending: ['+819000000101', '+81450000101'], deputy: '+819000000102' },
  p007: { card: '898776651961', attending: ['+819000000110', '+81450000110'], deputy: '+819000000111' },
  p013: { card: '733370697536', attending: ['+819000000119', '+81450000118'], deputy: '+819000000120' },
  p022: { card: '625504669363', attending: ['+819000000131', '+81450000130'], deputy: '+819000000132' },
} as const;
type Patient = (typeof patients)[keyof typeof patients];

/**
 * The whole system in one process as in production: an account, a carrier elsewhere (the exchange as a process of its own,
 * which goes on while we are dead), and data that outlive the process.
 */
describe('killed with kill -9 in the middle of an urgent call', function () {
  this.timeout(240_000);
  let folder: DataFolder;
  let env: Record<string, string>;
  let town: Town;
  let system: Child;
  before(async () => {
    folder = await dataFolder();
    const [port, exchangePort] = [await freePort(), await freePort()];
    const account = {
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(31)}3`,
      TWILIO_AUTH_TOKEN: 'a-token-for-tests-only-0003',
    };
    const gatewayUrl = `http://127.0.0.1:${port}`;
    env = {
      ...account,
      ...{ KAMOME_DATA: folder.path, PORT: String(port), PUBLIC_BASE_URL: gatewayUrl, LOG_LEVEL: 'warn' },
      ...{ TWILIO_API_BASE: `http://127.0.0.1:${exchangePort}`, TWILIO_CALLS_PER_SECOND: '50', CARD_COST_LOG2: '4' },
    };
    const exchange = startChild('src/simulators/exchange/main.ts', { ...account, EXCHANGE_PORT: String(exchangePort) });
    await exchange.line(/^exchange /, 60);
    const imported = startChild('src/lists/main.ts', env, ['config/examples/nishi']);
    expect((await imported.ended(120)).code, imported.output()).to.equal(0);
    town = townOn(`http://127.0.0.1:${exchangePort}`);
    await town.configure(number, gatewayUrl);
    system = await startedSystem();
    await folder.keepJobs();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.error(`${system.output()}\n${await wholeLog()}`);
  });
  after(async () => {
    await endChildren();
    expect(await folder.discard(), 'jobs that were looked at').to.be.above(4);
  });

  const startedSystem = async (): Promise<Child> => {
    const started = startChild('src/start.ts', env);
    await started.line(/^ready /, 90);
    return started;
  };
  /** Kills the system, lets `deadMs` pass, starts it. @returns when the restart began, and when it could take calls. */
  const dies = async (deadMs = 0): Promise<{ restartedAt: number; readyAt: number }> => {
    await system.kill();
    await new Promise((resolve) => setTimeout(resolve, deadMs));
    const restartedAt = Date.now();
    system = await startedSystem();
    return { restartedAt, readyAt: Date.now() };
  };
  const neverTwice = async ({ attending, deputy }: Patient): Promise<void> => {
    for (const phone of [...attending, deputy]) expect(overlapMs(await town.calls(phone)), phone).to.equal(0);
  };
  /** For a failed test: what happened, in all cases. */
  const wholeLog = (): Promise<string> =>
    folder.inDatabase(async (client) => {
      const { rows } = await client.query('select chain_id, at, actor, cause, kind, data from audit_entry order by id');
      return rows
        .map(({ chain_id, at, actor, cause, kind, data }) => {
          const { plan: _plan, type: _type, ...fact } = data;
          return [chain_id.slice(0, 9), at.toISOString().slice(14, 23), actor, cause, kind, JSON.stringify(fact)].join(
            ' ',
          );
        })
        .join('\n');
    });

  /** Waits until the log of the case that this call opened has such an entry. */
  const logged = (callId: string, kind: string): Promise<unknown> =>
    until(`${kind} in the log`, 60, () =>
      folder.inDatabase(async (client) => {
        const { rows } = await client.query(
          `select 1 from audit_entry
          where kind = $2 and chain_id in (select id from urgent_call where caller_call_id = $1)`,
          [callId, kind],
        );
        return rows[0];
      }),
    );

  it('right after the card was keyed: a doctor is rung within 10 s of the restart, and joined with the caller', async () => {
    const patient = patients.p001;
    const doctors = [patient.attending[0], patient.deputy];
    for (const phone of doctors) await town.exchange.setHabit(phone, accepts());
    await town.exchange.setHabit(callerRings, takesCallBack);
    const nurse = await town.ringsAbout(patient.card, callerRings, number);
    await logged(nurse.id, 'case_opened');
    const { restartedAt, readyAt } = await dies();
    // A call that may have reached the carrier is not made again: then it is the deputy who is rung in time.
    const rung = await until('a doctor to be rung', 40, async () => {
      const all = await Promise.all(doctors.map((phone) => town.calls(phone)));
      return all.flat().find((call) => Date.parse(call.createdAt) >= restartedAt);
    });
    expect(Date.parse(rung.createdAt) - readyAt).to.be.below(10_000);
    // By call-back where the caller's line was lost with us.
    await Promise.any(doctors.map((phone) => town.joined(callerRings, phone, 90)));
    await neverTwice(patient);
  });

  it('while a doctor’s phone rings: it rings on, the next doctor is rung within 10 s of the restart, and takes the call', async () => {
    const patient = patients.p007;
    await town.exchange.setHabit(patient.attending[0], ringsOn);
    await town.exchange.setHabit(patient.deputy, accepts());
    const caller = '+819000009002';
    await town.exchange.setHabit(caller, takesCallBack);
    const nurse = await town.ringsAbout(patient.card, caller, number);
    await town.rung(patient.attending[0], 30);
    await logged(nurse.id, 'leg_placed');
    const { readyAt } = await dies(11_000); // dead while the deputy's turn comes
    const rung = await town.rung(patient.deputy, 40);
    expect(Date.parse(rung.createdAt) - readyAt).to.be.below(10_000);
    await town.joined(caller, patient.deputy, 90);
    await neverTwice(patient);
  });

  it('right after a doctor accepted: he and the caller are joined, called back where the line was lost', async () => {
    const patient = patients.p013;
    const [mobile] = patient.attending;
    const returns = { onPrompt: '1でつながります', afterSeconds: 1, digits: '1' };
    await town.exchange.setHabit(mobile, { ...accepts(), keys: [...accepts().keys, returns] });
    const caller = '+819000009003';
    await town.exchange.setHabit(caller, takesCallBack);
    const nurse = await town.ringsAbout(patient.card, caller, number);
    await logged(nurse.id, 'accepted');
    await dies();
    await town.joined(caller, mobile, 90);
    await neverTwice(patient);
  });

  it('dead while the doctor answers and the caller hangs up: both are known within 10 s of the restart, and put right', async () => {
    const patient = patients.p022;
    const [mobile, clinic] = patient.attending;
    const caller = '+819000009004';
    await town.exchange.setHabit(mobile, { ...accepts(), answerAfterSeconds: 4 });
    await town.exchange.setHabit(clinic, { behaviour: 'busy' });
    await town.exchange.setHabit(patient.deputy, accepts());
    await town.exchange.setHabit(caller, takesCallBack);
    const nurse = await town.ringsAbout(patient.card, caller, number);
    const answered = await town.rung(mobile, 30);
    await logged(nurse.id, 'leg_placed');
    setTimeout(() => void town.exchange.hangUp(nurse.id), 2000);
    const { readyAt } = await dies(8000);
    expect((await town.calls(mobile))[0]).to.deep.include({ id: answered.id, state: 'completed' });
    const rung = await town.rung(patient.deputy, 40);
    expect(Date.parse(rung.createdAt) - readyAt).to.be.below(10_000);
    await town.joined(caller, patient.deputy, 90);
    expect((await town.calls(caller)).map((call) => call.direction)).to.deep.equal(['inbound', 'outbound-api']);
    await neverTwice(patient);
  });
});
