/** Finds tests that failed in what `node --test` prints in TAP, and the files that they are in. */
import path from 'node:path';

export interface FailedTest {
  /** Of its file, without an ending. */
  readonly file: string;
  readonly name: string;
}

export class FailedTests {
  /** In the order in which they are printed: tests stand before the group that they are in. */
  readonly found: FailedTest[] = [];
  private rest = '';
  /** The test whose description is still to be read. */
  private name: string | undefined;

  read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.readLine(line);
  }

  private readLine(line: string): void {
    this.name ??= /^ *not ok \d+ - (.*)$/.exec(line)?.[1];
    const [, place] = /^ +location: '(.*?\.ts):\d+:\d+'$/.exec(line) ?? [];
    if (this.name === undefined || place === undefined) return;
    this.found.push({ file: path.basename(place, '.test.ts'), name: this.name });
    this.name = undefined;
  }
}

export function isSame(one: FailedTest, other: FailedTest): boolean {
  return one.file === other.file && one.name === other.name;
}

/** A file counts as a test of its own name where it could not be loaded. */
export function isUnloaded({ name }: FailedTest): boolean {
  return name.endsWith('.test.ts');
}
