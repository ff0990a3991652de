/** What `npm run staff` says, Japanese first. */
import { formatLocal } from '../lib/japan-time.ts';
import type { StaffRole } from './staff.ts';
import type { ListedStaff } from './store.ts';

export const usage = `使い方 / usage: npm run staff -- <command> [--association <code>]
  list                                     職員の一覧 / who has an account
  invite --role <role> --name <name> [--language en]
                                           一度だけ使える招待リンク（24時間）/ a one-time link, good for a day
  reset <op_…>                             サインインの方法をすべて無効にし、新しいリンクを出す
                                           everything he signs in with is void; a new link
  stop <op_…>                              使えなくする / takes an account out of use
role: clerk 事務 · nurse 看護師・保健師 · hub_doctor 拠点医師 · administrator 管理者 · auditor 監査`;

export const refusals = {
  association:
    'どの医師会か分かりません。--association に医師会コードを付けてください / which association? Give its code with --association',
  staff: 'その職員はいません。list で番号を確かめてください / there is no such account; look at list',
  lastAdministrator:
    '最後の管理者です。先に別の管理者を招いてください / this is the last administrator; invite another first',
};

const roleWords: Readonly<Record<StaffRole, string>> = {
  clerk: '事務 clerk',
  nurse: '看護師・保健師 nurse',
  hub_doctor: '拠点医師 hub doctor',
  administrator: '管理者 administrator',
  auditor: '監査 auditor',
};

export function staffLine({ id, name, role, isActive, passkeys, hasPassword, isInvited }: ListedStaff): string {
  const ways = [
    ...(passkeys > 0 ? [`パスキー passkeys ${passkeys}`] : []),
    ...(hasPassword ? ['パスワード password'] : []),
    ...(isInvited ? ['招待中 invited'] : []),
    ...(isActive ? [] : ['停止中 out of use']),
  ];
  return `${id}  ${name}  ${roleWords[role]}  ${ways.join(' · ')}`;
}

export const none = 'まだ職員がいません / nobody has an account yet';
export const linkLines = (address: string, expiresAt: Date): string[] => [
  `${formatLocal(expiresAt)} まで一度だけ使えます。本人に手渡してください / good once, until then; hand it over in person:`,
  address,
];
export const stopped = '使えなくしました。すべての端末からサインアウトしました / out of use, and signed out everywhere';
