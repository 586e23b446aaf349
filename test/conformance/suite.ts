// Runs the official conformance suite as the program it is, and reads the verdicts that it leaves behind.
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as z from 'zod';

import { within } from '../support/deadline.ts';

const program = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));
const defaultDeadlineMs = 60_000;

/** A scenario and the revisions of the specification that it holds for. */
export interface Scenario {
  readonly name: string;
  readonly revisions: readonly string[];
}

const Check = z.object({ id: z.string(), status: z.string(), errorMessage: z.string().optional() });

/** One verdict. A status other than `SUCCESS` is a fault or something that was not looked at. */
export type Check = z.infer<typeof Check>;

/** What the suite said, by the name of the scenario. */
export type Verdicts = ReadonlyMap<string, readonly Check[]>;

/** What became of a client under test. */
export interface ClientVerdict {
  readonly checks: readonly Check[];
  /** Whether the suite itself is content: no failure, no warning, not out of time, no exit code that it does not allow. */
  readonly passed: boolean;
  readonly exitCode: number;
  readonly timedOut: boolean;
  /** What the client wrote to its standard error. */
  readonly stderr: string;
  /** What the suite printed, to be shown where the verdict is not the one that was wanted. */
  readonly report: string;
}

/** A run of the suite while it lasts. */
export interface SuiteRun {
  /** Waits for output that matches; the whole match. */
  printed(pattern: RegExp): Promise<string>;
}

/** The scenarios that the suite has for one side, `authorization`, `client` or `server`. */
export async function listScenarios(side: string): Promise<readonly Scenario[]> {
  const { output } = await runSuite(['list', `--${side}`]);
  const listed = [...output.matchAll(/^ {2}- (\S+) \[([^\]]*)\]$/gm)];
  if (listed.length === 0) throw new Error(`The suite listed no scenarios:\n${output}`);
  return listed.map(([, name = '', revisions = '']) => ({ name, revisions: revisions.split(',') }));
}

/** Runs scenarios to the end, with `meanwhile` at their side, and returns what the suite thinks of each. */
export async function judge(
  args: readonly string[],
  meanwhile: (run: SuiteRun) => Promise<void>,
): Promise<Verdicts> {
  return inFolder(async (folder) => {
    await runSuite([...args, '--output-dir', folder], { meanwhile });
    return readVerdicts(folder);
  });
}

/** Runs one scenario against a client; `command` is a line for the shell, to which the suite adds the server's address. */
export async function judgeClient(
  command: string,
  scenario: string,
  revision: string | undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<ClientVerdict> {
  return inFolder(async (folder) => {
    const args = ['client', '--command', command, '--scenario', scenario, '--output-dir', folder];
    const version = revision === undefined ? [] : ['--spec-version', revision];
    const { output, code } = await runSuite([...args, ...version], { env });
    const [place] = await places(folder);
    return {
      checks: (await readVerdicts(folder)).get(scenario) ?? [],
      passed: code === 0,
      exitCode: Number(/^Client exited with code (-?\d+)$/m.exec(output)?.[1] ?? 0),
      timedOut: /^Client timed out after /m.test(output),
      stderr: place === undefined ? '' : await fs.readFile(path.join(folder, place, 'stderr.txt'), 'utf8'),
      report: output,
    };
  });
}

/** Runs all that a revision of the specification requires of a client, and returns what the suite printed of it. */
export async function judgeRequirements(
  command: string,
  revision: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly output: string; readonly code: number }> {
  const args = [
    'client',
    '--command',
    command,
    '--requirements',
    revision,
    '--timeout',
    '60000',
    '--verbose',
  ];
  return runSuite(args, { env, deadlineMs: 180_000 });
}

async function inFolder<Value>(use: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-conformance-'));
  try {
    return await use(folder);
  } finally {
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface RunOptions {
  readonly meanwhile?: (run: SuiteRun) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

/** What the suite printed, and the code that it ended with. */
async function runSuite(
  args: readonly string[],
  { meanwhile = () => Promise.resolve(), env = {}, deadlineMs = defaultDeadlineMs }: RunOptions = {},
): Promise<{ readonly output: string; readonly code: number }> {
  const suite = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  const ended = new Promise<number>((resolve, reject) => {
    suite.once('error', reject);
    suite.once('close', (code) => resolve(code ?? 1));
  });
  const printed = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const [found] = pattern.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      };
      for (const stream of [suite.stdout, suite.stderr]) stream.on('data', look);
      look();
      const over = (): void => reject(new Error(`The suite ended before it printed ${String(pattern)}.`));
      ended.then(over, over);
    });
  for (const stream of [suite.stdout, suite.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  try {
    const both = Promise.all([ended, meanwhile({ printed })]);
    const [code] = await within(deadlineMs, 'The suite did not end.', both);
    return { output, code };
  } catch (error) {
    throw new Error(`The suite printed:\n${output}`, { cause: error });
  } finally {
    suite.kill('SIGKILL');
  }
}

/** Each scenario leaves a folder with its side, its name, which may hold slashes, and a time; its checks are in it. */
async function readVerdicts(folder: string): Promise<Verdicts> {
  const verdicts = new Map<string, readonly Check[]>();
  for (const place of await places(folder)) {
    const name = /^(?:authorization-server-)?(.+)-\d{4}-\d\d-\d\dT[\dZ-]+$/.exec(place)?.[1] ?? place;
    const checks: unknown = JSON.parse(await fs.readFile(path.join(folder, place, 'checks.json'), 'utf8'));
    verdicts.set(name, z.array(Check).parse(checks));
  }
  return verdicts;
}

async function places(folder: string): Promise<readonly string[]> {
  const files = await fs.readdir(folder, { recursive: true });
  return files
    .filter((file) => path.basename(file) === 'checks.json')
    .map((file) => path.dirname(file).replaceAll(path.sep, '/'));
}
