import type pg from 'pg';
import { allDialledNumbers, allPhones } from '../../directory/actions.ts';
import type { NoticeLine } from './notice.ts';

/**
 * Furnishes the simulated exchange with the association's town: our numbers with their webhooks, and every telephone of
 * the directory by name. Telephones are played by people on the exchange's page (`manual`) until somebody gives them a
 * habit. Over HTTP, as everything that reaches the exchange.
 */
export async function furnishTown(
  db: pg.Pool,
  exchangeUrl: string,
  publicBaseUrl: string,
  notice: readonly NoticeLine[],
): Promise<void> {
  const put = async (path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${exchangeUrl}/exchange/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the exchange refused ${path}: ${answer.status} ${await answer.text()}`);
  };
  await put('notice', { lines: notice });
  for (const { e164, name } of await allDialledNumbers(db))
    await put(`numbers/${encodeURIComponent(e164)}`, {
      label: name,
      voiceUrl: `${publicBaseUrl}/voice/inbound`,
      statusCallback: `${publicBaseUrl}/voice/status`,
      fallbackUrl: `${publicBaseUrl}/voice/fallback`,
    });
  const phones = await allPhones(db);
  const town = phones.map(({ e164, owner, kind, role }) => [e164, labelOf(owner, kind, role)] as const);
  for (const [e164, label] of [...callers, ...town])
    await put(`phones/${encodeURIComponent(e164)}`, { label, behaviour: 'manual' });
}

const kindNames: Readonly<Record<string, string>> = {
  mobile: '携帯',
  landline: '自宅',
  clinic: '診療所',
  desk: '窓口',
};
const roleNames: Readonly<Record<string, string>> = {
  doctor: '医師',
  hospital: '病院',
  standby: '待機者',
  hub: '拠点',
};
const labelOf = (owner: string, kind: string, role: string): string =>
  `${roleNames[role] ?? role} ${owner.replaceAll('\u3000', '')}（${kindNames[kind] ?? kind}）`.slice(0, 60);

/** People of the town who ring at night. */
const callers: readonly (readonly [string, string])[] = [
  ['+819000009001', '訪問看護師 中村'],
  ['+819000009002', '家族 山田'],
  ['+819000009003', '施設 夜勤者'],
];
