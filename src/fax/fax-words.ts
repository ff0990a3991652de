/** What `npm run fax` says, Japanese first. */
import { formatLocal } from '../lib/japan-time.ts';
import { formatNational } from '../lib/phone.ts';
import type { FaxDestination } from './destination.ts';

export const usage = `使い方 / usage: npm run fax -- <command> [--association <code>]
  list                                          送信先の一覧 / the numbers that pages may go to
  register <doctor|hospital|facility> <code> <1-3> <number> [--form full|pseudonymous|sealed]
                                                番号を登録（まだ記録は送れません）/ enters a number; no record goes there yet
  test <doctor|hospital|facility> <code> <1-3>  確認票を送る。受け取った方が電話で番号を押すと使えます
                                                sends the test page; its owner keys the code by telephone
  own <number>                                  医師会の受信番号 / a number of the association's own
  freeze <number> [--reason complaint|wrong_number|returned_page|operator]
                                                誤送信の申し出: すぐ止める / one complaint stops the number at once
  thaw <number>                                 調べたあとで解除（確認は最初から）/ lifts it; the test begins anew`;

const statuses: Readonly<Record<FaxDestination['status'], string>> = {
  registered: '未確認 registered',
  testing: '確認中 testing',
  confirmed: '確認済 confirmed',
  frozen: '停止 frozen',
  retired: '廃止 retired',
};

export function destinationLine(destination: FaxDestination & { code: string; name: string }): string {
  const { owner, code, name, position, e164, form, status, confirmDueAt } = destination;
  const until = confirmDueAt ? `  ${formatLocal(confirmDueAt).slice(0, 10)} まで / until` : '';
  return `${owner.kind.padEnd(8)} ${code} ${name}  ${position}  ${formatNational(e164)}  ${form}  ${statuses[status]}${until}`;
}

export const none = '送信先はまだありません / no number has been registered yet';
export const registeredLine = (destination: FaxDestination): string =>
  destination.status === 'frozen'
    ? 'この番号は停止中です。停止のまま登録しました / this number is frozen, and is entered frozen'
    : '登録しました。次は確認票: npm run fax -- test / registered; now send its test page';
export const testedLine = (faxId: string): string =>
  `確認票を送信待ちに入れました（3日間有効）/ the test page is queued, good for three days: ${faxId}`;
export const ownLine = (e164: string): string =>
  `受信番号にしました / pages to it come in for this association: ${formatNational(e164)}`;
export const thawedLine = (isLifted: boolean): string =>
  isLifted
    ? '解除しました。確認票からやり直しです / lifted: nothing goes there before a new test'
    : 'この番号は停止していません / this number is not frozen';

export function frozenLines(destinations: number, faxes: number): string[] {
  return [
    `停止しました / frozen: 送信先 destinations ${destinations}, 送信待ち・送信中 faxes cancelled or asked to stop ${faxes}`,
  ];
}
export const incidentLine = (id: string, preliminary: Date, final: Date): string =>
  `事故 / incident ${id}: 速報 preliminary report by ${formatLocal(preliminary)}, 確報 final report by ${formatLocal(final)}`;
export const alreadyFrozen =
  'すでに停止しています。新しい事故は開きません / frozen already: no second incident is opened';

export const refusals = {
  association: '医師会を --association で選んでください / choose the association with --association',
  owner: 'その種類とコードの登録がありません / nobody of this kind has this code',
  number: '電話番号として読めません / this is no fax number that may be dialled',
  destination: 'その場所に送信先がありません / there is no number at this place',
  frozen: 'この番号は停止中です / this number is frozen',
} as const;
