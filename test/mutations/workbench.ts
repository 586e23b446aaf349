/** A copy of the tree in which one check at a time is taken out and the tests are run that have to notice. */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mutated, testFile, type SecurityCheck } from './securityCheck.ts';
import { FirstFailure } from './firstFailure.ts';

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
    return new Workbench(folder);
  }

  /** @param red files of tests that would catch anything. */
  async try(check: SecurityCheck, red: ReadonlySet<string> = new Set()): Promise<Outcome> {
    const file = path.join(this.tree, check.file);
    const [before, without] = [await readFile(file, 'utf8'), await mutated(this.tree, check)];
    try {
      await writeFile(file, without);
      const tests = check.tests.filter((test) => !red.has(test));
      return tests.length === 0 ? { kind: 'survived' } : await this.run(tests);
    } finally {
      await writeFile(file, before);
    }
  }

  /** Runs tests up to the first that fails. */
  run(tests: readonly string[]): Promise<Outcome> {
    const files = tests.map(testFile);
    const temporary = path.join(this.folder, 't');
    const child = spawn(
      process.execPath,
      ['--test', `--test-timeout=${testMs}`, '--test-reporter=tap', ...files],
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
    return new Promise((resolve, reject) => {
      const failure = new FirstFailure();
      const limit = setTimeout(() => {
        resolve({ kind: 'endless' });
        end();
      }, longestMs);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        failure.read(text);
        if (failure.found === undefined) return;
        resolve(failure.found);
        end();
      });
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(limit);
        if (code === 0) resolve({ kind: 'survived' });
        else resolve(failure.found ?? { kind: 'broken', why: `ended with ${String(code)}` });
      });
    });
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
