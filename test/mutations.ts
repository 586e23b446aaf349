/**
 * `npm run test:mutations`: takes out each check of security in turn and shows the test that goes red. A check that can
 * be taken out unseen is a test that is missing. `-- --only <words>` for those whose name or file has the words in it.
 */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { checks } from './mutations/checks.ts';
import type { FailedTest } from './mutations/failedTests.ts';
import { Workbench, type Outcome } from './mutations/workbench.ts';
import { readFlags } from './support/flags.ts';
import { resultLine } from './support/resultLines.ts';

const { values, refuse } = readFlags('npm run test:mutations -- [--only "<words of a check, or its file>"]', {
  only: { type: 'string', default: '' },
});
const words = values.only.toLowerCase();
const chosen = checks.filter(({ name, file }) => `${name} ${file}`.toLowerCase().includes(words));
if (chosen.length === 0) refuse(`No check has “${values.only}” in its name or file.`);

const repository = path.resolve(import.meta.dirname, '..');
const count = Math.min(availableParallelism(), chosen.length);
const benches = await Promise.all(Array.from({ length: count }, () => Workbench.open(repository)));
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    interrupted.abort();
    for (const bench of benches) bench.stop();
  });
let [passed, failed] = [0, 0];
try {
  const tests = [...new Set(chosen.flatMap(({ tests }) => tests))].sort();
  console.log(`${chosen.length} checks, ${tests.length} files of tests, ${count} at a time.`);
  // Red with every check in place, a test notices nothing.
  const red: FailedTest[] = [];
  await sharing(tests, async (bench, test) => {
    for (const failed of await bench.failing(test)) {
      red.push(failed);
      console.log(`✗ Red with every check in place: ${failed.file}: ${failed.name}`);
    }
  });
  await sharing(chosen, async (bench, check) => {
    const outcome = await bench.try(check, red);
    if (interrupted.signal.aborted) return;
    const isCaught = outcome.kind === 'caught' || outcome.kind === 'endless';
    if (isCaught) passed += 1;
    console.log(`${isCaught ? '✔' : '✗'} ${check.name}\n    ${check.file} → ${wordsFor(outcome)}`);
  });
  failed = red.length + chosen.length - passed;
} finally {
  await Promise.all(benches.map((bench) => bench.close()));
}
console.log(resultLine({ passed, failed }));
process.exitCode = failed === 0 ? 0 : 1;

/** Each bench takes the next one as soon as it is free. */
async function sharing<Item>(
  items: readonly Item[],
  work: (bench: Workbench, item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const takeAll = async (bench: Workbench) => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      if (interrupted.signal.aborted) return;
      await work(bench, item);
    }
  };
  await Promise.all(benches.map(takeAll));
}

function wordsFor(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'caught':
      return outcome.test;
    case 'endless':
      return 'the tests do not end any more';
    case 'survived':
      return 'SURVIVED';
    case 'broken':
      return `BROKEN: ${outcome.why}`;
  }
}
