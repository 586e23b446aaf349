/** A copy of the tree in which one check at a time is taken out and the tests are run that have to notice. */
import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FailedTests, isSame, isUnloaded, type FailedTest } from './failedTests.ts';
import { mutated, testFile, type SecurityCheck } from './securityCheck.ts';

/** What came of a check that was taken out. */
export type Outcome =
  | { readonly kind: 'caught'; readonly test: string }
  /** The tests do not come to their end any more; so long that no slow computer is the reason. */
  | { readonly kind: 'endless' }
  | { readonly kind: 'survived' }
  /** The source cannot even be loaded: that proves nothing. */
  | { readonly kind: 'broken'; readonly why: string };

/** Whatever is made, fetched or shown, and what a check of the source does not need. */
const leftOut = new Set(['node_modules', 'dist', '.git', 'screenshots', '.vscode-test', 'mcp-oauth.vsix']);
const longestMs = 240_000;
const testMs = 60_000;

export class Workbench {
  private readonly folder: string;
  private end: () => void = () => undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(repository: string): Promise<Workbench> {
    // A short name: the paths of sockets are made below it.
    const folder = await mkdtemp(path.join(tmpdir(), 'mut-'));
    const tree = path.join(folder, 'tree');
    await cp(repository, tree, {
      recursive: true,
      filter: (source) => !leftOut.has(path.relative(repository, source)),
    });
    await symlink(path.join(repository, 'node_modules'), path.join(tree, 'node_modules'), 'junction');
    await mkdir(path.join(folder, 't'));
    // As open as temporary folders are: some tests have others look in.
    await chmod(folder, 0o755);
    await chmod(path.join(folder, 't'), 0o1777);
    return new Workbench(folder);
  }

  /** @param red tests that fail with every check in place: they notice nothing. */
  async try(check: SecurityCheck, red: readonly FailedTest[] = []): Promise<Outcome> {
    const file = path.join(this.tree, check.file);
    const [before, without] = [await readFile(file, 'utf8'), await mutated(this.tree, check)];
    try {
      await writeFile(file, without);
      const { failed, isEndless } = await this.run(
        check.tests,
        (test) => !red.some((known) => isSame(known, test)),
      );
      const [first] = failed;
      if (first === undefined) return { kind: isEndless ? 'endless' : 'survived' };
      return isUnloaded(first)
        ? { kind: 'broken', why: `${first.file} cannot be loaded` }
        : { kind: 'caught', test: `${first.file}: ${first.name}` };
    } finally {
      await writeFile(file, before);
    }
  }

  /** The tests that fail with every check in place. */
  async failing(test: string): Promise<readonly FailedTest[]> {
    const { failed, isEndless } = await this.run([test]);
    return isEndless ? [...failed, { file: test, name: 'does not end' }] : failed;
  }

  /** @param ends whether a failure is enough to know; all are looked for where nothing is said. */
  private run(
    tests: readonly string[],
    ends?: (test: FailedTest) => boolean,
  ): Promise<{ readonly failed: readonly FailedTest[]; readonly isEndless: boolean }> {
    const temporary = path.join(this.folder, 't');
    const child = spawn(
      process.execPath,
      ['--test', `--test-timeout=${testMs}`, '--test-reporter=tap', ...tests.map(testFile)],
      {
        cwd: this.tree,
        detached: process.platform !== 'win32',
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
      },
    );
    const end = () => {
      // The tests are processes of their own.
      if (child.pid !== undefined && process.platform !== 'win32') endGroup(child.pid);
      else child.kill('SIGKILL');
    };
    this.end = end;
    return new Promise((resolve, reject) => {
      const all = new FailedTests();
      const telling = () => (ends === undefined ? all.found : all.found.filter(ends));
      const limit = setTimeout(() => {
        resolve({ failed: telling(), isEndless: true });
        end();
      }, longestMs);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        all.read(text);
        if (ends !== undefined && telling().length > 0) end();
      });
      child.once('error', reject);
      child.once('close', () => {
        clearTimeout(limit);
        this.end = () => undefined;
        resolve({ failed: telling(), isEndless: false });
      });
    });
  }

  /** Ends the tests that run. */
  stop(): void {
    this.end();
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private get tree(): string {
    return path.join(this.folder, 'tree');
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
