import { catalogue } from './words.ts';

export const proofWords = catalogue(
  {
    title: '本人確認',
    why: '大切な操作です。あなたであることをもう一度確かめます。',
    passkey: 'パスキーで確認',
    password: 'パスワード',
    code: '確認コード（アプリの6桁）',
    confirm: 'パスワードで確認',
    signInAgain: '一度サインアウトし、もう一度サインインしてから行ってください。',
  },
  {
    title: 'Prove who you are',
    why: 'This is a sensitive step. We make sure once more that it is you.',
    passkey: 'Confirm with passkey',
    password: 'Password',
    code: 'Code (six digits of the app)',
    confirm: 'Confirm with password',
    signInAgain: 'Sign out, sign in again, and do it then.',
  },
);
