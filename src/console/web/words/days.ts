import { catalogue } from './words.ts';

/** Days as the roster and the beds count them: a holiday is a day of its own. */
export const dayNames = catalogue(
  { mon: '月', tue: '火', wed: '水', thu: '木', fri: '金', sat: '土', sun: '日', holiday: '祝' },
  { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun', holiday: 'Holiday' },
);
