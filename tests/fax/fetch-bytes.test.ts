import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { expect } from 'chai';
import { type FetchRules, fetchBytes, isPrivate } from '../../src/http/fetch-bytes.ts';

describe('fetching bytes from an address that came from outside', function () {
  this.timeout(20_000);
  let server: Server;
  let base: string;
  let asked: string[];

  before(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/redirect') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
      else if (request.url === '/gone') response.writeHead(403).end();
      else if (request.url === '/broken') response.writeHead(503).end();
      else if (request.url === '/cut')
        response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy());
      else response.end(Buffer.alloc(1000, 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    asked = [];
  });

  const rules = (change: Partial<FetchRules> = {}): FetchRules => ({
    ...{ hosts: ['media.example', '.cdn.example'], trustedBase: null, maxBytes: 1000, timeoutMs: 2000, ...change },
  });
  const at = (path: string, change: Partial<FetchRules> = {}) =>
    fetchBytes(base + path, rules({ trustedBase: base, ...change }));
  const resolvesTo =
    (...addresses: string[]): LookupFunction =>
    (_host, options, done) => {
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      if (options.all) (done as unknown as (error: null, all: typeof found) => void)(null, found);
      else done(null, addresses[0] ?? '', found[0]?.family ?? 4);
    };

  it('brings what is there, up to the limit', async () => {
    expect(await at('/')).to.have.nested.property('bytes.length', 1000);
    expect(await at('/', { maxBytes: 999 })).to.deep.equal({ outcome: 'refused', code: 'too_big' });
  });

  it('follows no redirect', async () => {
    expect(await at('/redirect')).to.deep.equal({ outcome: 'refused', code: 'redirect' });
    expect(asked).to.deep.equal(['/redirect']);
  });

  it('tells what has run out from what is broken and what is cut short', async () => {
    expect(await at('/gone')).to.deep.equal({ outcome: 'expired', code: 'http_403' });
    expect(await at('/broken')).to.deep.equal({ outcome: 'unavailable', code: 'http_503' });
    expect(await at('/cut')).to.deep.equal({ outcome: 'unavailable', code: 'cut_short' });
  });

  const refusals: [string, string][] = [
    ['https://elsewhere.example/x', 'host_not_allowed'],
    ['https://media.example.evil.example/x', 'host_not_allowed'],
    ['https://evilcdn.example/x', 'host_not_allowed'],
    ['http://media.example/x', 'not_https'],
    ['https://user:word@media.example/x', 'credentials_in_address'],
    ['https://media.example:8443/x', 'port_not_allowed'],
    ['file:///etc/passwd', 'not_https'],
    ['https://169.254.169.254/x', 'host_not_allowed'],
    ['no address', 'not_an_address'],
  ];
  for (const [url, code] of refusals)
    it(`refuses ${url}`, async () => {
      expect(await fetchBytes(url, rules())).to.deep.equal({ outcome: 'refused', code });
    });

  it('does not take another port of our own machine for the configured one', async () => {
    const other = base.replace(/:\d+$/, ':1');
    expect(await fetchBytes(`${other}/x`, rules({ trustedBase: base }))).to.deep.equal({
      outcome: 'refused',
      code: 'not_https',
    });
  });

  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '::1',
    'fd00::1',
    '::ffff:10.0.0.1',
  ])
    it(`refuses an allowed name that leads to ${address}`, async () => {
      const lookup = resolvesTo(address);
      expect(await fetchBytes('https://media.example/x', rules({ lookup }))).to.deep.equal({
        outcome: 'refused',
        code: 'private_address',
      });
    });

  it('refuses a name of which only one address is private', async () => {
    const lookup = resolvesTo('203.0.113.5', '10.0.0.1');
    const fetched = await fetchBytes('https://a.cdn.example/x', rules({ lookup }));
    expect(fetched).to.deep.equal({ outcome: 'refused', code: 'private_address' });
  });

  it('knows what is private', () => {
    for (const open of ['8.8.8.8', '52.216.0.1', '2606:4700::1111', '100.63.255.255', '172.32.0.1'])
      expect(isPrivate(open), open).to.equal(false);
    for (const closed of [
      '0.0.0.0',
      '100.64.0.1',
      '172.31.255.255',
      '224.0.0.1',
      'fe80::1',
      '2002:a00::1',
      'nonsense',
      '',
    ])
      expect(isPrivate(closed), closed).to.equal(true);
  });
});
