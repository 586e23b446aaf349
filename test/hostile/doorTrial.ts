/** Tries one door: what is in its corpus, then generated cases; with an eye on what nobody waits for, and on memory. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { CaseInHand } from './caseInHand.ts';
import { corpusOf } from './corpus.ts';
import type { Door } from './door.ts';

export interface Failure {
  /** What did not hold. */
  readonly what: string;
  /** The case, made as small as it gets; undefined where it is about all of them. */
  readonly case?: unknown;
}

export interface Trial {
  readonly cases: number;
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** Memory in use after the cases, compared with that after the first quarter of them. */
  readonly growth: number;
}

/** Beyond noise, such as code that is compiled late. */
const mostGrowth = 1.5;
/** Fewer cases say nothing of memory. */
const leastForMemory = 200;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export async function tryDoor(door: Door, count: number, seed: number, hand: CaseInHand): Promise<Trial> {
  const failures: Failure[] = [];
  const strays: unknown[] = [];
  const stray = (thrown: unknown) => void strays.push(thrown);
  process.on('unhandledRejection', stray).on('uncaughtException', stray);
  const attempt = async (hostile: unknown) => {
    hand.take(hostile);
    await door.try(hostile);
    await setImmediate();
    if (strays.length > 0)
      throw new Error('Something went wrong that nobody waited for.', { cause: strays.shift() });
  };
  let [passed, cases] = [0, 0];
  try {
    for (const { why, case: kept } of await corpusOf(door.name)) {
      cases += 1;
      try {
        await attempt(kept);
        passed += 1;
      } catch (thrown) {
        failures.push({ what: `Again: ${why}\n${wordsOf(thrown)}`, case: kept });
      }
    }
    const quarter = Math.ceil(count / 4);
    const property = fc.asyncProperty(door.cases, attempt);
    const generated = async (numRuns: number, from: number) => {
      const ended = await fc.check(property, { numRuns, seed: from });
      cases += ended.numRuns;
      if (!ended.failed) passed += ended.numRuns;
      else failures.push({ what: wordsOf(ended.errorInstance), case: ended.counterexample?.[0] });
    };
    await generated(quarter, seed);
    const before = memoryInUse();
    if (failures.length === 0 && count > quarter) await generated(count - quarter, seed + 1);
    const growth = memoryInUse() / before;
    if (count >= leastForMemory && growth > mostGrowth)
      failures.push({ what: `Memory grew to ${growth.toFixed(2)} times of what it was.` });
    await door.close?.();
    await setImmediate();
    for (const thrown of strays.splice(0))
      failures.push({ what: `Nobody waited for it: ${wordsOf(thrown)}` });
    return { cases, passed, failures, growth };
  } catch (thrown) {
    return { cases, passed, failures: [...failures, { what: wordsOf(thrown) }], growth: 1 };
  } finally {
    process.off('unhandledRejection', stray).off('uncaughtException', stray);
  }
}

function memoryInUse(): number {
  collectGarbage();
  // Expressions that V8 keeps compiled, in case they come again, go with the second collection alone.
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\nbecause of ${wordsOf(thrown.cause)}`;
  return (thrown.stack ?? thrown.message) + cause;
}
