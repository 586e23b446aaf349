// Runs one leg of the tests as a process of its own, lets its output through and counts what passed and failed, so that
// legs of different runners (node:test, mocha, our own) add up to one last line.
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

export interface Results {
  readonly passed: number;
  readonly failed: number;
}

export interface LegOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A leg that cannot start, crashes or counts nothing is one failure. */
export async function runLeg(
  name: string,
  command: string,
  args: readonly string[],
  { cwd, env }: LegOptions = {},
): Promise<Results> {
  console.log(`\n── ${name}`);
  const child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    stdio: ['inherit', 'pipe', 'pipe'],
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }), ...env },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => process.stderr.write(text));
  const code = await new Promise<number>((ended) => {
    child.on('error', (error) => {
      console.error(`${name} could not be started: ${error.message}`);
      ended(1);
    });
    child.on('close', (exitCode) => ended(exitCode ?? 1));
  });
  return judge(name, countResults(output), code);
}

/** The last line that every test command of this repository prints. */
export function resultLine({ passed, failed }: Results): string {
  return `${passed} passed, ${failed} failed`;
}

export function addResults(all: readonly Results[]): Results {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Our own last line counts alone, since it already adds up what stands above it. */
export function countResults(output: string): Results {
  const lines = stripVTControlCharacters(output).trimEnd().split('\n');
  const own = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? '');
  if (own) return { passed: Number(own[1]), failed: Number(own[2]) };
  const sum = (pattern: RegExp): number =>
    lines.reduce((total, line) => total + Number(pattern.exec(line)?.[1] ?? 0), 0);
  // node:test prints `ℹ pass 3` or, in TAP, `# pass 3`; mocha `  3 passing (20ms)`.
  return {
    passed: sum(/^[ℹ#] pass (\d+)$/) + sum(/^\s+(\d+) passing\b/),
    failed: sum(/^[ℹ#] (?:fail|cancelled) (\d+)$/) + sum(/^\s+(\d+) failing$/),
  };
}

function judge(name: string, { passed, failed }: Results, code: number): Results {
  if (passed + failed === 0) {
    console.error(`${name} counted no tests (exit code ${code}).`);
    return { passed, failed: 1 };
  }
  if (code !== 0 && failed === 0) {
    console.error(`${name} ended with exit code ${code} though no test failed.`);
    return { passed, failed: 1 };
  }
  return { passed, failed };
}
