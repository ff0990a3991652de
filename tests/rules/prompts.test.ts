import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import en from '../../config/prompts/en.json' with { type: 'json' };
import ja from '../../config/prompts/ja.json' with { type: 'json' };
import { secondsOf } from '../../src/voice/caller-scripts.ts';
import { promptsFrom } from '../../src/voice/prompts.ts';

const places = (text: string): string[] => [...text.matchAll(/\{([a-z]+)\}/g)].map((match) => match[1]!).sort();
const catalogues: Record<string, Record<string, string>> = { ja, en };

describe('the spoken catalogue', () => {
  it('has the same sentences with the same places in Japanese and English', () => {
    expect(Object.keys(en).sort()).to.deep.equal(Object.keys(ja).sort());
    for (const [key, text] of Object.entries(ja)) expect(places(text), key).to.deep.equal(places(catalogues.en![key]!));
  });

  it('has every sentence that the code says, and no other', () => {
    const folder = new URL('../../src/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /^(voice|outbox)\/.*\.ts$/.test(name),
    );
    const code = files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    const quoted = new Set([...code.matchAll(/['`]([a-z][a-z0-9_]*)['`]/g)].map((match) => match[1]));
    const families = [
      'ordinal_',
      'bed_',
      'need_',
      'relation_',
      'acceptance_',
      'word_',
      'record_code_',
      'records_code_',
      'records_pin_',
      'records_card_',
      'records_birth_',
    ];
    const unused = Object.keys(ja).filter(
      (key) => !quoted.has(key) && !families.some((family) => key.startsWith(family)),
    );
    expect(unused).to.deep.equal([]);
    const said = [...code.matchAll(/\.say\(\s*'([a-z0-9_]+)'/g)].map((match) => match[1]!);
    expect(said.length).to.be.above(30);
    for (const key of said) expect(ja).to.have.property(key);
  });

  it('tells a doctor in about six seconds who calls and which keys to press', () => {
    for (const relation of ['attending', 'deputy', 'duty', 'no_card']) {
      const prompts = promptsFrom(ja, 'ja');
      const words = prompts.say('doctor_called', { area: '浅間台', relation: prompts.say(`relation_${relation}`) });
      const instruction = words.indexOf('1');
      expect(secondsOf(words.slice(0, instruction + 1)), words).to.be.at.most(6);
    }
  });

  it('refuses a sentence it does not have and a place that is not filled', () => {
    const prompts = promptsFrom(ja, 'ja');
    expect(() => prompts.say('no_such_sentence')).to.throw(/no prompt/);
    expect(() => prompts.say('taken_by')).to.throw(/wants \{name\}/);
  });
});
