/**
 * The sandbox as a program of its own, as a person starts it: for tests that count what it was asked, stop it and start it
 * again, or have it go wrong in a certain way.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

import type { SandboxAnnouncement } from '../../src/node/sandboxAnnouncement.ts';
import { chooseFaults } from '../../src/node/sandboxFaults.ts';
import { extension, stage } from './extension.ts';

/** What the sandbox prints about itself. */
interface Announcement extends SandboxAnnouncement {
  readonly issuer: string;
  readonly passkeysUrl: string;
}

interface Running {
  readonly program: ChildProcess;
  readonly announcement: Announcement;
  /** A line for each answer, as it is printed. */
  readonly log: Interface;
}

/** A name that VS Code opens as it is and without a question, where browsers look on this computer alone. */
const pagesHost = 'sandbox.localhost';

/** Free ports and no data at first; from then on the same ones, whenever it is started again. */
export class SandboxProgram {
  private readonly folder: string;
  private readonly flags: readonly string[];
  private readonly lines: string[] = [];
  private running: Running;
  private markers = 0;

  private constructor(folder: string, flags: readonly string[], running: Running) {
    this.folder = folder;
    this.flags = flags;
    this.running = running;
    this.listen();
  }

  /**
   * Its consent page asks for the passphrase of the stage.
   * @param flags More of the command line: `'--access-token-seconds', '20'`.
   */
  static async start(...flags: readonly string[]): Promise<SandboxProgram> {
    const folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-sandbox-'));
    const running = await launch(folder, ['--authorization-port', '0', '--mcp-port', '0', ...flags]);
    return new SandboxProgram(folder, flags, running);
  }

  get mcpUrl(): string {
    return this.running.announcement.mcpUrl;
  }

  get passkeysUrl(): string {
    return this.running.announcement.passkeysUrl;
  }

  /** Where the pages are that a person sees. */
  get pagesOrigin(): string {
    return new URL(this.passkeysUrl).origin;
  }

  /**
   * What its servers have answered since the first start, such as `authorization POST /token 200 12 ms`.
   * @param beginning Leaves out the lines that do not begin so.
   */
  async requests(beginning = ''): Promise<readonly string[]> {
    if (!this.hasEnded()) await this.everythingPrinted();
    return this.lines.filter((line) => line.startsWith(beginning));
  }

  /** Has it go wrong in exactly these ways, until others are chosen or it ends. */
  chooseFaults(...names: readonly string[]): Promise<void> {
    return chooseFaults(this.running.announcement, names);
  }

  /** Ends the program, so that nobody answers at its addresses. */
  async stop(): Promise<void> {
    if (this.hasEnded()) return;
    const { program } = this.running;
    program.stdin?.end();
    await once(program, 'close');
  }

  /** Starts it where it was, with what it knew. */
  async startAgain(): Promise<void> {
    const { issuer, mcpUrl } = this.running.announcement;
    const ports = ['--authorization-port', new URL(issuer).port, '--mcp-port', new URL(mcpUrl).port];
    this.running = await launch(this.folder, [...ports, ...this.flags]);
    this.listen();
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private hasEnded(): boolean {
    const { exitCode, signalCode } = this.running.program;
    return exitCode !== null || signalCode !== null;
  }

  private listen(): void {
    this.running.log.on('line', (line) => {
      const said = line.replace(/^\S+ /, '');
      // What is not about a request, and those of this class, count for nothing.
      if (/^[a-z ]+ [A-Z]+ \/(?!sandbox\/)/.test(said)) this.lines.push(said);
    });
  }

  /** Answers are printed in the order in which they were given: once a new one is there, all earlier ones are. */
  private async everythingPrinted(): Promise<void> {
    const { announcement, log } = this.running;
    const marker = `${announcement.controlUrl}/marker-${++this.markers}`;
    const printed = on(log, 'line', { close: ['close'] });
    await fetch(marker);
    for await (const [line] of printed) {
      if (String(line).includes(` ${new URL(marker).pathname} `)) return;
    }
  }
}

/** No terminal: whoever answers the page has nothing but the page. */
async function launch(folder: string, flags: readonly string[]): Promise<Running> {
  const script = path.join(extension().extensionPath, 'dist', 'sandbox.mjs');
  const usual = ['--json', '--until-stdin-closes', '--pages-host', pagesHost];
  const data = ['--data-file', path.join(folder, 'sandbox.sqlite')];
  const program = spawn(process.execPath, [script, ...usual, ...data, ...flags], {
    // The desktop's editor is an Electron that runs as Node where it is told to.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', MCP_OAUTH_SANDBOX_PASSPHRASE: stage.passphrase },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const log = createInterface(program.stderr);
  const printed: string[] = [];
  log.on('line', (line) => printed.push(line));
  const output = createInterface(program.stdout);
  const [line] = (await Promise.race([once(output, 'line'), once(output, 'close')])) as [string?];
  if (line === undefined) throw new Error(`The sandbox did not start: ${printed.join(' ')}`);
  return { program, announcement: JSON.parse(line) as Announcement, log };
}
