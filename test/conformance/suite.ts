// Runs the official conformance suite as the program it is, and reads the verdicts that it leaves behind.
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as z from 'zod';

import { within } from '../support/deadline.ts';

const program = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));
const deadlineMs = 60_000;

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

/** A run of the suite while it lasts. */
export interface SuiteRun {
  /** Waits for output that matches; the whole match. */
  printed(pattern: RegExp): Promise<string>;
}

/** The scenarios that the suite has for one side, `authorization`, `client` or `server`. */
export async function listScenarios(side: string): Promise<readonly Scenario[]> {
  const output = await runSuite(['list', `--${side}`]);
  const listed = [...output.matchAll(/^ {2}- (\S+) \[([^\]]*)\]$/gm)];
  if (listed.length === 0) throw new Error(`The suite listed no scenarios:\n${output}`);
  return listed.map(([, name = '', revisions = '']) => ({ name, revisions: revisions.split(',') }));
}

/** Runs scenarios to the end, with `meanwhile` at their side, and returns what the suite thinks of each. */
export async function judge(
  args: readonly string[],
  meanwhile: (run: SuiteRun) => Promise<void>,
): Promise<Verdicts> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-conformance-'));
  try {
    await runSuite([...args, '--output-dir', folder], meanwhile);
    return await readVerdicts(folder);
  } finally {
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What the suite printed. It ends with 1 if a check failed, which the verdicts say better. */
async function runSuite(
  args: readonly string[],
  meanwhile: (run: SuiteRun) => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const suite = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = new Promise<void>((resolve, reject) => {
    suite.once('error', reject);
    suite.once('close', () => resolve());
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
    await within(deadlineMs, 'The suite did not end.', Promise.all([meanwhile({ printed }), ended]));
    return output;
  } catch (error) {
    throw new Error(`The suite printed:\n${output}`, { cause: error });
  } finally {
    suite.kill('SIGKILL');
  }
}

/** Each scenario leaves a folder with its side, its name, which may hold slashes, and a time; its checks are in it. */
async function readVerdicts(folder: string): Promise<Verdicts> {
  const verdicts = new Map<string, readonly Check[]>();
  const files = await fs.readdir(folder, { recursive: true });
  for (const file of files.filter((one) => path.basename(one) === 'checks.json')) {
    const place = path.dirname(file).replaceAll(path.sep, '/');
    const name = /^(?:authorization-server-)?(.+)-\d{4}-\d\d-\d\dT[\dZ-]+$/.exec(place)?.[1] ?? place;
    const checks: unknown = JSON.parse(await fs.readFile(path.join(folder, file), 'utf8'));
    verdicts.set(name, z.array(Check).parse(checks));
  }
  return verdicts;
}
