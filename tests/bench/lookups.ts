/**
 * `npm run bench -- lookups`: what a gateway and a desk look up, with five thousand, a hundred thousand and five million patients on one
 * server, in turns. How PostgreSQL goes about each is asserted; the times are told beside each other.
 */
import { parseArgs } from 'node:util';
import { openCases } from '../support/open-cases.ts';
import { count, tell, UsageError } from './cli.ts';
import { hundredth, median } from './figures.ts';
import type { Crowd } from './lookup-fill.ts';
import { searchKeyOf } from './lookup-names.ts';
import { cardIndexes, type LookupPlace, plansOf, type Question, questions } from './lookup-questions.ts';
import { type Town, withTowns } from './lookup-server.ts';
import { type Figure, middle, most, type Outcome } from './result.ts';
import { contextOn } from './scale.ts';

const usage = `npm run bench -- lookups [--json] [--save] [options]
  --patients 5000,100000,5000000  the towns, the smallest first
  --tokens 1000000                at most so many patients of a town have search tokens (5 kB each)
  --folder <path>                 keeps the filled server there, and takes it from there the next time
  --fill                          fills the folder and measures nothing
  --rounds 9                      of --turns 40 questions of each kind in each town
`;

/** Only these were promised to be flat; a search reads more of a longer list of namesakes. */
const promised: Record<string, number> = { card: 1.2, caller: 1.2, opening: 1.2 };
const openAtOnce = 12;
const warmUpRounds = 2;

/** @throws UsageError, and Error when a statement reads a growing table as a whole. */
export async function lookupsBench(args: string[]): Promise<Outcome> {
  const { values } = parseArgs({
    args,
    options: {
      patients: { type: 'string', default: '5000,100000,5000000' },
      tokens: { type: 'string', default: '1000000' },
      folder: { type: 'string' },
      fill: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '9' },
      turns: { type: 'string', default: '40' },
    },
  });
  const [rounds, turns, tokens] = [count(values.rounds), count(values.turns), count(values.tokens)];
  const crowds = values.patients.split(',').map((text): Crowd => {
    const patients = count(text);
    return { patients, withTokens: Math.min(patients, tokens) };
  });
  if (crowds.length < 2 || (values.fill && !values.folder)) throw new UsageError(usage);
  const options = { patients: values.patients, tokens, rounds, turns };
  return withTowns(values.folder ?? null, crowds, tell, async (towns) => {
    if (values.fill) return { figures: [], leftOut: [], details: sizeLines(towns), options };
    const places = await Promise.all(towns.map(placeIn));
    const { figures, details } = await measure(places, rounds, turns);
    return {
      ...{ figures: [...figures, ...towns.map(sizeFigure)], options },
      leftOut: towns.flatMap(({ filled: { patients, withTokens } }) =>
        withTokens < patients
          ? [
              {
                what: `search tokens beyond ${withTokens} of ${patients} patients`,
                why: '--tokens with more, on a larger disk',
              },
            ]
          : [],
      ),
      details: [...sizeLines(towns), ...details],
    };
  });
}

async function placeIn({ db, town, filled }: Town): Promise<LookupPlace> {
  const { patients, withTokens } = filled;
  await db.query(`update urgent_call set status = 'closed', due_at = null where status <> 'closed'`); // of a run before
  await openCases(db, town.associationId, town.areaIds, openAtOnce);
  const cards = await cardIndexes(db, patients, 2000);
  return { ctx: contextOn(db), town, key: searchKeyOf(town.associationId), patients, withTokens, cards };
}

async function measure(
  places: readonly LookupPlace[],
  rounds: number,
  turns: number,
): Promise<Pick<Outcome, 'figures' | 'details'>> {
  const figures: Figure[] = [];
  const details: string[] = [];
  for (const question of questions) {
    const timed = await timesOf(places, question, rounds, turns);
    const [small, large] = [timed[0]!, timed.at(-1)!];
    const ratios = large.medians.map((value, round) => value / small.medians[round]!);
    figures.push(
      ...timed.map(({ medians }, index): Figure => {
        const { patients } = places[index]!;
        const [id, name] = [`lookupMs.${question.id}.${patients}`, `${question.name}, ${words(patients)} patients`];
        return { id, name, unit: 'ms', ...middle(medians), group: question.name };
      }),
      {
        ...{
          id: `lookupRatio.${question.id}`,
          name: `${question.name}, ${words(places.at(-1)!.patients)} : ${words(places[0]!.patients)}`,
        },
        ...{ unit: '', ...middle(ratios), ...(promised[question.id] ? { target: most(promised[question.id]!) } : {}) },
      },
    );
    const plan = await plansOf(places.at(-1)!, question);
    details.push(
      `${question.name}: the first of all ${timed.map(({ first }) => hundredth(first)).join(', ')} ms; by ${plan.join(', ')}`,
    );
    tell(details.at(-1)!);
  }
  return { figures, details };
}

interface Timed {
  /** The very first, when the server has nothing of it in its memory. */
  first: number;
  medians: number[];
}

/** In turns through the towns, so that what else the machine does falls on all of them. */
async function timesOf(
  places: readonly LookupPlace[],
  question: Question,
  rounds: number,
  turns: number,
): Promise<Timed[]> {
  const timed = places.map((): Timed => ({ first: Number.NaN, medians: [] }));
  for (let round = -warmUpRounds, serial = 0; round < rounds; round += 1) {
    const times = places.map((): number[] => []);
    for (let turn = 0; turn < turns; turn += 1, serial += 1)
      for (const [index, place] of places.entries()) {
        const began = performance.now();
        const told = await question.ask(place, serial);
        times[index]!.push(told ?? performance.now() - began);
      }
    for (const [index, of] of timed.entries()) {
      if (Number.isNaN(of.first)) of.first = times[index]![0]!;
      if (round >= 0) of.medians.push(median(times[index]!));
    }
  }
  return timed;
}

const words = (patients: number): string =>
  patients >= 1e6 ? `${patients / 1e6} million` : `${patients / 1000} thousand`;

function sizeFigure({ filled: { patients }, bytes }: Town): Figure {
  return {
    ...{ id: `databaseMb.${patients}`, name: `disk, ${words(patients)} patients`, unit: 'MB', group: 'disk' },
    ...{ value: Math.round(bytes / 1e6), quartiles: null },
  };
}

function sizeLines(towns: readonly Town[]): string[] {
  return towns.map(({ filled: { patients, withTokens, seconds, tables }, bytes }) => {
    const sizes = Object.entries(tables).map(
      ([name, of]) => `${name} ${of.rows} rows, ${Math.round(of.bytes / 1e6)} MB`,
    );
    return `${words(patients)} patients, ${words(withTokens)} with search tokens: filled in ${seconds} s, ${Math.round(bytes / 1e6)} MB (${sizes.join('; ')})`;
  });
}
