/** What the server's refusals mean, and what to do: each code of `refuse(…)` that every desk shares. Desks add their own beside. */
import { type Catalogue, catalogue } from './words.ts';

export const refusalWords = catalogue(
  {
    unreachable: 'サーバーにつながりません。ネットワークを確かめて、もう一度押してください。入力は残っています。',
    not_signed_in: 'サインインが切れました。もう一度サインインしてください。',
    not_permitted: 'この操作の権限がありません。管理者に頼んでください。',
    prove_again: '大切な操作です。もう一度本人確認をしてください。',
    screen_only: 'この端末は掲示専用です。',
    foreign_origin: '別のサイトからの操作は受け付けません。この画面から操作してください。',
    header_missing: '画面が古くなっています。再読み込みしてください。',
    does_not_fit: '入力に誤りがあります。印のついた欄を直してください。',
    not_found: '見つかりません。ほかの人が片付けたか、別の医師会のものです。',
    overtaken: 'ほかの人が先に変更しました。新しい内容を読み込んでください。',
    too_many: '短い間に操作が多すぎます。1分ほど待ってください。',
    sign_in_wrong:
      '名前、パスワード、確認コードのどれかが違います。確認コードは1回しか使えません。次の数字を待ってください。',
    sign_in_key_replaced:
      'サーバーの鍵が新しくなったため、前の認証コードは使えません。パスキーでサインインするか、管理者に鍵のリセット（npm run staff -- reset）を頼んでください。',
    sign_in_locked: '間違いが続いたため、あと{minutes}分待ってください。パスキーならすぐにサインインできます。',
    passkey_wrong: 'パスキーを確認できませんでした。もう一度押すか、別の方法を使ってください。',
    no_passkeys_here:
      'このアドレスではパスキーを使えません。名前のアドレス（https）で開くか、パスワードを使ってください。',
    http_503: '混み合っています。少し待って、もう一度押してください。',
    http_500: 'サーバーに誤りがありました。もう一度押してください。続くときは管理者に知らせてください。',
    other: '受け付けられませんでした（{code}）。',
  },
  {
    unreachable: 'The server cannot be reached. Check the network and press again; what you typed is kept.',
    not_signed_in: 'Your session has ended. Please sign in again.',
    not_permitted: 'You may not do this. Ask an administrator.',
    prove_again: 'This is a sensitive step. Please prove who you are once more.',
    screen_only: 'This device is a wall screen only.',
    foreign_origin: 'Requests from other sites are refused. Use this page.',
    header_missing: 'This page is out of date. Please reload it.',
    does_not_fit: 'Something does not fit. Mend the marked fields.',
    not_found: 'Not found. Somebody has settled it, or it belongs to another association.',
    overtaken: 'Somebody else changed it first. Load the new state.',
    too_many: 'Too many requests. Wait about a minute.',
    sign_in_wrong: 'Name, password or code is wrong. A code counts once: wait for the next one.',
    sign_in_key_replaced:
      'The key of the server was replaced, so codes set up before cannot be read. Use a passkey, or ask an administrator to reset your credentials (npm run staff -- reset).',
    sign_in_locked: 'Too many wrong answers: wait {minutes} min. A passkey lets you in at once.',
    passkey_wrong: 'The passkey could not be confirmed. Press again, or use another way.',
    no_passkeys_here: 'Passkeys do not work at this address. Open the console by its name (https), or use a password.',
    http_503: 'The server is busy. Wait a moment and press again.',
    http_500: 'The server made a mistake. Press again; if it goes on, tell the administrator.',
    other: 'Refused ({code}).',
  },
);

export type RefusalCatalogue = Catalogue<string>;
