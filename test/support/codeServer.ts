// Starts code-server with a profile of its own and stops it with everything it started.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { provideCodeServer } from './codeServerInstall.ts';
import { eventually } from './deadline.ts';
import { listExtensionFolders } from './extensionFolders.ts';
import { freePort } from './freePort.ts';

export interface CodeServerOptions {
  /** The folder of settings and state; a temporary one, removed at the end, if not given. */
  readonly userDataDir?: string | undefined;
  readonly extensionsDir?: string | undefined;
  /** User settings on top of the ones for quiet pictures. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Origins that `openExternal` may open without asking. */
  readonly trustedDomains?: readonly string[];
  /** Whether addresses may name an extension under development and its tests, as they do unless this is false. */
  readonly smokeTestDriver?: boolean;
  /** Packaged extensions (.vsix files) to install first. */
  readonly extensions?: readonly string[];
  /** Folders of unpacked extensions that are to count as installed. */
  readonly extensionFolders?: readonly string[];
  /** Variables for the server; the extension host inherits them. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface CodeServer {
  readonly origin: string;
  /** What the server printed; outlives the server only where the user data folder was given. */
  readonly logFile: string;
  close(): Promise<void>;
}

const quietSettings = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.commandCenter.enabled': false,
  'workbench.startupEditor': 'none',
  // Many servers come and go: the editor would say so in notifications of its own.
  'remote.autoForwardPorts': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'telemetry.telemetryLevel': 'off',
  // As a setting and no flag, so that a test can turn it on.
  'security.workspace.trust.enabled': false,
};

/** Starts a server and waits until it answers. */
export async function startCodeServer(options: CodeServerOptions = {}): Promise<CodeServer> {
  const entry = path.join(await provideCodeServer(), 'out', 'node', 'entry.js');
  const own = await fs.mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-vscode-'));
  const userData = options.userDataDir ?? path.join(own, 'data');
  const extensionsDir = options.extensionsDir ?? path.join(own, 'extensions');
  const config = path.join(own, 'config.yaml');
  const logFile = path.join(options.userDataDir ?? own, 'server.log');
  await seedSettings(userData, options.settings ?? {});
  // Without a configuration file of its own it writes one into the home directory.
  await fs.writeFile(config, 'auth: none\n');
  const profile = [
    ...['--config', config, '--user-data-dir', userData],
    ...['--extensions-dir', extensionsDir],
  ];
  const run = (args: readonly string[]): ChildProcess =>
    spawnLogged([entry, ...profile, ...args], logFile, options.env);
  for (const vsix of options.extensions ?? [])
    await installExtension(run(['--install-extension', vsix]), vsix);
  await listExtensionFolders(extensionsDir, options.extensionFolders ?? []);

  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = run(serverArguments(port, options));
  const close = async (): Promise<void> => {
    process.off('exit', killAtExit);
    await stopGroup(server);
    await fs.rm(own, { recursive: true, force: true, maxRetries: 3 });
  };
  const killAtExit = (): void => {
    signalGroup(server, 'SIGKILL');
    rmSync(own, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', killAtExit);
  try {
    await untilHealthy(server, origin, logFile);
  } catch (error) {
    await close();
    throw error;
  }
  return { origin, logFile, close };
}

const testArguments = [
  // Without this VS Code ignores the extension and the tests named in the address.
  ...['--vscode-option', 'enable-smoke-test-driver'],
  // A tab that is loaded again does not always say goodbye; for so many seconds its extension host waits for it.
  ...['--reconnection-grace-time', '3'],
];

function serverArguments(port: number, options: CodeServerOptions): readonly string[] {
  const { trustedDomains = [], smokeTestDriver = true } = options;
  return [
    ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'],
    ...['--disable-telemetry', '--disable-update-check'],
    ...['--disable-getting-started-override', '--ignore-last-opened'],
    ...(smokeTestDriver ? testArguments : []),
    ...trustedDomains.flatMap((domain) => ['--link-protection-trusted-domains', domain]),
  ];
}

/** Settings that are in the folder already stay, below the given ones. */
async function seedSettings(userData: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const file = path.join(userData, 'User', 'settings.json');
  await fs.mkdir(path.dirname(file), { recursive: true });
  const before = await fs.readFile(file, 'utf8').catch(() => '{}');
  const merged = { ...quietSettings, ...(JSON.parse(before) as object), ...settings };
  await fs.writeFile(file, JSON.stringify(merged, undefined, 2));
}

function spawnLogged(
  args: readonly string[],
  logFile: string,
  env: NodeJS.ProcessEnv | undefined,
): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    return spawn(process.execPath, args, {
      stdio: ['ignore', log, log],
      // A group of its own, so that the extension hosts and terminals end with it.
      detached: true,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        PATH: [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
        ...env,
      },
    });
  } finally {
    closeSync(log);
  }
}

async function installExtension(installing: ChildProcess, vsix: string): Promise<void> {
  const code = await new Promise((done) => installing.once('close', done));
  if (code !== 0) throw new Error(`code-server did not install ${vsix}.`);
}

async function untilHealthy(server: ChildProcess, origin: string, logFile: string): Promise<void> {
  await eventually(
    30_000,
    async () => {
      if (server.exitCode !== null)
        throw new Error(`code-server ended: ${await fs.readFile(logFile, 'utf8')}`);
      return (await isHealthy(origin)) || undefined;
    },
    async () => `code-server did not answer at ${origin}/healthz: ${await fs.readFile(logFile, 'utf8')}`,
  );
}

async function isHealthy(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/healthz`)).ok;
  } catch {
    return false;
  }
}

async function stopGroup(server: ChildProcess): Promise<void> {
  signalGroup(server, 'SIGTERM');
  if (server.exitCode === null && server.signalCode === null) {
    const hardEnd = setTimeout(() => signalGroup(server, 'SIGKILL'), 3_000);
    await new Promise((ended) => server.once('exit', ended));
    clearTimeout(hardEnd);
  }
  // The leader has gone; what may be left of its group goes now.
  signalGroup(server, 'SIGKILL');
}

function signalGroup(server: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (server.pid !== undefined) process.kill(-server.pid, signal);
  } catch {
    // The group is gone, which is what was wanted.
  }
}
