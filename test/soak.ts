/**
 * `npm run test:soak`: drivers on one folder are killed again and again while a server fails every fifth request and lets
 * tokens live for a second. `-- --minutes 2` for a longer run than `npm test` takes, `-- --seed 7` for one that was seen.
 */
import { checks, type Check } from './soak/findings.ts';
import { soak } from './soak/soakRun.ts';
import { positive, readFlags, seedFrom } from './support/flags.ts';
import { resultLine } from './support/resultLines.ts';

const { values, refuse } = readFlags(
  'npm run test:soak -- [--minutes <more than 0>] [--seed <whole number>]',
  {
    minutes: { type: 'string', default: '0.2' },
    seed: { type: 'string' },
  },
);
const minutes = positive(values.minutes) ?? refuse('--minutes takes a number above 0.');
const seed = seedFrom(values.seed) ?? refuse('--seed takes a whole number.');

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interrupted.abort(new Error(`Ended by ${signal}.`)));

console.log(`Soak for ${minutes} min with seed ${seed}.`);
const { findings, figures, timelineFile } = await soak({
  durationMs: minutes * 60_000,
  seed,
  say: (line) => console.log(line),
  signal: interrupted.signal,
});

const width = Math.max(...Object.keys(figures).map(({ length }) => length));
for (const [name, value] of Object.entries(figures))
  console.log(`  ${name.padEnd(width)} ${String(value).padStart(7)}`);
const names = Object.keys(checks) as Check[];
for (const name of names) {
  const found = findings.of(name);
  console.log(`${found.length === 0 ? '✔' : '✗'} ${checks[name]}`);
  for (const sentence of found.slice(0, 5)) console.log(`    ${sentence}`);
}
if (timelineFile !== undefined) console.log(`Everything that happened: ${timelineFile}`);
const failed = names.filter((name) => findings.of(name).length > 0).length;
console.log(resultLine({ passed: names.length - failed, failed }));
process.exitCode = failed === 0 ? 0 : 1;
