/** The sentences of the verification, Japanese first, English second. Ids, numbers and times only; no content of an entry. */
import type { Damage, FindingKind } from './findings.ts';

export interface Words {
  ja: string;
  en: string;
}

type Say = (found: Damage) => Words;

const what: Record<FindingKind, Say> = {
  edited: ({ detail }) => ({
    ja: `記録の内容が書き換えられています${detail ? `（${detail}）` : ''}`,
    en: `the entry was edited${detail ? ` (${detail})` : ''}: its content is not what its hash covers`,
  }),
  rewritten: () => ({
    ja: '封印後に記録がハッシュごと差し替えられています',
    en: 'the entry was replaced together with its hash after it had been sealed',
  }),
  deleted: () => ({ ja: '記録が削除されています', en: 'deleted: the log no longer holds this' }),
  inserted: () => ({
    ja: '後から記録が挿入されています',
    en: 'the entry was inserted later, among entries that had already been sealed or counted',
  }),
  reordered: ({ detail }) => ({
    ja: `記録の順序が入れ替えられています（元の番号 ${detail}）`,
    en: `the entry was reordered: it was written as number ${detail}`,
  }),
  leaf_changed: () => ({
    ja: '封印の葉が書き換えられています（記録そのものは封印時のまま）',
    en: 'the leaf of this entry was edited; the entry itself is as it was sealed',
  }),
  leaf_missing: ({ detail }) => ({ ja: `封印の葉が失われています（${detail}）`, en: `leaves are missing (${detail})` }),
  head_changed: ({ detail }) => ({
    ja: `封印が書き換えられています（${detail}）`,
    en: `the seal was edited (${detail})`,
  }),
  head_missing: ({ detail }) => ({ ja: `封印が失われています（${detail}）`, en: `a seal is missing (${detail})` }),
  bad_signature: ({ detail }) => ({
    ja: `封印の署名が正しくありません（鍵 ${detail}）`,
    en: `the signature of the seal is not valid (key ${detail}): it was edited, or made with a key that is not ours`,
  }),
  tree_differs: ({ chainId }) =>
    chainId === null
      ? { ja: '封印の葉が署名された根と一致しません', en: 'the leaves do not give the root that was signed' }
      : {
          ja: '記録と封印の葉が一致せず、どちらが書き換えられたか判定できません',
          en: 'entry and leaf differ, and no intact seal tells which of them was changed',
        },
  witness_differs: ({ detail }) => ({
    ja: `紙に印刷された封印と一致しません（${detail}）`,
    en: `the log does not contain the seal that was printed on paper (${detail})`,
  }),
  row_differs: ({ detail }) => ({
    ja: `台帳の行が記録の末尾と一致しません（${detail}）`,
    en: `the row does not match the end of its chain (${detail})`,
  }),
  row_missing: () => ({
    ja: '記録はあるのに台帳の行が失われています',
    en: 'the row is gone although its chain is there',
  }),
  state_differs: ({ detail }) => ({
    ja: `台帳の状態が記録から再構成した状態と違います（${detail}）`,
    en: `the state of the row is not the one that its log gives (${detail})`,
  }),
};

/** Where, what, and since when. */
export function wordsFor(found: Damage): Words {
  const { ja, en } = what[found.kind](found);
  const { associationId, chainId, seq, lastSeq, treeSize, intactAt } = found;
  const isRange = seq !== null && lastSeq !== null && lastSeq > seq;
  const japanese = [
    `医師会 ${associationId}`,
    chainId && `記録列 ${chainId}`,
    seq !== null && (isRange ? `${seq}〜${lastSeq}番` : `${seq}番`),
    treeSize !== null && `封印 ${treeSize}件`,
  ];
  const english = [
    `association ${associationId}`,
    chainId && `chain ${chainId}`,
    seq !== null && (isRange ? `entries ${seq}-${lastSeq}` : `entry ${seq}`),
    treeSize !== null && `seal over ${treeSize}`,
  ];
  const since = sinceWhen(found, intactAt?.toISOString());
  return {
    ja: `${japanese.filter(Boolean).join(' ')}：${ja}。${since.ja}。`,
    en: `${english.filter(Boolean).join(', ')}: ${en}; ${since.en}.`,
  };
}

function sinceWhen({ kind }: Damage, at: string | undefined): Words {
  if (!at) return { ja: '正常だった時点を示す封印はありません', en: 'no seal shows when it was last in order' };
  // Rows are not sealed, but from one entry of their log to the next they may not change.
  if (kind === 'row_differs' || kind === 'row_missing' || kind === 'state_differs')
    return { ja: `最後の記録（${at}）以後に生じています`, en: `it arose with or after the last entry, of ${at}` };
  return { ja: `${at} の封印の時点では正常でした`, en: `it was in order when sealed at ${at}` };
}
