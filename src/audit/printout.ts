/** The report on a terminal: Japanese first, English second; or as JSON for a program. */
import type { Finding } from './findings.ts';
import type { Report } from './verify.ts';

/** For a person: the keys, each association's last seal (to hold against paper), each finding, and last the summary. */
export function textLines(report: Report): string[] {
  const { publicKeys, associations, findings, found } = report;
  const untold = found - findings.length;
  return [
    ...publicKeys.flatMap(({ id, pem }) => [`公開鍵 / public key ${id}`, pem.trim()]),
    ...associations.map(({ id, lastHead }) =>
      lastHead
        ? `医師会 ${id} 最終封印 / last seal: ${lastHead.treeSize} ${lastHead.root} ${lastHead.sealedAt.toISOString()}`
        : `医師会 ${id} 封印なし / no seal yet`,
    ),
    ...findings.flatMap(({ ja, en }) => [`✗ ${ja}`, `  ${en}`]),
    ...(untold > 0 ? [`ほかに ${untold} 件 / and ${untold} more`] : []),
    ...unsealedLines(report),
    summary(report),
  ];
}

/** For a program: one finding a line, and last `{"summary": …}`. */
export function jsonLines(report: Report): string[] {
  const { findings, ...rest } = report;
  return [...findings.map((finding) => JSON.stringify(plain(finding))), JSON.stringify({ summary: rest })];
}

const plain = ({ leafIndex: _inner, ...finding }: Finding): object => finding;

function unsealedLines({ unsealed, oldestUnsealedAt, verifiedAt }: Report): string[] {
  if (!oldestUnsealedAt || verifiedAt.getTime() - oldestUnsealedAt.getTime() < lateMs) return [];
  const at = oldestUnsealedAt.toISOString();
  return [
    `！ ${at} 以降の ${unsealed} 件が未封印です。ワーカーが動いているか確認してください / ` +
      `${unsealed} entries since ${at} are not sealed: is the worker running, or were seals removed? Compare with paper`,
  ];
}

const lateMs = 15 * 60 * 1000; // seals come every few seconds; a restart takes a minute

function summary({ isSound, found, entries, chains, rows, unsealed }: Report): string {
  const ja = `記録 ${entries}件・記録列 ${chains}本・台帳 ${rows}行を検証：${isSound ? '異常なし' : `異常 ${found}件`}`;
  const en = `${entries} entries, ${chains} chains, ${rows} rows verified: ${isSound ? 'sound' : `${found} findings`}`;
  return `${ja}（未封印 ${unsealed}件） / ${en} (${unsealed} not sealed yet)`;
}
