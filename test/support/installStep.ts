// One step of an installation: a sentence, the time that has passed while it runs, and its output only if it fails.
import { spawn } from 'node:child_process';

export interface InstallStep {
  /** What is being done, as the person reads it. */
  readonly sentence: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the step; throws with everything it printed where it does not end with 0. */
export async function runInstallStep({ sentence, command, args, cwd, env }: InstallStep): Promise<void> {
  const started = Date.now();
  process.stdout.write(`${sentence} `);
  const ticking = setInterval(() => showElapsed(sentence, started), process.stdout.isTTY ? 1_000 : 5_000);
  try {
    await runQuietly(command, args, { ...(cwd && { cwd }), env: { ...process.env, ...env } });
    process.stdout.write(`${process.stdout.isTTY ? `\r${sentence} ` : ' '}${elapsed(started)}\n`);
  } catch (error) {
    process.stdout.write('\n');
    throw new Error(`${sentence} failed.`, { cause: error });
  } finally {
    clearInterval(ticking);
  }
}

function showElapsed(sentence: string, started: number): void {
  process.stdout.write(process.stdout.isTTY ? `\r${sentence} ${elapsed(started)}` : '.');
}

function elapsed(started: number): string {
  return `${Math.round((Date.now() - started) / 1_000)} s`;
}

async function runQuietly(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  await new Promise<void>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => {
      if (code === 0) done();
      else
        failed(
          new Error(`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${causeIn(output)}`),
        );
    });
  });
}

/** npm names the cause below its warnings and above its manual. */
function causeIn(output: string): string {
  const lines = output.split('\n').filter((line) => !line.startsWith('npm warn'));
  return lines.slice(0, 20).join('\n');
}
