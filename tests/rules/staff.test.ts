import { expect } from 'chai';
import fc from 'fast-check';
import { deviceOf } from '../../src/console/sign-in/device.ts';
import { type Proposal, refusalToConfirm, refusalToWithdraw } from '../../src/four-eyes/proposal.ts';
import { totpStep } from '../../src/staff/codes.ts';
import { passkeyDomain } from '../../src/staff/context.ts';
import { type AttemptKind, type Attempts, afterFailure, isLocked, noAttempts } from '../../src/staff/lockout.ts';
import { showsTwoFactors } from '../../src/staff/oidc.ts';
import { createPace } from '../../src/staff/pace.ts';
import { hashPassword, passwordRefusal, verifyPassword } from '../../src/staff/password.ts';
import { isFresh, isLive, type SessionTimes, sessionEnd } from '../../src/staff/session.ts';
import { permissions, permits, roles } from '../../src/staff/staff.ts';
import { codeOf } from '../support/totp.ts';

const at = new Date('2026-06-01T03:00:00Z');
const later = (seconds: number, from = at): Date => new Date(from.getTime() + seconds * 1000);

describe('what each role may do', () => {
  it('gives the wall screen the whiteboard and nothing else', () => {
    expect(permissions.filter((permission) => permits('screen', permission))).to.deep.equal(['whiteboard.read']);
  });

  it('lets neither administrator nor auditor read a record, and the auditor change nothing', () => {
    for (const role of ['administrator', 'auditor'] as const) expect(permits(role, 'patients.read')).to.equal(false);
    const changes = permissions.filter((permission) => !/\.read$/.test(permission));
    expect(changes.filter((permission) => permits('auditor', permission))).to.deep.equal([]);
  });

  it('leaves nothing that nobody may do', () => {
    for (const permission of permissions)
      expect(
        roles.some((role) => permits(role, permission)),
        permission,
      ).to.equal(true);
  });
});

describe('a password', () => {
  const known = ['佐藤 花子', '横浜市西区医師会', 'hanako.sato', 'Kamome'];
  const cases: readonly (readonly [string, ReturnType<typeof passwordRefusal>])[] = [
    ['correct horse battery staple', null],
    ['つばめ quartz 三日月 lantern', null],
    ['みかんの皮をむいて食べる朝', 'short'],
    ['みかんの皮をむいて窓辺で食べる朝', null],
    ['x7#kQp2!vZ', 'short'],
    ['a'.repeat(300), 'long'],
    ['passwordpassword', 'guessable'],
    ['Password1234567890', 'guessable'],
    ['P@ssw0rd2026P@ssw0rd', 'guessable'],
    ['aaaaaaaaaaaaaaaaaaaa', 'guessable'],
    ['abcdefghijklmnopqrstuvwxyz', 'guessable'],
    ['qwertyuiopasdfghjkl', 'guessable'],
    ['123123123123123123', 'guessable'],
    ['hanakosatokamome2026', 'guessable'],
    ['横浜市西区医師会2026kamome', 'guessable'],
    ['佐藤花子佐藤花子佐藤花子佐藤花子', 'guessable'],
    ['!@#$%^&*()!@#$%^&*()', 'guessable'],
  ];
  for (const [password, refusal] of cases)
    it(`${refusal ?? 'accepted'}: ${password.slice(0, 30)}`, () => {
      expect(passwordRefusal(password, known)).to.equal(refusal);
    });

  it('is the same on every keyboard: full width and half width, one and two code points', async () => {
    const stored = await hashPassword('ガラスの靴とＡＢＣ１２３', Buffer.alloc(16, 1), 4);
    expect(await verifyPassword('ｶﾞﾗｽの靴とABC123', stored, 4)).to.equal(true);
    expect(await verifyPassword('ガラスの靴とABC124', stored, 4)).to.equal(false);
  });

  it('of nobody is never right', async () => {
    expect(await verifyPassword('', null, 4)).to.equal(false);
  });
});

describe('wrong answers', () => {
  const failed = (kind: AttemptKind, times: number): Attempts => {
    let attempts = noAttempts(at);
    for (let n = 0; n < times; n++) attempts = afterFailure(kind, attempts, at);
    return attempts;
  };

  it('of an account wait from the fifth on: 30 s, 1 min … never over a quarter of an hour', () => {
    const waits = [4, 5, 6, 7, 8, 9, 10, 11, 1000].map((times) => {
      const { lockedUntil } = failed('account', times);
      return lockedUntil ? (lockedUntil.getTime() - at.getTime()) / 1000 : 0;
    });
    expect(waits).to.deep.equal([0, 30, 60, 120, 240, 480, 900, 900, 900]);
  });

  it('of an address wait from the thirtieth on: a whole hub sits behind one', () => {
    expect(failed('address', 29).lockedUntil).to.equal(null);
    expect(failed('address', 30).lockedUntil).to.not.equal(null);
  });

  it('always end: no history of failures locks for longer than a quarter of an hour', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, fc.constantFrom<AttemptKind>('account', 'address'), (seconds, kind) => {
        let [attempts, now] = [noAttempts(at), at];
        for (const gap of seconds) {
          now = later(gap, now);
          if (!isLocked(attempts, now)) attempts = afterFailure(kind, attempts, now);
        }
        return !isLocked(attempts, later(900, now));
      }),
    );
  });

  it('leave a guesser about a hundred tries a day', () => {
    let [attempts, tries] = [noAttempts(at), 0];
    for (let second = 0; second < 86_400; second += 10) {
      const now = later(second);
      if (isLocked(attempts, now)) continue;
      attempts = afterFailure('account', attempts, now);
      tries++;
    }
    expect(tries).to.be.below(110); // the first ten come quickly, then four an hour
  });
});

