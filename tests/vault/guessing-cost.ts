/**
 * What a guess costs who has stolen the database and every secret of the gateway: the figures of docs/security.md.
 * Run it alone on the machine: `node --import tsx tests/vault/guessing-cost.ts`. No test: time is nothing to assert.
 */
import { randomBytes, scryptSync } from 'node:crypto';
import os from 'node:os';

const costLog2 = 16;
const payloads = 4e9; // ten digits, the first 5 to 8
const issuable = 10 / 11; // about one in eleven would pass as a My Number and is never issued
const rounds = 12;

const N = 2 ** costLog2;
const pepper = randomBytes(32);
const guess = (number: string): Buffer =>
  scryptSync(number, pepper, 32, { N, r: 8, p: 1, maxmem: 128 * N * 8 + 1024 ** 2 });

guess('500000000012');
const before = process.cpuUsage();
for (let round = 0; round < rounds; round++) guess(String(500_000_000_000 + round));
const { user, system } = process.cpuUsage(before);
const secondsPerGuess = (user + system) / 1e6 / rounds;
const numbers = payloads * issuable;
const years = (seconds: number): number => seconds / (365.25 * 86_400);
console.log(`processor ${os.cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.version}`);
console.log(`one guess: ${secondsPerGuess.toFixed(3)} s of one core, ${(128 * N * 8) / 1024 ** 2} MiB`);
console.log(`all ${numbers.toExponential(2)} numbers: ${years(secondsPerGuess * numbers).toFixed(1)} core-years`);
for (const patients of [1, 300, 3000]) {
  const first = (secondsPerGuess * numbers) / (patients + 1);
  console.log(
    `until the first of ${patients} cards is hit, on average: ${(years(first) * 365.25).toFixed(1)} core-days`,
  );
}
