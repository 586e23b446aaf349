/** Windows that keep their records alike, on one folder, and what else may announce itself there. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { LinkedRecords } from '../../src/node/linkedRecords.ts';
import { SocketListener } from '../../src/node/socketListener.ts';
import type { RecordStore } from '../../src/session/ports.ts';
import { within } from '../support/deadline.ts';
import { BrowserStorage, WindowSecrets } from './browserStorage.ts';
import { ManualClock } from './manualClock.ts';

/** One window of the browser-hosted editor. */
export interface Window {
  readonly own: WindowSecrets;
  readonly records: LinkedRecords;
  /** Keys in the order in which its listeners were told. */
  readonly told: string[];
}

export interface Announced {
  readonly address: { readonly kind: string; readonly path: string };
  readonly path: string;
}

export class WindowStand {
  /** The folder that the windows share. */
  readonly folder: string;
  /** Where they announce themselves. */
  readonly windows: string;
  readonly storage = new BrowserStorage();
  readonly clock = new ManualClock();
  /** What the windows complained of; a test that expects something takes it out. */
  readonly faults: unknown[] = [];
  private readonly t: TestContext;
  private readonly closers: (() => void)[] = [];

  private constructor(t: TestContext, folder: string) {
    this.t = t;
    this.folder = folder;
    this.windows = path.join(folder, 'windows');
  }

  static async open(t: TestContext): Promise<WindowStand> {
    const parent = await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-windows-'));
    const stand = new WindowStand(t, path.join(parent, 'storage'));
    t.after(async () => {
      for (const close of stand.closers) close();
      await rm(parent, { recursive: true, force: true });
      assert.deepEqual(stand.faults.splice(0), []);
    });
    return stand;
  }

  /** Something that has to be closed when the test is over. */
  closeAtEnd(close: () => void): void {
    this.closers.push(close);
  }

  /** Any store, linked with the others; it waits for real time where a test says so. */
  async link(own: RecordStore): Promise<LinkedRecords> {
    const records = await LinkedRecords.open(own, {
      folder: this.folder,
      clock: this.clock,
      onFault: (cause) => this.faults.push(cause),
    });
    this.closeAtEnd(() => records.close());
    return records;
  }

  /** A window whose secrets are those that the browser has now, unless it has loaded them before. */
  async window(own = new WindowSecrets(this.storage)): Promise<Window> {
    const records = await this.link(own);
    const told: string[] = [];
    records.onDidChange((key) => told.push(key));
    return { own, records, told };
  }

  /** Resolves when so many answers are waited for. */
  async waitingFor(count: number): Promise<void> {
    const waiting = async () => {
      while (this.clock.pendingTimers !== count) await setImmediate();
    };
    await within(30_000, 'Windows wait for more answers, or fewer.', waiting());
  }

  /** The names of the faults, which are taken out. */
  takeFaults(): readonly unknown[] {
    return this.faults.splice(0).map((cause) => (cause as { readonly code?: unknown }).code ?? cause);
  }

  /** Puts a file where windows announce themselves, under a name as theirs are. */
  async announce(text: string): Promise<string> {
    await mkdir(this.windows, { recursive: true });
    const file = path.join(this.windows, `${randomBytes(16).toString('hex')}.json`);
    await writeFile(file, text);
    return file;
  }

  async announced(): Promise<readonly string[]> {
    return (await readdir(this.windows)).sort().map((file) => path.join(this.windows, file));
  }

  /** The announcement of the only window. */
  async onlyAnnouncement(): Promise<Announced> {
    const [file, ...others] = await this.announced();
    assert.ok(file !== undefined && others.length === 0);
    return readAnnounced(file);
  }

  /** The announcement of a window that takes every connection and says nothing. */
  async stalled(): Promise<string> {
    const { address } = new SocketListener(() => undefined);
    const folder = path.dirname(address.path);
    if (address.kind === 'unix') await mkdir(folder, { mode: 0o700 });
    const connections = new Set<net.Socket>();
    const server = net.createServer((connection) => {
      connections.add(connection);
      connection.on('error', () => undefined).resume();
    });
    server.listen(address.path);
    await once(server, 'listening');
    this.closeAtEnd(() => {
      server.close();
      for (const connection of connections) connection.destroy();
    });
    this.t.after(() => (address.kind === 'unix' ? rm(folder, { recursive: true, force: true }) : undefined));
    return this.announce(JSON.stringify({ address, path: `/${randomBytes(32).toString('base64url')}` }));
  }

  /** A window in a process of its own, which has announced itself. */
  async process(): Promise<ChildProcess> {
    const source = (file: string) => JSON.stringify(pathToFileURL(path.resolve(import.meta.dirname, file)));
    const program = `
      import { LinkedRecords } from ${source('../../src/node/linkedRecords.ts')};
      import { systemClock } from ${source('../../src/node/systemClock.ts')};
      import { BrowserStorage, WindowSecrets } from ${source('browserStorage.ts')};
      const folder = ${JSON.stringify(this.folder)};
      const own = new WindowSecrets(new BrowserStorage());
      const records = await LinkedRecords.open(own, { folder, clock: systemClock, onFault: console.error });
      records.onDidChange((key) => console.log(JSON.stringify(own.all)));
      console.log('open');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.closeAtEnd(() => child.kill('SIGKILL'));
    const before = await this.announced();
    await this.said(child);
    const [file] = (await this.announced()).filter((found) => !before.includes(found));
    assert.ok(file !== undefined);
    const { address } = await readAnnounced(file);
    // Who is killed leaves its socket behind.
    if (address.kind === 'unix')
      this.t.after(() => rm(path.dirname(address.path), { recursive: true, force: true }));
    return child;
  }

  /** The next thing that a process says. */
  async said(child: ChildProcess): Promise<string> {
    assert.ok(child.stdout !== null);
    const said = await within(30_000, 'The process says nothing.', once(child.stdout, 'data'));
    return String(said[0]).trim();
  }
}

async function readAnnounced(file: string): Promise<Announced> {
  return JSON.parse(await readFile(file, 'utf8')) as Announced;
}

/** The next key that the listeners are told, or the next time that they are told this one. */
export function nextChange(records: Pick<RecordStore, 'onDidChange'>, wanted?: string): Promise<string> {
  const told = new Promise<string>((resolve) => {
    const stop = records.onDidChange((key) => {
      if (wanted !== undefined && key !== wanted) return;
      stop();
      resolve(key);
    });
  });
  return within(30_000, 'Nobody was told of the change.', told);
}
