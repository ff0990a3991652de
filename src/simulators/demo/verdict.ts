/** Did it end as it should? Judged by the exchange, the audit log and the database, not by the story. */

import type { Play, Stage } from './play.ts';
import { endedCalls, freeBeds } from './records.ts';
import type { System } from './system.ts';

export interface Finding {
  isGood: boolean;
  ja: string;
  en: string;
}

export async function judge(stage: Stage, seen: Play, system: System): Promise<Finding[]> {
  const { db, cast, witness } = stage;
  const facts = witness.entries.map(({ fact }) => fact);
  const accepted = facts.filter((fact) => fact.type === 'accepted');
  const { winner, heardAfterDoctor, heardAfterHospital, bedsBefore } = seen;
  const admitted = facts.find((fact) => fact.type === 'bed_accepted');
  const asked = facts.find((fact) => fact.type === 'bed_asked' && fact.requestId === admitted?.requestId);
  const hospital = cast.hospitals.find(({ id }) => asked?.type === 'bed_asked' && asked.hospitalId === id);
  const before = hospital ? (bedsBefore.get(hospital.id) ?? null) : null;
  const after = hospital ? await freeBeds(db, hospital.id, cast.bedType) : null;
  const calls = await endedCalls(db);
  const audit = await system.run('src/audit/main.ts', 60);
  return [
    {
      isGood: accepted.length === 1 && accepted[0]?.subjectId === winner.id,
      ...{ ja: `受けたのは一人だけ: ${winner.ja}`, en: `exactly one acceptance: ${winner.en}` },
    },
    {
      isGood: heardAfterDoctor.some((phone) => winner.phones.includes(phone)),
      ...{ ja: '受けた医師と発信者がつながった', en: 'that doctor was joined with the caller' },
    },
    {
      isGood: hospital !== undefined && heardAfterHospital.includes(hospital.desk),
      ...{ ja: '受け入れ病院も会話に加わった', en: 'the hospital that said yes joined the conversation' },
    },
    {
      isGood: before !== null && after === before - 1,
      ...{ ja: `空床が1つ減った（${before} → ${after}）`, en: `its free beds fell by one (${before} → ${after})` },
    },
    {
      isGood: calls.all === 1 && calls.closed === 1,
      ...{ ja: '緊急呼は1件、入院で閉じた', en: 'one urgent call, closed with the outcome "bed"' },
    },
    {
      isGood: audit.code === 0,
      ja: '監査記録に異常なし',
      en: `npm run audit:verify: ${audit.output.split('\n').at(-1)?.split(' / ').at(-1) ?? ''}`,
    },
  ];
}
