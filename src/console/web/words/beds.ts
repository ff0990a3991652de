/** Kinds of beds, and how a hospital says whether it takes somebody into one. */
import { catalogue } from './words.ts';

export const bedNames = catalogue(
  {
    general: '一般',
    community_care: '地域包括',
    long_term: '療養',
    palliative: '緩和',
    icu: '集中',
    infection: '感染',
    respite: 'レスパイト',
    open: '○',
    consult: '△',
    closed: '×',
    openWords: '受入可',
    consultWords: '要相談',
    closedWords: '受入不可',
    toAsk: '要電話確認',
  },
  {
    general: 'general',
    community_care: 'community',
    long_term: 'long term',
    palliative: 'palliative',
    icu: 'ICU',
    infection: 'infection',
    respite: 'respite',
    open: '○',
    consult: '△',
    closed: '×',
    openWords: 'accepting',
    consultWords: 'ask first',
    closedWords: 'not accepting',
    toAsk: 'ask by phone',
  },
);
