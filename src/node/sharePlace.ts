/**
 * What the windows of this computer have in common for those they share with: the name of the computer, the port that
 * stays the same over restarts, and a secret by which one window knows that another listens there.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Lock } from '../session/ports.ts';
import { listenExclusively, systemCode } from './exclusivePort.ts';

export interface SharePlace {
  /** Of this computer alone, and nothing that says which it is. */
  readonly name: string;
  readonly port: number;
  /** Never leaves this computer: answers are proved with it. */
  readonly secret: string;
}

/** Below what systems give out by themselves, so that no connection holds it by chance. */
const [lowestPort, highestPort] = [20_000, 32_000];
const tries = 50;

export class SharePlaces {
  private readonly folder: string;
  private readonly lock: Lock;

  /** @param folder of this user alone, made where it is missing. */
  constructor(folder: string, lock: Lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * The place as it is, made where there is none or none that can be read.
   * @throws what the file system throws.
   */
  open(): Promise<SharePlace> {
    return this.hold(async () => {
      const known = await this.read();
      if (known !== undefined) return known;
      const made = { name: newName(), port: await freePort(), secret: newName() };
      await this.write(made);
      return made;
    });
  }

  /**
   * Another port in place of the one that was found busy; where another window has changed it already, that one.
   * @throws what the file system throws.
   */
  move(busyPort: number): Promise<SharePlace> {
    return this.hold(async () => {
      const known = await this.read();
      if (known !== undefined && known.port !== busyPort) return known;
      const moved = { name: newName(), secret: newName(), ...known, port: await freePort() };
      await this.write(moved);
      return moved;
    });
  }

  private hold<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.lock.hold(`shares ${this.folder}`, work);
  }

  private get file(): string {
    return path.join(this.folder, 'shares.json');
  }

  private async read(): Promise<SharePlace | undefined> {
    try {
      const text = await readFile(this.file, 'utf8');
      const { name, port, secret } = Object(parsed(text)) as Readonly<Record<string, unknown>>;
      const isWhole = typeof name === 'string' && typeof secret === 'string' && secret !== '';
      return isWhole && isPort(port) ? { name, port, secret } : undefined;
    } catch (thrown) {
      if (systemCode(thrown) === 'ENOENT') return undefined;
      throw thrown;
    }
  }

  private async write(place: SharePlace): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const draft = `${this.file}.${randomBytes(8).toString('hex')}`;
    try {
      await writeFile(draft, JSON.stringify(place), { flag: 'wx', mode: 0o600 });
      await rename(draft, this.file);
    } finally {
      await rm(draft, { force: true });
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPort(port: unknown): port is number {
  return Number.isInteger(port) && (port as number) > 1023 && (port as number) < 65_536;
}

function newName(): string {
  return randomBytes(32).toString('base64url');
}

async function freePort(): Promise<number> {
  for (let left = tries; left > 0; left -= 1) {
    const port = randomInt(lowestPort, highestPort);
    if (await isFree(port)) return port;
  }
  // So many in a row are never busy by chance: the system finds one, or says what is wrong.
  const server = createServer();
  const port = await listenExclusively(server, '127.0.0.1', 0);
  server.close();
  return port;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listenExclusively(server, '127.0.0.1', port);
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
