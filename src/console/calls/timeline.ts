/** One case as the desk shows it: its time line in words, from its own log. */
import { bedWish, createWordsBook, printedNames } from '../../directory/actions.ts';
import { caseFacts } from '../../escalations/actions.ts';
import { type CaseContext, type CaseTimeline, caseTimeline } from '../../pages/case-view.ts';
import { type CaseLog, ringsOf, subjectsOf } from '../../pages/morning-view.ts';
import { loadWords } from '../../pages/words.ts';
import { firstWords } from '../../voice/leg-scripts.ts';
import { loadPrompts } from '../../voice/prompts.ts';
import type { ConsoleContext } from '../context.ts';
import type * as store from './store.ts';

export const pageWords = loadWords();
const promptsFolder = new URL('../../../config/prompts/', import.meta.url);
const prompts = { ja: loadPrompts(promptsFolder, 'ja'), en: loadPrompts(promptsFolder, 'en') };

/** What a phone was told depends on the lists of that night; a day later they may say something else. */
const wordsKnownMs = 86_400_000;

export async function timelineOf(ctx: ConsoleContext, row: store.CaseRow): Promise<CaseTimeline> {
  const log = await caseFacts(ctx.db, row.id);
  const isRecent = ctx.clock.now().getTime() - row.opened_at.getTime() < wordsKnownMs;
  const [names, question] = await Promise.all([
    printedNames(ctx.db, subjectsOf(log)),
    isRecent ? questionsOf(ctx, row, log) : () => null,
  ]);
  return caseTimeline(log, { names, question }, pageWords);
}

async function questionsOf(ctx: ConsoleContext, row: store.CaseRow, log: CaseLog): Promise<CaseContext['question']> {
  const { area_id: areaId, patient_id: patientId } = row;
  const doctors = [...new Set(ringsOf(log).flatMap(({ role, subjectId }) => (role === 'doctor' ? [subjectId] : [])))];
  const wordsFor = createWordsBook(ctx.db, ctx.clock);
  const [wish, ...found] = await Promise.all([
    patientId ? bedWish(ctx.db, patientId) : null,
    ...doctors.map((doctorId) => wordsFor({ areaId, patientId, doctorId })),
  ]);
  const byDoctor = new Map(doctors.map((id, place) => [id, found[place]]));
  return (role, subjectId) => {
    if (role !== 'doctor' && role !== 'hospital' && role !== 'standby') return null;
    const { area, relation } = byDoctor.get(subjectId) ?? { area: '', relation: 'no_card' as const };
    const words = { area, relation, bed: wish?.bed_type ?? 'general', needs: wish?.needs ?? [] };
    return { ja: firstWords(prompts.ja, role, words), en: firstWords(prompts.en, role, words) };
  };
}
