/**
 * `npm run test:hostile`: bad input for every door through which somebody else's bytes come in. Cases that failed once
 * are tried first (`test/fixtures/hostile/`), then generated ones. `-- --cases 100000` for a longer run than `npm test`
 * takes, `-- --seed 7` for one that was seen, `-- --door signIn` for one door alone.
 */
import { availableParallelism } from 'node:os';
import { casesFor, doors } from './hostile/doors.ts';
import { tryAll } from './hostile/doorWatch.ts';
import { positive, readFlags, seedFrom } from './support/flags.ts';
import { resultLine } from './support/resultLines.ts';

const { values, refuse } = readFlags(
  'npm run test:hostile -- [--cases <more than 0>] [--seed <whole number>] [--door <name>]',
  { cases: { type: 'string', default: '3000' }, seed: { type: 'string' }, door: { type: 'string' } },
);
const cases = positive(values.cases) ?? refuse('--cases takes a number above 0.');
const seed = seedFrom(values.seed) ?? refuse('--seed takes a whole number.');
const chosen = doors.filter(({ name }) => values.door === undefined || name === values.door);
if (chosen.length === 0) refuse(`--door takes one of ${doors.map(({ name }) => name).join(', ')}.`);

console.log(`About ${cases} hostile cases at ${chosen.length} doors with seed ${seed}.`);
const orders = chosen.map((door) => ({
  door: door.name,
  count: values.door === undefined ? casesFor(door, cases) : cases,
  seed,
}));
let [passed, failed, tried] = [0, 0, 0];
await tryAll(orders, Math.min(availableParallelism(), orders.length), ({ order, trial }) => {
  const { failures, growth } = trial;
  tried += trial.cases;
  failed += failures.length;
  passed += failures.length === 0 ? 1 : 0;
  const sign = failures.length === 0 ? '✔' : '✗';
  console.log(
    `${sign} ${order.door.padEnd(16)} ${String(trial.cases).padStart(7)} cases, memory ×${growth.toFixed(2)}`,
  );
  for (const failure of failures) {
    console.log(failure.what);
    if (failure.case === undefined) continue;
    console.log(`An entry for test/fixtures/hostile/${order.door}.json (seed ${order.seed}):`);
    console.log(JSON.stringify({ why: failure.what.split('\n')[0], case: failure.case }));
  }
});
console.log(`${tried} cases.`);
// A door counts once, however many cases it was tried with.
console.log(resultLine({ passed, failed }));
process.exitCode = failed === 0 ? 0 : 1;
