/**
 * `npm run test:load`: many connections to many servers through one gateway, with tokens that live for seconds and a fault
 * in one request of ten, whoever it goes to. `-- --minutes 1` for another length, `-- --seed 7` for the faults of a run that was seen.
 */
import { loadChecks, type LoadCheck } from './load/loadFindings.ts';
import { runLoad } from './load/loadRun.ts';
import { positive, readFlags, seedFrom } from './support/flags.ts';
import { resultLine } from './support/resultLines.ts';

/** An hour in which each connection calls every ten seconds has as many calls as this run in about four minutes. */
const usual = { minutes: '4', servers: 50, connections: 200, longestPauseMs: 1_000 };

const { values, refuse } = readFlags(
  'npm run test:load -- [--minutes <more than 0>] [--seed <whole number>]',
  {
    minutes: { type: 'string', default: usual.minutes },
    seed: { type: 'string' },
  },
);
const minutes = positive(values.minutes) ?? refuse('--minutes takes a number above 0.');
const seed = seedFrom(values.seed) ?? refuse('--seed takes a whole number.');

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interrupted.abort(new Error(`Ended by ${signal}.`)));

const { servers, connections, longestPauseMs } = usual;
console.log(`${connections} connections to ${servers} servers for ${minutes} min with seed ${seed}.`);
const { findings, figures } = await runLoad({
  ...{ servers, connections, longestPauseMs, seed },
  durationMs: minutes * 60_000,
  signal: interrupted.signal,
  say: (line) => console.log(line),
});

const width = Math.max(...Object.keys(figures).map(({ length }) => length));
for (const [name, value] of Object.entries(figures))
  console.log(`  ${name.padEnd(width)} ${String(value).padStart(9)}`);
const names = Object.keys(loadChecks) as LoadCheck[];
for (const name of names) {
  const found = findings.of(name);
  console.log(`${found.length === 0 ? '✔' : '✗'} ${loadChecks[name]}`);
  for (const sentence of found.slice(0, 5)) console.log(`    ${sentence}`);
  if (found.length > 5) console.log(`    … ${found.length} in all`);
}
const failed = names.filter((name) => findings.of(name).length > 0).length;
console.log(resultLine({ passed: names.length - failed, failed }));
process.exitCode = failed === 0 ? 0 : 1;
