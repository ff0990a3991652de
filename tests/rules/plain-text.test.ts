import { expect } from 'chai';
import { isStorable, printable } from '../../src/lib/plain-text.ts';
import { renderTwiml } from '../../src/providers/twilio/twiml.ts';
import { calendarText } from '../../src/roster/ics.ts';

const spoken = { publicBaseUrl: 'https://kamome.example', language: 'ja' } as const;

describe('words of people where they go out', () => {
  it('keep every character that can be printed, and lose what cannot', () => {
    expect(printable('髙﨑　鷗子 🕊')).to.equal('髙﨑　鷗子 🕊');
    expect(printable('藤棚\u000b医院\r\n二\u0000\ud800号')).to.equal('藤棚 医院 二 号');
  });

  it('are spoken though a spreadsheet left a vertical tab in a name (found by tests/fuzz)', () => {
    const ask = { verb: 'ask', digits: 1, endsWithHash: false, seconds: 5, path: '/x', reportsSilence: false } as const;
    const twiml = renderTwiml(
      [
        { verb: 'say', text: '藤棚\u000b医院' },
        { ...ask, say: ['一\u0001番'] },
      ],
      spoken,
    );
    expect(twiml).to.include('藤棚 医院').and.include('一 番');
  });

  it('add no line to a calendar (found by tests/fuzz)', () => {
    const duty = { areaId: 'ar_x', area: '藤棚', date: '2026-12-20', from: 1080, to: 1980, position: 1 } as const;
    const text = calendarText('藤棚\rATTACH:x', [{ ...duty, doctor: '鴎\u2028BEGIN:VALARM' }], new Date(0));
    expect(text.split(/\r\n|[\r\n\u2028]/).filter((line) => /^(ATTACH|BEGIN:VALARM)/.test(line))).to.deep.equal([]);
  });
});

describe('what somebody sends to be kept', () => {
  it('can be stored unless a zero or half a surrogate pair stands anywhere in it (found by tests/fuzz)', () => {
    for (const fine of ['髙﨑 🕊', 7, null, { 名: ['一', { b: '\n\t' }] }]) expect(isStorable(fine)).to.equal(true);
    for (const not of ['a\0', ['\ud800'], { a: { b: ['x', 'y\udc00'] } }, { 'k\0': 1 }])
      expect(isStorable(not)).to.equal(false);
  });

  it('is looked at however deep it is nested', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}"\\u0000"${']'.repeat(100_000)}`);
    expect(isStorable(deep)).to.equal(false);
  });
});
