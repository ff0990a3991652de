import type { Random } from '../embedded/secrets.ts';
import { sealedContentShape, serialiseContent } from '../records/record.ts';
import { openVersion, sealContent } from '../vault/vault.ts';

/**
 * A record of nobody, sealed like any other when the process starts: it is opened, read and compared where a real one would
 * be, so that a card of nobody takes the time of a card with a wrong birth date. No name in it can match: it is never given out.
 */
export function decoy(random: Random): { open(): Buffer } {
  const of = { associationId: 'as_nobody', patientId: 'pt_nobody', version: 1 };
  const bytes = serialiseContent(sealedContentShape.parse({ schema: 1, ...nobody }));
  const { dataKey, ...sealed } = sealContent(bytes, of, random);
  return { open: () => openVersion(sealed, of, dataKey) };
}

/** About as long as what people write; everything that may be unknown is. */
const line = '在宅療養中の経過についての記載'.repeat(6);
const nobody = {
  registration: {
    nameKana: 'ダレデモ ナイ',
    birth: '1873-01-01',
    sex: 'unknown',
    address: '東京都千代田区1-1',
    tel: [{ e164: '03-0000-0000' }],
    primary: { doctor: '100552' },
    consentTo: true,
    consentBy: { who: 'patient', name: '誰でも ない', on: '2026-01-05', explainedBy: '誰でも ない' },
  },
  record: {
    problems: [1, 2, 3, 4, 5, 6].map((number) => ({ name: `病名 ${number}` })),
    allergy: { state: 'unknown' },
    course: line.slice(0, 90),
    meds: {
      state: 'present',
      items: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({ name: `薬 ${number}`, dose: '1錠', usage: '朝食後' })),
    },
    contacts: [{ role: 'key_person', name: '誰でも ない', relation: '友人', phones: ['03-0000-0000'] }],
  },
};
