/** Finds the first test that failed in what `node --test` prints in TAP, and the file that it is in. */
import path from 'node:path';
import type { Outcome } from './workbench.ts';

export class FirstFailure {
  found: Extract<Outcome, { kind: 'caught' | 'broken' }> | undefined;
  private rest = '';
  /** The test whose description is still to be read. */
  private name: string | undefined;

  read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.readLine(line);
  }

  private readLine(line: string): void {
    if (this.found !== undefined) return;
    // Tests stand before the group that they are in.
    this.name ??= /^ *not ok \d+ - (.*)$/.exec(line)?.[1];
    const [, file] = /^ +location: '(.*?\.ts):\d+:\d+'$/.exec(line) ?? [];
    if (this.name === undefined || file === undefined) return;
    const test = path.basename(file, '.test.ts');
    // A file counts as a test of its own name where it could not be loaded.
    this.found = this.name.endsWith('.test.ts')
      ? { kind: 'broken', why: `${test} cannot be loaded` }
      : { kind: 'caught', test: `${test}: ${this.name}` };
  }
}
