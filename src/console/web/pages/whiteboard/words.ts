import { catalogue } from '../../words/words.ts';

export const whiteboardWords = catalogue(
  { title: '今夜のボード', onDuty: '当番', nobody: '当番がいません', calls: '進行中の緊急呼', noCalls: 'なし' },
  { title: 'Tonight', onDuty: 'On duty', nobody: 'Nobody is on duty', calls: 'Open urgent calls', noCalls: 'None' },
);
