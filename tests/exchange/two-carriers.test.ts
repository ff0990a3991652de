import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import express from 'express';
import { carrierOf } from '../../src/carriers/carrier.ts';
import { texmlTelephone } from '../../src/providers/telnyx/telephone.ts';
import { texmlGate } from '../../src/providers/telnyx/voice-gate.ts';
import { twilioGate } from '../../src/providers/twilio/gate.ts';
import { twilioTelephone } from '../../src/providers/twilio/telephone.ts';
import { createExchange, type Exchange } from '../../src/simulators/exchange/exchange.ts';
import type { ConferenceEvent, Readers, VoiceGate } from '../../src/voice/gate.ts';
import { askKey, hangUp, type Script, say } from '../../src/voice/script.ts';
import type { Placed, Telephone } from '../../src/voice/telephone.ts';
import { FakeClock } from '../support/clock.ts';
import { listen } from '../support/listen.ts';
import { createSecondExchange } from '../support/second-exchange.ts';

const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
const authToken = 'a-token-for-tests';
const ours = '+815000000001';
const doctor = '+819022220001';

interface Heard {
  path: string;
  read: Readers;
}

/** One carrier: its own interface, its webhooks behind its own gate, and what its telephones do. */
interface Place {
  telephone: Telephone;
  gate: VoiceGate;
  clock: FakeClock;
  heard: Heard[];
  refused: string[];
  /** What is answered, by path. */
  scripts: Map<string, Script>;
  url: string;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  passes(seconds: number): Promise<void>;
  close(): Promise<void>;
}

