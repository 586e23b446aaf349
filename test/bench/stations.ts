/** The stations of a run: processes that do what the rows tell them, each connected to the bench. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { within } from '../support/deadline.ts';
import { newSocketPath } from './socketPath.ts';
import type { Outcome, SentOrder } from './station/duties.ts';
import type { OrderName, Orders } from './station/orders.ts';

const processMs = 30_000;
/** What VS Code needs may have to be downloaded first. */
const hostMs = 600_000;
const endMs = 60_000;

export class Station {
  private readonly socket: Socket;
  private readonly waiting = new Map<number, PromiseWithResolvers<unknown>>();
  private lastId = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.once('close', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('The station is gone.'));
    });
  }

  /** @throws Error with what went wrong at the station. */
  ask<Name extends OrderName>(name: Name, wish: Orders[Name]['wish']): Promise<Orders[Name]['given']> {
    const id = (this.lastId += 1);
    const answered = Promise.withResolvers<unknown>();
    this.waiting.set(id, answered);
    const order: SentOrder = { id, name, wish };
    this.socket.write(`${JSON.stringify(order)}\n`);
    return answered.promise as Promise<Orders[Name]['given']>;
  }

  /** What the station says of an order. */
  settle({ id, given, failure }: Outcome): void {
    const answered = this.waiting.get(id);
    this.waiting.delete(id);
    if (failure === undefined) answered?.resolve(given);
    else answered?.reject(new Error(failure));
  }
}

export class Stations {
  private readonly place = newSocketPath();
  private readonly children: ChildProcess[] = [];
  private readonly sockets: Socket[] = [];
  private readonly awaited = new Map<string, (station: Station) => void>();
  private readonly server = createServer((socket) => this.welcome(socket));
  private readonly programs: Programs;

  private constructor(programs: Programs) {
    this.programs = programs;
  }

  static async open(): Promise<Stations> {
    const stations = new Stations(await bundle());
    process.once('exit', () => stations.place.remove());
    await new Promise<void>((resolve) => stations.server.listen(stations.place.path, resolve));
    return stations;
  }

  /** A process of its own. */
  start(name: string): Promise<Station> {
    return this.run(name, this.programs.program, processMs);
  }

  /** The extension host of a real VS Code. */
  startHost(): Promise<Station> {
    return this.run('host', path.join(import.meta.dirname, 'vscode.ts'), hostMs);
  }

  /** A program of others, on Node, that is a station as well: how it has to be started, and the station when it was. */
  beside(name: string): {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly station: Promise<Station>;
  } {
    return {
      args: ['--import', pathToFileURL(this.programs.beside).href],
      env: this.environmentOf(name),
      station: new Promise((resolve) => this.awaited.set(name, resolve)),
    };
  }

  /** Ends all of them, and waits for that. */
  async close(): Promise<void> {
    const ended = this.children
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map((child) => once(child, 'exit'));
    for (const socket of this.sockets) socket.end();
    await within(endMs, 'A station does not end.', Promise.all(ended)).finally(() => {
      for (const child of this.children) child.kill();
      this.server.close();
    });
  }

  private async run(name: string, program: string, limitMs: number): Promise<Station> {
    const connected = new Promise<Station>((resolve) => this.awaited.set(name, resolve));
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
      // The bench's own output is for its results alone.
      stdio: ['ignore', 2, 2],
      env: { ...process.env, ...this.environmentOf(name) },
    });
    this.children.push(child);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The station “${name}” ended with ${String(code)}.`);
    });
    ended.catch(() => undefined);
    return within(limitMs, `The station “${name}” did not come.`, Promise.race([connected, ended]));
  }

  private environmentOf(name: string): Readonly<Record<string, string>> {
    return { MCP_OAUTH_BENCH: this.place.path, MCP_OAUTH_BENCH_STATION: name };
  }

  private welcome(socket: Socket): void {
    this.sockets.push(socket);
    // A station that breaks off is heard of where it was asked something.
    socket.on('error', () => undefined);
    let station: Station | undefined;
    createInterface({ input: socket }).on('line', (line) => {
      if (station === undefined) {
        const { name } = JSON.parse(line) as { readonly name: string };
        station = new Station(socket);
        this.awaited.get(name)?.(station);
      } else {
        station.settle(JSON.parse(line) as Outcome);
      }
    });
  }
}

interface Programs {
  readonly program: string;
  readonly beside: string;
}

/** In one file each, as what VS Code runs: nothing of what reads TypeScript is in the memory that is measured. */
async function bundle(): Promise<Programs> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const entry = (name: string) => path.join(import.meta.dirname, 'station', `${name}.ts`);
  await build({
    entryPoints: { program: entry('program'), beside: entry('beside') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
  });
  return { program: path.join(folder, 'program.mjs'), beside: path.join(folder, 'beside.mjs') };
}
