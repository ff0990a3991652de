import { expect } from 'chai';
import { blankPage, fine, isBlack } from '../../src/imaging/bilevel.ts';
import type { FormKind } from '../../src/paper/codes.ts';
import { maskPage } from '../../src/paper/mask.ts';
import type { FormReading, TickReading } from '../../src/paper/reading.ts';
import { choiceOf, choicesOf, routePage } from '../../src/paper/routing.ts';

const page = blankPage(64, 32, fine);
const card = '530407483637';

const form = (kind: FormKind, more: Partial<FormReading> = {}): FormReading => ({
  ...{ kind: 'form', form: { kind, version: 1, serial: '1', subject: '' }, ticks: [], crops: [], cards: [], page },
  ...{ misfitMm: 0, ...more },
});
const tick = (value: string, state: TickReading['state']): TickReading => ({ field: 'sex', value, state, ink: 0 });

describe('where a page goes', () => {
  const code = (kind: FormKind) => form(kind).form;
  const table = [
    { says: 'an enrolment form', reading: form('enrolment'), route: { to: 'enrolment_desk', form: code('enrolment') } },
    { says: 'a bed report', reading: form('beds'), route: { to: 'beds', form: code('beds') } },
    { says: 'a roster sheet', reading: form('roster'), route: { to: 'roster', form: code('roster') } },
    {
      says: 'a request form with a card on it',
      reading: form('request', { cards: [card] }),
      route: { to: 'release', cardNumber: card, form: code('request') },
    },
    { says: 'a request form alone', reading: form('request'), route: { to: 'request_desk', form: code('request') } },
    {
      says: 'a request form with two cards',
      reading: form('request', { cards: [card, '500000000012'] }),
      route: { to: 'request_desk', form: code('request') },
    },
    {
      says: 'the copy of a card',
      reading: { kind: 'card', number: card, page } as const,
      route: { to: 'release', cardNumber: card, form: null },
    },
    {
      says: 'two cards on one page',
      reading: { kind: 'other', why: 'several_cards', page, skewDegrees: 0, isKnownUpright: false } as const,
      route: { to: 'inbox', why: 'several_cards' },
    },
  ];
  for (const { says, reading, route } of table)
    it(`${says} → ${route.to}`, () => expect(routePage(reading)).to.deep.equal(route));
});

describe('what the ticks say', () => {
  const table: { says: string; ticks: TickReading[]; choice: object }[] = [
    { says: 'one', ticks: [tick('male', 'ticked'), tick('female', 'empty')], choice: { state: 'one', value: 'male' } },
    { says: 'none', ticks: [tick('male', 'empty'), tick('female', 'empty')], choice: { state: 'none' } },
    { says: 'two', ticks: [tick('male', 'ticked'), tick('female', 'ticked')], choice: { state: 'unclear' } },
    {
      says: 'one and a doubtful one',
      ticks: [tick('male', 'ticked'), tick('female', 'unclear')],
      choice: { state: 'unclear' },
    },
  ];
  for (const { says, ticks, choice } of table)
    it(`${says}: ${JSON.stringify(choice)}`, () =>
      expect(choiceOf(form('enrolment', { ticks }), 'sex')).to.deep.equal(choice));

  it('gives several where several are allowed, the doubtful ones apart', () => {
    const ticks = [tick('male', 'ticked'), tick('female', 'unclear'), tick('other', 'ticked')];
    expect(choicesOf(form('enrolment', { ticks }), 'sex')).to.deep.equal({
      ticked: ['male', 'other'],
      unclear: ['female'],
    });
  });

  it('refuses a field that the form does not have', () => {
    expect(() => choiceOf(form('enrolment'), 'shoe_size')).to.throw(RangeError);
  });
});

describe('a masked page', () => {
  it('is black where it was told, unchanged elsewhere, and the original stays', () => {
    const masked = maskPage(page, [
      { x: 5, y: 3, width: 10, height: 4 },
      { x: 60, y: 30, width: 50, height: 50 },
    ]);
    for (let y = 0; y < page.height; y++)
      for (let x = 0; x < page.width; x++) {
        const isInside = (x >= 5 && x < 15 && y >= 3 && y < 7) || (x >= 60 && y >= 30);
        expect(isBlack(masked, x, y)).to.equal(isInside);
        expect(isBlack(page, x, y)).to.equal(false);
      }
  });
});
