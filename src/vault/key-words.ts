/** What `npm run keys` says, Japanese first. */
import type { Rotated } from './rotation.ts';
import type { KeyCounts } from './rotation-store.ts';

export const usage = `使い方 / usage: npm run keys -- <command>
  make-key                     32バイトの鍵を1つ作る / prints a new key (CARD_PEPPER, CASE_KEY, SEARCH_KEY)
  make-hub --out <folder> --name <name> [--years 10]
                               拠点の証明書と秘密鍵を作る / makes hub-cert.pem, hub-key.p12 and its passphrase
  status                       どの鍵で封印されているか / counts what is under which key
  rotate-hub [--batch 50]      HUB_CERT の鍵に封印し直す / seals everything to HUB_CERT
  rotate-pepper [--batch 20]   CARD_PEPPER_NEXT を併用できるようにする / every card can be found by CARD_PEPPER_NEXT, too
  rotate-pepper --finish       前のペッパーを捨てる / drops the pepper before; all gateways must run with the next one
手順 / in which order: docs/security.md. 途中で止まっても、もう一度実行すれば続きから / interrupted? run it again.`;

const things = {
  records: '記録 / records',
  'card copies': 'カードの写し / card copies',
  pages: '受信した頁 / received pages',
  cards: 'カード / cards',
} as const;

export const progressLine = (what: keyof typeof things, done: number): string => `${things[what]}: ${done}`;

export function rotatedLines(what: keyof typeof things, { done, unopened }: Rotated): string[] {
  const lines = [`完了 / done: ${things[what]} ${done}`];
  if (unopened.length > 0) {
    const some = unopened.slice(0, 20).join(' ');
    const more = unopened.length > 20 ? ' …' : '';
    lines.push(`開けないもの / not opened by any key given, left as they are: ${unopened.length} (${some}${more})`);
  }
  return lines;
}

export const unadoptedLine = (count: number): string =>
  `名簿から入ったままのカード ${count} 枚はこの方法では移せません。ペッパー切替後に名簿をもう一度取り込んでください。
${count} cards came with the lists and were never adopted; no pepper moves them: import the lists again after the change`;

export const switchedLine = (count: number): string => `切替 / found by the next pepper alone: ${count}`;

export const madeHubLines = (folder: string, id: string, until: Date): string[] => [
  `作成しました / made in ${folder}: hub-cert.pem, hub-key.p12, hub-key-passphrase`,
  `鍵の名前 / key ${id}, ${until.toISOString().slice(0, 10)} まで / valid until`,
  'hub-key.p12 とその合言葉は拠点だけに置き、別々の場所に写しを。失うとカードなしでは誰も読めません。',
  'Keep hub-key.p12 and its passphrase at the hub only, with copies in two places: without them only cards open records.',
];

export const statusLines = (counts: readonly KeyCounts[]): string[] =>
  counts.length === 0
    ? ['まだ何も封印されていません / nothing is sealed yet']
    : counts.map(({ what, keyId, count }) => `${what.padEnd(18)} ${keyId ?? '(none)'}  ${count}`);

export const needsNextPepper = 'CARD_PEPPER_NEXT がありません / CARD_PEPPER_NEXT is missing: npm run keys -- make-key';
export const samePepper =
  'CARD_PEPPER_NEXT が今のものと同じです / CARD_PEPPER_NEXT is the present CARD_PEPPER: nothing to do before --finish';
