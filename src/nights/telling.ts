/** A night in plain words: what went wrong, what befell the house, and what happened, second by second. */
import type { Fact } from '../escalations/urgent-call.ts';
import type { Night } from './night.ts';
import type { Call, Fault } from './story.ts';
import type { Breach } from './watch.ts';

export function tellNight({ story, breaches, told }: Night, named: readonly Breach[] = breaches): string {
  const lines = [
    `seed ${story.seed}: ${[...new Set(named.map(({ rule }) => rule))].join(', ')}`,
    ...named.slice(0, 5).map(({ at, what }) => `  ${clock(at)} ${short(what)}`),
    'who rings:',
    ...story.calls.map((call) => `  ${clock(call.at)} ${call.id} about ${short(call.patientId)}${ways(call)}`),
    story.faults.length > 0 ? 'what goes wrong outside:' : 'nothing goes wrong outside',
    ...story.faults.map((fault) => `  ${faultWords(fault)}`),
    'what happens:',
    ...told.flatMap(({ at, caseId, what }) => {
      const words = caseId === null ? what : factWords(JSON.parse(what) as Fact);
      return words === null ? [] : [`  ${clock(at)} ${caseId === null ? '' : `[${short(caseId)}] `}${short(words)}`];
    }),
  ];
  return lines.join('\n');
}

/** Ids of a night are numbers: `dr_…0042` is dr 42. */
const short = (words: string): string =>
  words.replace(/\b([a-z]{2})_0*(\d+)\b/g, '$1 $2').replace(/\b(CA|CF)0*/g, '$1 ');
const clock = (at: number): string => new Date(at + 9 * 3_600_000).toISOString().slice(11, 23);

function ways({ keys, isWithheld, waits, breaksAfterSeconds }: Call): string {
  const said = [
    { card: '', area: 'has no card', person: 'presses 0', slips: 'slips on the keys', silent: 'presses nothing' }[keys],
    isWithheld ? 'withholds the number' : '',
    waits.does === 'leaves' ? `hangs up after ${Math.round(waits.afterSeconds)} s` : '',
    waits.does === 'call_back' ? 'wants to be called back' : '',
    breaksAfterSeconds === null ? '' : `the line breaks ${breaksAfterSeconds} s into the talk`,
  ].filter((part) => part !== '');
  return said.length > 0 ? ` (${said.join(', ')})` : '';
}

function faultWords(fault: Fault): string {
  if ('share' in fault) {
    const percent = `${Math.round(fault.share * 100)} %`;
    const what = {
      reports_lost: 'of the carrier’s reports are lost',
      reports_doubled: 'of the carrier’s reports come twice',
      reports_late: 'of the carrier’s reports come late and out of order',
      carrier_busy: 'of our calls the carrier puts off',
      carrier_refuses: 'of our calls the carrier refuses',
      carrier_mute: 'of our calls get no answer from the carrier',
      questions_doubled: 'of the carrier’s questions are asked twice',
    }[fault.kind];
    return `${percent} ${what}`;
  }
  if (fault.kind === 'queue_lost')
    return `${clock(fault.at)} the queue is lost, for ${Math.round(fault.downSeconds)} s`;
  if (fault.kind === 'clock_jump')
    return `${clock(fault.at)} the clock of ${fault.process} jumps by ${fault.seconds} s, for ${Math.round(fault.lastsSeconds)} s`;
  return `${clock(fault.at)} ${fault.process} dies ${fault.afterStatements} statements later, for ${Math.round(fault.downSeconds)} s`;
}

/** What the log says, without what only fills it. */
function factWords(fact: Fact): string | null {
  switch (fact.type) {
    case 'leg_checked':
    case 'caller_checked':
      return null;
    case 'case_opened':
      return `the case is opened (${fact.kind}${fact.patientId ? `, ${fact.patientId}` : ''})`;
    case 'leg_requested':
      return `${fact.role} ${fact.subjectId} is to be rung on ${fact.phoneId} (${fact.legId}${fact.isReturn ? ', called back' : `, ring ${fact.ring}`})`;
    case 'accepted':
      return `${fact.role} ${fact.subjectId} takes it (${fact.legId})`;
    default: {
      const { type, ...rest } = fact;
      const about = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
      return `${type.replaceAll('_', ' ')}${about.length > 0 ? ` (${about.join(', ')})` : ''}`;
    }
  }
}
