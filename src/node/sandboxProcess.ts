/**
 * The sandbox, a program of its own, as a child of this process. It ends when its standard input closes: when it is
 * asked to, and also when this process is killed and nobody is left to ask.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { quotable } from '../oauth/authError.ts';
import { readAnnouncement, type SandboxAnnouncement } from './sandboxAnnouncement.ts';
import { clientPage } from './sandboxControl.ts';
import { chooseFaults, readFaults, type SandboxFault } from './sandboxFaults.ts';

export interface SandboxStart {
  /** The program's file. */
  readonly script: string;
  /** Where the sandbox keeps its data; the folder is made where it is missing. */
  readonly dataFile: string;
  /** The host name of the pages that a person sees: a name of this computer. */
  readonly pagesHost: string;
  /** What the consent page asks for. */
  readonly passphrase: string;
  /** Cancels the start. */
  readonly signal: AbortSignal;
  /** Gets what the program reports, line by line, fit to be shown and without secrets. */
  readonly onLogLine: (line: string) => void;
  /** How long the program may take to say where it is. 30 seconds by default. */
  readonly announceWithinMs?: number;
  /** How long the program may take to close its data before it is killed. 3 seconds by default. */
  readonly graceMs?: number;
}

/** How the program says that its ports are taken: its exit code. */
const portsTakenCode = 3;

/** Characters of an announcement; it has about 300. */
const longestAnnouncement = 10_000;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export class SandboxProcess {
  private readonly child: Child;
  private readonly exited: Promise<number | null>;
  private readonly announcement: SandboxAnnouncement;
  private readonly graceMs: number;
  private isStopping = false;

  /** When the program has ended, and whether it was asked to. Never rejects. */
  readonly ended: Promise<'stopped' | 'unexpectedly'>;

  private constructor(
    child: Child,
    exited: Promise<number | null>,
    announcement: SandboxAnnouncement,
    graceMs: number,
  ) {
    this.child = child;
    this.exited = exited;
    this.announcement = announcement;
    this.graceMs = graceMs;
    this.ended = exited.then(() => (this.isStopping ? 'stopped' : 'unexpectedly'));
  }

  /**
   * Starts the program and returns once it says where it is. Its ports are fixed, so that a server that was added once
   * stays valid; where they are taken, by another window's sandbox or something else, free ones are used.
   * @throws Error with what the program did instead.
   */
  static async start(start: SandboxStart): Promise<SandboxProcess | 'cancelled'> {
    await mkdir(path.dirname(start.dataFile), { recursive: true, mode: 0o700 });
    const started = await SandboxProcess.launch(start, []);
    const outcome =
      started === 'ports_taken'
        ? await SandboxProcess.launch(start, ['--authorization-port', '0', '--mcp-port', '0'])
        : started;
    if (outcome === 'ports_taken') throw new Error('The sandbox finds no free port.');
    return outcome;
  }

  get mcpUrl(): string {
    return this.announcement.mcpUrl;
  }

  get issuer(): string {
    return this.announcement.issuer;
  }

  clientPage(): Promise<string> {
    return clientPage(this.announcement);
  }

  readFaults(): Promise<readonly SandboxFault[]> {
    return readFaults(this.announcement);
  }

  chooseFaults(names: readonly string[]): Promise<void> {
    return chooseFaults(this.announcement, names);
  }

  /** Ends the program: it closes its data by itself, and is killed where that takes too long. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.child.stdin.end();
    const kill = setTimeout(() => this.child.kill('SIGKILL'), this.graceMs);
    await this.exited;
    clearTimeout(kill);
  }

  private static async launch(
    start: SandboxStart,
    flags: readonly string[],
  ): Promise<SandboxProcess | 'ports_taken' | 'cancelled'> {
    const isCancelled = () => start.signal.aborted;
    if (isCancelled()) return 'cancelled';
    const child = spawnChild(start, flags);
    const secrets = [start.passphrase];
    const exited = reportEnd(child, (text) => {
      const line = quotable(text, secrets);
      if (line !== undefined) start.onLogLine(line);
    });
    const kill = () => child.kill('SIGKILL');
    const limit = AbortSignal.any([start.signal, AbortSignal.timeout(start.announceWithinMs ?? 30_000)]);
    limit.addEventListener('abort', kill, { once: true });
    const line = await Promise.race([firstLine(child.stdout), exited.then(() => undefined)]);
    limit.removeEventListener('abort', kill);
    const announcement = line === undefined || limit.aborted ? undefined : readAnnouncement(line);
    if (announcement !== undefined) {
      secrets.push(announcement.controlKey);
      return new SandboxProcess(child, exited, announcement, start.graceMs ?? 3_000);
    }
    kill();
    const code = await exited;
    if (isCancelled()) return 'cancelled';
    if (limit.aborted) throw new Error('The sandbox did not say in time where it is.');
    if (line !== undefined) throw new Error('The sandbox said something else than where it is.');
    if (code === portsTakenCode) return 'ports_taken';
    throw new Error(`The sandbox ended before it said where it is (exit code ${code ?? 'unknown'}).`);
  }
}

function spawnChild(
  { script, dataFile, pagesHost, passphrase }: SandboxStart,
  flags: readonly string[],
): Child {
  // `node:sqlite` warns that it is experimental.
  const program = ['--disable-warning=ExperimentalWarning', script, '--json', '--until-stdin-closes'];
  // Options that are meant for the editor's own Node, such as a debugger's, would hold the sandbox up.
  const env = { ...process.env };
  delete env['NODE_OPTIONS'];
  return spawn(process.execPath, [...program, '--data-file', dataFile, '--pages-host', pagesHost, ...flags], {
    // The desktop's editor is an Electron that runs as Node where it is told to; Node itself ignores it. The command
    // line is read by every user of the computer, the environment by this one alone.
    env: { ...env, ELECTRON_RUN_AS_NODE: '1', MCP_OAUTH_SANDBOX_PASSPHRASE: passphrase },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

/** Reports what the program says on standard error and how it ends, and resolves with its exit code: null where it had none. */
function reportEnd(child: Child, report: (line: string) => void): Promise<number | null> {
  createInterface({ input: child.stderr }).on('line', report);
  // It may be gone when its input is closed.
  child.stdin.on('error', () => undefined);
  return new Promise((resolve) => {
    child.on('error', ({ message }) => {
      report(message);
      if (child.pid === undefined) resolve(null);
    });
    child.once('close', (code, signal) => {
      report(`The sandbox ended (${signal ?? `exit code ${code ?? 'unknown'}`}).`);
      resolve(code);
    });
  });
}

/** The first line; what is too long for one is cut. Whatever follows is thrown away. */
function firstLine(output: Readable): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const take = (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0 && text.length <= longestAnnouncement) return;
      output.off('data', take).resume();
      resolve(text.slice(0, end < 0 ? longestAnnouncement : end));
    };
    output.setEncoding('utf8').on('data', take);
  });
}