async function placeOf(carrier: 'first' | 'second'): Promise<Place> {
  const clock = new FakeClock(new Date('2026-11-16T13:00:00Z'));
  const base = createExchange({ clock, random: randomBytes, accountSid, authToken });
  const server = await listen(base.app);
  const second = carrier === 'second' ? await createSecondExchange(base, clock) : null;
  const app = express();
  const gateway = await listen(app);
  const exchange: Exchange = second?.exchange ?? base;
  const root = second?.url ?? server.url;
  const account = { publicBaseUrl: gateway.url, language: 'ja' } as const;
  const gate = second
    ? texmlGate({ ...second.config, now: () => clock.now() }, account)
    : twilioGate({ accountSid, authTokens: [authToken], publicBaseUrl: gateway.url }, account);
  const telephone = second
    ? texmlTelephone({ ...second.config, webhookBase: gateway.url })
    : twilioTelephone({ ...{ accountSid, authToken, apiBase: root, publicBaseUrl: gateway.url, fallbackUrl: null } });
  const [heard, refused, scripts]: [Heard[], string[], Place['scripts']] = [[], [], new Map()];
  app.use(express.text({ type: () => true }), (req, res) => {
    const verified = gate.verify(req.originalUrl, String(req.body), (name) => req.headers[name]);
    if (!verified.isGenuine) {
      refused.push(verified.reason);
      return void res.status(verified.status).end();
    }
    heard.push({ path: req.path, read: verified.read });
    const script = scripts.get(req.path);
    if (!script) return void res.status(204).end();
    res.setHeader('content-type', gate.contentType).end(gate.render(script));
  });
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(root + path, { method, ...(body ? { headers, body: JSON.stringify(body) } : {}) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  await control('PUT', `/exchange/numbers/${encodeURIComponent(ours)}`, { voiceUrl: `${gateway.url}/inbound` });
  return {
    ...{ telephone, gate, clock, heard, refused, scripts, url: gateway.url, control },
    passes: (seconds) => clock.advanceTo(new Date(clock.now().getTime() + seconds * 1000), () => exchange.idle()),
    async close() {
      exchange.close();
      base.close();
      for (const each of [gateway, server]) await each.close();
      await second?.close();
    },
  };
}

for (const carrier of ['first', 'second'] as const)
  describe(`what every carrier must do (the ${carrier})`, () => {
    let place: Place;
    beforeEach(async () => {
      place = await placeOf(carrier);
    });
    afterEach(() => place.close());

    const call = (): Promise<Placed> =>
      place.telephone.placeCall({
        to: doctor,
        from: ours,
        answerPath: '/answer',
        statusPath: '/status',
        ringSeconds: 25,
      });
    const placed = async (): Promise<string> => {
      const made = await call();
      if (made.outcome !== 'placed') throw new Error(`not placed: ${made.code}`);
      return made.id;
    };
    const habit = (does: object) => place.control('PUT', `/exchange/phones/${encodeURIComponent(doctor)}`, does);
    const faults = (mode: string, operation = 'calls.create') =>
      place.control('POST', '/exchange/faults', { api: { operation, mode } });
    const statuses = () => place.heard.flatMap(({ path, read }) => (path === '/status' ? [read.status()?.status] : []));
    const answers = { behaviour: 'answer', answerAfterSeconds: 2 };

    it('rings a telephone, reports its life in order under one id, and finds it by its number', async () => {
      await habit({ ...answers, hangUpAfterSeconds: 5 });
      place.scripts.set('/answer', [say('もしもし'), { verb: 'pause', seconds: 60 }]);
      const before = place.clock.now();
      const id = await placed();
      expect(carrierOf(id)).to.equal(carrier);
      await place.passes(10);
      expect(statuses()).to.deep.equal(['initiated', 'ringing', 'in-progress', 'completed']);
      for (const { read } of place.heard) expect((read.status() ?? read.keys())?.call.callId).to.equal(id);
      const [found] = await place.telephone.findCalls(doctor, before);
      expect(found).to.include({ id, to: doctor, status: 'completed' });
      expect(await place.telephone.findCalls(doctor, new Date(before.getTime() + 60_000))).to.deep.equal([]);
      expect(await place.telephone.fetchCall(id)).to.include({ id, status: 'completed' });
    });

    it('brings a key to the question’s address, and silence too', async () => {
      await habit({ ...answers, keys: [{ afterSeconds: 3, digits: '1' }] });
      place.scripts.set('/answer', [askKey('/first', 4, '押してください。')]);
      place.scripts.set('/first', [askKey('/again', 4, 'もう一度。')]);
      place.scripts.set('/again', [hangUp]);
      const id = await placed();
      await place.passes(30);
      const keyed = place.heard.filter(({ path }) => path === '/first' || path === '/again');
      expect(keyed.map(({ path, read }) => [path, read.keys()?.digits])).to.deep.equal([
        ['/first', '1'],
        ['/again', ''],
      ]);
      expect(keyed[0]?.read.keys()?.call).to.include({ callId: id, from: ours, to: doctor, isInbound: false });
    });

    it('moves a line to other words, and stops one that rings, but not one that was answered', async () => {
      place.scripts.set('/answer', [{ verb: 'pause', seconds: 60 }]);
      place.scripts.set('/moved', [say('動かしました。'), { verb: 'pause', seconds: 60 }]);
      await habit(answers);
      const id = await placed();
      await place.passes(4);
      expect(await place.telephone.cancelCall(id)).to.equal('gone');
      expect(await place.telephone.moveCall(id, '/moved')).to.equal('done');
      await place.passes(1);
      expect(place.heard.at(-1)?.path).to.equal('/moved');
      expect(await place.telephone.fetchCall(id)).to.include({ status: 'in-progress' });
      await place.control('POST', '/exchange/reset', {});
      await place.control('PUT', `/exchange/numbers/${encodeURIComponent(ours)}`, { voiceUrl: `${place.url}/inbound` });
      await habit({ behaviour: 'no-answer' });
      const ringing = await placed();
      await place.passes(2);
      expect(await place.telephone.cancelCall(ringing)).to.equal('done');
      await place.passes(1);
      expect(statuses().at(-1)).to.equal('canceled');
      expect(await place.telephone.moveCall(ringing, '/moved')).to.equal('gone');
      expect(await place.telephone.fetchCall('second:v3:nothing'.slice(carrier === 'second' ? 0 : 7))).to.equal('gone');
    });

    it('tells of a conference under its name, says who is in it, and speaks into it', async () => {
      const confer = { verb: 'confer', conference: 'uc_1', starts: true, endsForAll: true, starLeaves: false } as const;
      place.scripts.set('/answer', [{ ...confer, waitPath: '/wait', statusPath: '/conference', afterPath: '/after' }]);
      place.scripts.set('/wait', [{ verb: 'pause', seconds: 60 }]);
      place.scripts.set('/said', [say('お知らせです。')]);
      await habit(answers);
      const id = await placed();
      const other = '+819022220002';
      await place.control('PUT', `/exchange/phones/${encodeURIComponent(other)}`, answers);
      await place.telephone.placeCall({
        ...{ to: other, from: ours, answerPath: '/answer', statusPath: '/status', ringSeconds: 25 },
      });
      await place.passes(5);
      const events = place.heard.flatMap(({ path, read }): ConferenceEvent[] => {
        const event = path === '/conference' ? read.conference() : null;
        return event ? [event] : [];
      });
      expect(events.map(({ event }) => event)).to.include.members(['start', 'join']);
      expect(new Set(events.map(({ name }) => name))).to.deep.equal(new Set(['uc_1']));
      expect(events.some(({ event, callId }) => event === 'join' && callId === id)).to.equal(true);
      expect(await place.telephone.isInConference?.(id, 'uc_1')).to.equal(true);
      expect(await place.telephone.isInConference?.(id, 'uc_2')).to.equal(false);
      expect(await place.telephone.announce(events[0]!.conferenceId, '/said')).to.equal('done');
      await place.passes(1);
      expect(place.heard.at(-1)?.path).to.equal('/said');
    });

    for (const [mode, outcome, isCarriers] of [
      ['500', 'unknown', undefined],
      ['503', 'unknown', undefined],
      ['accept-then-500', 'unknown', undefined],
      ['429', 'refused', undefined],
      ['401', 'refused', true],
    ] as const)
      it(`answers a create that met ${mode} as ${outcome}, and has asked once`, async () => {
        await faults(mode);
        const made = await call();
        expect(made.outcome).to.equal(outcome);
        if (made.outcome === 'refused') expect(made.isCarriers).to.equal(isCarriers);
        await place.control('DELETE', '/exchange/faults');
        const found = await place.telephone.findCalls(doctor, place.clock.now());
        expect(found).to.have.length(mode === 'accept-then-500' ? 1 : 0);
      });

    it('says whether it works, and throws when its list cannot be had', async () => {
      expect(await place.telephone.isWorking?.()).to.equal(true);
      await faults('503', '*');
      expect(await place.telephone.isWorking?.()).to.equal(false);
      expect(await place.telephone.findCalls(doctor, place.clock.now()).catch(() => 'thrown')).to.equal('thrown');
      expect(await place.telephone.fetchCall('CA1')).to.equal('unknown');
    });

    it('takes no webhook that is altered or unsigned', async () => {
      await habit(answers);
      await placed();
      await place.passes(1);
      expect(place.refused).to.deep.equal([]);
      for (const headers of [
        {},
        { 'x-twilio-signature': 'x' },
        { 'telnyx-signature-ed25519': 'x', 'telnyx-timestamp': '1' },
      ])
        expect((await fetch(`${place.url}/answer`, { method: 'POST', headers, body: 'CallSid=x' })).status).to.equal(
          403,
        );
    });
  });
