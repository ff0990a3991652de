/** Drafts of invented patients for tests: the minimum that a card can be issued for, and a whole one. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface TestDraft {
  // biome-ignore lint/suspicious/noExplicitAny: a test spoils any part of it
  registration: any;
  // biome-ignore lint/suspicious/noExplicitAny: a test spoils any part of it
  record: any;
}

/** As a person writes it: wareki, national phones, one text for the name. */
export const minimumDraft = (): TestDraft => ({
  registration: {
    nameKana: 'ﾀｶｻｷ かおる',
    birth: 'S15.3.1',
    sex: 'female',
    address: '神奈川県横浜市西区見本町1-2',
    tel: [{ e164: '090-0000-0001' }],
    primary: { doctor: '100552' },
    consentTo: true,
    consentBy: { who: 'patient', name: '髙﨑　薫', on: 'R8.1.5', explainedBy: '見本 看護師' },
  },
  record: {
    problems: [{ name: '肺癌' }],
    allergy: { state: 'unknown' },
    contacts: [{ role: 'key_person', name: '髙﨑　一', relation: '夫', phones: ['045-000-0001'] }],
  },
});

/** One of the example's records (config/examples/nishi/records), as the file says it. */
export const exampleDraft = (code: string): TestDraft =>
  JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../config/examples/nishi/records/${code}.json`, import.meta.url)), 'utf8'),
  );
