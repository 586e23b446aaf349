/** The driver as the program that it is, built anew from the source, and a world for it with a real MCP server's manners. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import esbuild from 'esbuild';
import { within } from '../support/deadline.ts';
import { World, type Answer } from './world.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What a program said and how it ended. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class DriverStand {
  readonly folder: string;
  private readonly children = new Set<ChildProcess>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async build(): Promise<DriverStand> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-driver-'));
    const require =
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: ['src/driver/main.ts'],
      outfile: path.join(folder, 'driver.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      alias: { vscode: './src/driver/plainWords.ts' },
      banner: { js: require },
      logLevel: 'warning',
    });
    return new DriverStand(folder);
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(BROWSER$|MCP_|NODE_)/.test(name));
    const child = spawn(process.execPath, [path.join(this.folder, 'driver.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...Object.fromEntries(inherited), ...env },
    });
    this.children.add(child);
    return child;
  }

  /** Runs the driver to its end. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ending> {
    return endOf(this.start(args, env));
  }

  async close(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export function endOf(child: ChildProcess): Promise<Ending> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return within(30_000, () => `The driver did not end. It said:\n${stdout}${stderr}`, ended);
}

export async function firstLineOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('The driver said nothing.');
}

/** A world whose MCP server lists tools, and whose authorization server asks nobody but wants its cookie back. */
export async function startToolWorld(): Promise<World> {
  const world = await World.start();
  const guarded = world.answers.get('/mcp');
  world.answers.set('/mcp', (request) => {
    const reply = guarded?.(request) ?? {};
    return reply.status === 401 || request.method !== 'POST' ? reply : answerMcp(request);
  });
  world.answers.set('/as/authorize', ({ path }) => ({
    status: 302,
    headers: {
      location: `login${new URL(path, world.origin).search}`,
      'set-cookie': 'visit=1; Path=/as; HttpOnly',
    },
  }));
  world.answers.set('/as/login', ({ path, headers }) =>
    headers.cookie === 'visit=1'
      ? { status: 303, headers: { location: world.visit(new URL(path, world.origin).href) } }
      : { body: 'Please switch on cookies.' },
  );
  return world;
}

const answerMcp: Answer = ({ body }) => {
  const { id, method } = JSON.parse(body) as { readonly id?: number; readonly method: string };
  if (id === undefined) return { status: 202 };
  const results: Readonly<Record<string, object>> = {
    initialize: {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'notes', version: '1' },
    },
    'tools/list': {
      tools: ['read_note', 'write_note'].map((name) => ({ name, inputSchema: { type: 'object' } })),
    },
    'tools/call': { content: [] },
  };
  const result = results[method];
  const missing = { error: { code: -32601, message: 'Method not found' } };
  return { body: { jsonrpc: '2.0', id, ...(result === undefined ? missing : { result }) } };
};
