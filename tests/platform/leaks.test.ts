import { expect } from 'chai';
import express from 'express';
import { withCardCheckDigits } from '../../src/lib/check-digits.ts';
import { inspect, inspectJob, keepKeySecret, keepSecret, takeLeaks, watched, watchedLog } from '../support/leaks.ts';
import { listen } from '../support/world.ts';

/** The example's first patient (config/examples/nishi), and what a careless line would make of her. */
const slips = [
  ['her name', 'opened 髙﨑 薫'],
  ['her name without a space', '{"who":"髙﨑薫"}'],
  ['her kana in half width', 'ﾀｶｻｷ ｶｵﾙ'],
  ['her birth date', '/patients?born=昭和15年3月1日'],
  ['her address, percent-encoded', `/x?at=${encodeURIComponent('神奈川県横浜市西区藤棚町1-2')}`],
  ['her telephone', 'rang 045-000-2001'],
  ['her card as it is printed', 'card 5432-7449-7068'],
  ['a card that nobody has', `card ${withCardCheckDigits('5000000001')}`],
  ['a PIN', 'pin=252016#'],
  ['any telephone', 'to +819012345678'],
] as const;

describe('the watch over what must not leak', () => {
  afterEach(() => void takeLeaks()); // what these tests provoke is not the run's

  for (const [what, text] of slips)
    it(`sees ${what}`, () => {
      inspect('log', text);
      expect(takeLeaks(), text).to.not.deep.equal([]);
    });

  it('sees a key in each spelling, and whatever else it was told to keep', () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    keepKeySecret('a key', key);
    keepSecret('a token', 'tok-ken-0815');
    for (const encoding of ['hex', 'base64', 'base64url'] as const) inspect('metric', `x ${key.toString(encoding)}`);
    inspect('job', 'tok-ken-0815');
    expect(takeLeaks()).to.have.length(4);
  });

  it('sees a job that carries anything but an opaque id', () => {
    inspectJob('send-fax', 'fx_0123456789abcdefghjkmnpqrs');
    expect(takeLeaks()).to.deep.equal([]);
    inspectJob('send-fax', '山田花子');
    expect(takeLeaks()).to.have.length(1);
  });

  it('passes over ids, times, lengths and the telephone that a carrier must be told', () => {
    inspect('log', '{"at":"2026-11-22T12:00:00.000Z","caseId":"uc_012345678901abcdefghjkmnpq","ms":123456789012.5}');
    inspect('provider request', 'To=+819000000101&From=+815000000100');
    expect(takeLeaks()).to.deep.equal([]);
  });

  it('reads every line of a log, also those below what a test complains of', () => {
    const complaints: string[] = [];
    watchedLog(complaints).debug('rung', { error: new TypeError('髙﨑 薫') });
    expect(complaints).to.deep.equal([]);
    watchedLog(complaints).warn('rung', {});
    expect(complaints).to.have.length(1);
  });

  it('sees the address of a real request to any server of this process, and what a provider is sent', async () => {
    const app = express();
    app.use(express.text({ type: () => true }), (req, res) => void res.send(String(req.body).length.toString()));
    const server = await listen(app);
    const before = { ...watched };
    await fetch(`${server.url}/patients/${encodeURIComponent('タカサキ カオル')}`);
    expect(takeLeaks()).to.have.length(1);
    const form = new URLSearchParams({ To: '+819000000101', Body: '患者 髙﨑 薫' });
    const answer = await fetch(`${server.url}/2010-04-01/Accounts/AC0/Messages.json`, { method: 'POST', body: form });
    expect(Number(await answer.text()), 'the server read it all the same').to.equal(form.toString().length);
    expect(takeLeaks()).to.have.length(1);
    expect([watched.url - before.url, watched['provider request'] - before['provider request']]).to.deep.equal([2, 1]);
    await server.close();
  });
});
