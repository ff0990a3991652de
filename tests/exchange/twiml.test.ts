import { expect } from 'chai';
import { splitOverrides } from '../../src/simulators/exchange/overrides.ts';
import { secondsToPlay, secondsToSay, usualRate } from '../../src/simulators/exchange/speech.ts';
import { type Purpose, parseTwiml, TwimlError } from '../../src/simulators/exchange/twiml.ts';
import { parseXml, textOf, XmlError } from '../../src/simulators/exchange/xml.ts';
import { twiml } from './support/town.ts';

describe('reading TwiML', () => {
  it('reads text, attributes, entities, comments and CDATA', () => {
    const root = parseXml(
      `\uFEFF<?xml version="1.0"?><!-- a --><a b="1 &amp; 2" c='&#x9D0E;'>x &lt; <b/>y<![CDATA[<z>]]></a>`,
    );
    expect(root.attributes).to.deep.equal({ b: '1 & 2', c: '鴎' });
    expect(textOf(root)).to.equal('x < y<z>');
  });

  const notXml = [
    '',
    'OK',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a b=1/>',
    '<a b="1" b="2"/>',
    '<a>&nbsp;</a>',
    '<a>&amp</a>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a/>text',
    '</a>',
    '<a b="<"/>',
  ];
  for (const source of notXml) {
    it(`refuses ${JSON.stringify(source)} as XML`, () => expect(() => parseXml(source)).to.throw(XmlError));
  }

  const refused: Array<[source: string, purpose: Purpose, code: number]> = [
    ['{"say":"hello"}', 'main', 12100],
    ['<Reply/>', 'main', 12100],
    [twiml('<Speak>hello</Speak>'), 'main', 12200],
    [twiml('<say>hello</say>'), 'main', 12200],
    [twiml('<Gather><Dial/></Gather>'), 'main', 12200],
    [twiml('<Gather>press one</Gather>'), 'main', 12200],
    [twiml('stray words'), 'main', 12200],
    [twiml('<Dial><Conference>a</Conference></Dial>'), 'whisper', 12200],
    [twiml('<Gather/>'), 'wait', 12200],
    [twiml('<Hangup/>'), 'announce', 12200],
  ];
  for (const [source, purpose, code] of refused) {
    it(`refuses ${source.replace(/<\?.*?\?>/, '')} as a ${purpose} document (${code})`, () => {
      expect(() => parseTwiml(source, purpose))
        .to.throw(TwimlError)
        .with.property('code', code);
    });
  }

  it('only warns of an attribute that does not exist', () => {
    const { verbs, warnings } = parseTwiml(twiml('<Gather numdigits="1"/>'), 'main');
    expect(verbs.length).to.equal(1);
    expect(warnings).to.deep.equal(['<Gather> has no attribute numdigits (12200)']);
  });

  it('takes speech tags inside <Say> as what they say', () => {
    const { verbs } = parseTwiml(twiml('<Say>one <break time="1s"/><prosody rate="slow">two</prosody></Say>'), 'main');
    expect(textOf(verbs[0]!)).to.equal('one two');
  });
});

describe('how long it sounds', () => {
  for (const [text, seconds] of [
    ['急変のご連絡です。当番医の先生', 2.1],
    ['Please hold the line, a doctor is coming', 2.9],
    ['はい', 0.5],
  ] as const) {
    it(`"${text}" takes ${seconds} s`, () => expect(secondsToSay(text, usualRate)).to.equal(seconds));
  }
  it('a recording takes its ?seconds=, else 3 s', () => {
    expect(secondsToPlay('https://a.example/p.wav?v=1&seconds=7.5')).to.equal(7.5);
    expect(secondsToPlay('https://a.example/p.wav')).to.equal(3);
  });
});

describe('connection overrides in the fragment of a URL', () => {
  it('are read and taken off', () => {
    const { url, overrides } = splitOverrides('http://h/p?q=1#rc=2&rt=3000&ct=500&tt=9000&rp=5xx,rt');
    expect(url).to.equal('http://h/p?q=1');
    expect(overrides).to.deep.include({ retries: 2, readMs: 3000, connectMs: 500, totalMs: 9000, faults: [] });
    expect([...overrides.retryOn]).to.deep.equal(['5xx', 'rt']);
  });
  it('default to one retry of a failed connection, 5 s to connect and 15 s in all', () => {
    const { overrides } = splitOverrides('http://h/p');
    expect(overrides).to.deep.include({ retries: 1, readMs: 15_000, connectMs: 5000, totalMs: 15_000 });
    expect([...overrides.retryOn]).to.deep.equal(['ct']);
  });
  it('that are wrong are named, and the default used', () => {
    const { overrides } = splitOverrides('http://h/p#rc=9&rt=x&rp=3xx');
    expect(overrides).to.deep.include({ retries: 1, readMs: 15_000 });
    expect(overrides.faults).to.have.length(3);
  });
});
