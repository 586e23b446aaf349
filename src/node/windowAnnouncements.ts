/**
 * The folder in which each window says where it listens: a file each, which only this user may read. No record is ever
 * in it.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SocketAddress } from './socketListener.ts';

export interface Announcement {
  readonly address: SocketAddress;
  /** The request path that lets in who knows it. */
  readonly path: string;
}

/** Another window, as it announces itself. */
export interface PeerWindow extends Announcement {
  /** Name of its file. */
  readonly file: string;
}

const fileNames = /^[\da-f]{32}\.json$/;
const maxBytes = 4096;

export class WindowAnnouncements {
  private readonly folder: string;
  private readonly file = `${randomBytes(16).toString('hex')}.json`;

  /** @param parent the folder that the windows share. */
  constructor(parent: string) {
    this.folder = path.join(parent, 'windows');
  }

  /** @throws what the file system throws. */
  async announce({ address, path: requestPath }: Announcement): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // One that was there already may have been made with another mode.
    await chmod(this.folder, 0o700);
    const temporary = path.join(this.folder, `${this.file}.new`);
    try {
      await writeFile(temporary, JSON.stringify({ address, path: requestPath }), { mode: 0o600, flag: 'wx' });
      await rename(temporary, path.join(this.folder, this.file));
    } catch (thrown) {
      await rm(temporary, { force: true });
      throw thrown;
    }
  }

  /**
   * The other windows, the dead ones among them. A file that is no announcement is passed over.
   * @throws what the file system throws where the folder cannot be read.
   */
  async others(): Promise<readonly PeerWindow[]> {
    const files = (await readdir(this.folder)).filter((file) => fileNames.test(file) && file !== this.file);
    const peers = await Promise.all(files.map((file) => this.read(file)));
    return peers.filter((peer) => peer !== undefined);
  }

  /** @throws what the file system throws; a file that is gone already is no fault. */
  async clear({ file }: PeerWindow): Promise<void> {
    await rm(path.join(this.folder, file), { force: true });
  }

  /** At once: an editor that shuts down waits for nobody. */
  retract(): void {
    rmSync(path.join(this.folder, this.file), { force: true });
  }

  private async read(file: string): Promise<PeerWindow | undefined> {
    const place = path.join(this.folder, file);
    try {
      // A device or a pipe would never end.
      const found = await lstat(place);
      if (!found.isFile() || found.size > maxBytes) return undefined;
      const announcement = readAnnouncement(JSON.parse(await readFile(place, 'utf8')));
      return announcement && { ...announcement, file };
    } catch {
      return undefined;
    }
  }
}

function readAnnouncement(read: unknown): Announcement | undefined {
  const { address, path: requestPath } = Object(read) as Readonly<Record<string, unknown>>;
  if (typeof requestPath !== 'string' || !/^\/[\w-]{43}$/.test(requestPath)) return undefined;
  const { kind, path: place } = Object(address) as Readonly<Record<string, unknown>>;
  if (kind !== ownKind || typeof place !== 'string' || !isSocketPath(place)) return undefined;
  return { address: { kind: ownKind, path: place }, path: requestPath };
}

const ownKind = process.platform === 'win32' ? 'pipe' : 'unix';

/** Whether it leads to a socket or pipe of this computer: Node takes other text for a port, and a share has pipes, too. */
function isSocketPath(place: string): boolean {
  if (ownKind === 'pipe') return /^\\\\\.\\pipe\\[\w-]+$/.test(place);
  return path.isAbsolute(place) && !place.includes('\0');
}