describe('how long a session lasts', () => {
  const session = (given: Partial<SessionTimes>): SessionTimes => ({
    ...{ kind: 'person', provedAt: at, seenAt: at, expiresAt: sessionEnd(given.kind ?? 'person', at), endedAt: null },
    ...given,
  });

  it('a person’s: half an hour idle, twelve hours at most', () => {
    expect(isLive(session({}), later(29 * 60))).to.equal(true);
    expect(isLive(session({}), later(30 * 60))).to.equal(false);
    expect(isLive(session({ seenAt: later(43_190) }), later(43_199))).to.equal(true);
    expect(isLive(session({ seenAt: later(43_190) }), later(43_200))).to.equal(false);
  });

  it('a screen’s: thirty days, touched or not, and never fresh', () => {
    expect(isLive(session({ kind: 'screen' }), later(30 * 86_400 - 1))).to.equal(true);
    expect(isLive(session({ kind: 'screen' }), later(30 * 86_400))).to.equal(false);
    expect(isFresh(session({ kind: 'screen' }), at)).to.equal(false);
  });

  it('is over when it was ended, and fresh for ten minutes', () => {
    expect(isLive(session({ endedAt: at }), at)).to.equal(false);
    expect([isFresh(session({}), later(599)), isFresh(session({}), later(600))]).to.deep.equal([true, false]);
  });
});

describe('one-time codes', () => {
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  it('count for their half minute and the ones beside it, and say which it was', () => {
    const now = Math.floor(at.getTime() / 30_000);
    const step = (seconds: number) => totpStep(secret, codeOf(secret, later(seconds)), at);
    expect([step(-30), step(0), step(30)]).to.deep.equal([now - 1, now, now + 1]);
    expect([step(-60), step(60)]).to.deep.equal([null, null]);
  });
});

describe('another system’s word', () => {
  const cases: readonly (readonly [string[], string | null, boolean])[] = [
    [['mfa'], null, true],
    [['pwd', 'otp'], null, true],
    [['face', 'hwk'], null, true],
    [[], 'phr', true],
    [['pwd'], null, false],
    [['pwd', 'pin'], null, false],
    [['pwd', 'sms'], null, false],
    [['pwd', 'unheard-of'], 'urn:something', false],
    [[], null, false],
  ];
  for (const [amr, acr, isTwo] of cases)
    it(`${amr.join('+') || 'nothing'} (${acr ?? 'no acr'}) ${isTwo ? 'shows' : 'does not show'} two factors`, () => {
      expect(showsTwoFactors({ amr, acr })).to.equal(isTwo);
    });
});

describe('two pairs of eyes', () => {
  const proposal: Proposal = {
    ...{ id: 'pr_1', associationId: 'as_1', kind: 'fax_destination', subjectId: 'dr_1:1', payload: {} },
    ...{ proposedBy: 'op_1', proposedByName: '', proposedAt: at, expiresAt: later(100), status: 'open' },
  };
  it('are two persons, both allowed, in time, once', () => {
    expect(refusalToConfirm(proposal, 'op_2', true, at)).to.equal(null);
    expect(refusalToConfirm(proposal, 'op_1', true, at)).to.equal('same_person');
    expect(refusalToConfirm(proposal, 'op_2', false, at)).to.equal('not_permitted');
    expect(refusalToConfirm(proposal, 'op_2', true, later(100))).to.equal('over');
    expect(refusalToConfirm({ ...proposal, status: 'confirmed' }, 'op_2', true, at)).to.equal('settled');
  });
  it('may both say no', () => {
    expect([refusalToWithdraw(proposal, 'op_1', false), refusalToWithdraw(proposal, 'op_2', true)]).to.deep.equal([
      ...[null, null],
    ]);
    expect(refusalToWithdraw(proposal, 'op_2', false)).to.equal('not_permitted');
  });
});

describe('small things of the sign-in', () => {
  it('know a device again by browser and system', () => {
    const ipad = 'Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604.1';
    const edge = 'Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537 Chrome/126.0 Safari/537 Edg/126.0';
    expect([deviceOf(ipad), deviceOf(edge), deviceOf('')]).to.deep.equal(['Safari / iPad', 'Edge / Windows', '? / ?']);
  });

  it('find the domain of passkeys, which a bare address has not', () => {
    const domain = (origin: string) => passkeyDomain({ origin, name: '' });
    expect(domain('https://desk.example.jp')).to.equal('desk.example.jp');
    expect(domain('http://localhost:8083')).to.equal('localhost');
    expect([domain('http://192.168.1.5:8083'), domain('http://[::1]:8083')]).to.deep.equal([null, null]);
  });

  it('slow one address down and not its neighbour, and let it go on after a while', () => {
    let now = at;
    const pace = createPace({ now: () => now });
    const allowed = Array.from({ length: 200 }, () => pace.allows('192.0.2.1')).filter(Boolean).length;
    expect(allowed).to.equal(120);
    expect(pace.allows('192.0.2.2')).to.equal(true);
    now = later(30);
    expect(Array.from({ length: 200 }, () => pace.allows('192.0.2.1')).filter(Boolean).length).to.equal(60);
  });
});
