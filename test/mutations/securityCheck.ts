/** One check of security in the source, how the source looks without it, and who has to notice. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface SecurityCheck {
  /** What is checked; unique in the table. */
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** As it stands in the file, exactly once. */
  readonly text: string;
  /** What stands there once the check is taken out. */
  readonly without: string;
  /** Files in test/engine without `.test.ts`, of which at least one has to go red. */
  readonly tests: readonly [string, ...string[]];
}

/** Checks of one file; the name says what of it. */
export function checksIn(
  file: string,
  tests: SecurityCheck['tests'],
  ...checks: readonly (readonly [name: string, text: string, without: string])[]
): readonly SecurityCheck[] {
  return checks.map(([name, text, without]) => ({ name, file, tests, text, without }));
}

export function testFile(test: string): string {
  return `test/engine/${test}.test.ts`;
}

/**
 * The file with the check taken out.
 * @throws where its text does not stand there exactly once: the table has to follow the source.
 */
export async function mutated(root: string, { name, file, text, without }: SecurityCheck): Promise<string> {
  const source = await readFile(path.join(root, file), 'utf8');
  const places = source.split(text).length - 1;
  if (places !== 1) throw new Error(`${name}: its text stands in ${file} ${places} times instead of once.`);
  return source.replace(text, () => without);
}
