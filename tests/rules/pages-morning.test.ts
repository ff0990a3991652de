import { expect } from 'chai';
import { morningView } from '../../src/pages/morning-view.ts';
import { loadWords } from '../../src/pages/words.ts';
import { opening, PureCase } from '../support/pure-case.ts';

const words = loadWords();
const names = new Map([
  ['sato', '佐藤医院 佐藤 一'],
  ['ono', '小野医院 小野 花'],
  ['abe', '阿部医院 阿部 剛'],
]);
const view = (night: PureCase) =>
  morningView(
    night.log,
    { patientCode: 'N-0042', associationName: '架空医師会', hubPhone: '+81450000000', at: new Date(opening), names },
    words,
  );

describe('the morning page of an urgent call', () => {
  it('says who was rung when and who answered what, and who took it', () => {
    const night = new PureCase({ doctors: ['sato', 'ono', 'abe'] });
    night.waitUntil(1);
    night.places('sato', 2);
    night.progress('sato', 'busy', 3);
    night.waitUntil(4);
    night.places('ono', 4);
    night.picksUp('ono', 8);
    night.declines('ono', 12);
    night.waitUntil(13);
    night.places('abe', 13);
    night.picksUp('abe', 20);
    night.accepts('abe', 25);
    const page = view(night);
    expect(
      page.rung.rows.map(([time, who, ring, answered, result]) => [time, who, ring, answered, result]),
    ).to.deep.equal([
      ['22:00:00', '医師 佐藤医院 佐藤 一', '1回目', '―', '話中'],
      ['22:00:03', '医師 小野医院 小野 花', '1回目', '22:00:08', '受けられない'],
      ['22:00:12', '医師 阿部医院 阿部 剛', '1回目', '22:00:20', '受けた'],
      // The second ring, which passes Do-Not-Disturb, was under way.
      ['22:00:13', '医師 佐藤医院 佐藤 一', '2回目', '―', '呼出中'],
    ]);
    expect(page.outcome).to.contain('阿部医院 阿部 剛 が受けました').and.contain('まだ続いています');
    expect(page.events.rows).to.deep.include(['22:00:25', '阿部医院 阿部 剛 が受けた']);
    expect(page.fields.map(({ value }) => value)).to.include('N-0042');
  });

  it('says what followed to the end, hospitals too', () => {
    const night = new PureCase({ doctors: [], hospitals: ['h'], standby: ['s'] });
    night.waitUntil(180);
    const page = view(night);
    expect(page.events.rows.map(([, text]) => text).join('\n')).to.match(/病院を探し始めた[\s\S]*に空床を尋ねた/);
    expect(page.rung.rows.map(([, who]) => who)).to.include('病院 （名簿にない）');
    expect(page.outcome).to.contain('受けた人はいません');
  });

  it('has a word for everything that can stand in a log', () => {
    const kinds = words.ja.keys.filter((key) => key.startsWith('morning.'));
    for (const result of ['busy', 'no_answer', 'failed', 'declined', 'no_key', 'hung_up', 'cancelled', 'finished'])
      expect(kinds).to.include(`morning.result.${result}`);
    for (const outcome of ['visiting', 'advice', 'bed', 'handed_on', 'talked', 'unreported'])
      expect(kinds).to.include(`morning.outcome.${outcome}`);
  });

  it('is made of a whole log only', () => {
    const night = new PureCase({ doctors: ['sato'] }).waitUntil(5);
    const part = night.log.slice(1);
    const context = { patientCode: null, associationName: '', hubPhone: '+81450000000', at: new Date(opening), names };
    expect(() => morningView(part, context, words)).to.throw('opening');
  });
});
