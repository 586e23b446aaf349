/**
 * Where the gateway listens: a socket in a folder that only this user may enter, or a pipe on Windows. Nothing listens
 * until it is asked for.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { boundedServer, type ServerBounds } from './boundedServer.ts';

export interface SocketAddress {
  readonly kind: 'unix' | 'pipe';
  readonly path: string;
}

export class SocketListener {
  /** Known before anything listens there. */
  readonly address: SocketAddress = newAddress();
  private readonly server;
  private opened: Promise<void> | undefined;

  constructor(listener: RequestListener, bounds?: ServerBounds) {
    this.server = boundedServer(listener, bounds);
  }

  /** Starts listening with the first call. */
  open(): Promise<void> {
    this.opened ??= this.listen().catch((thrown: unknown) => {
      this.opened = undefined;
      this.removeFolder();
      throw thrown;
    });
    return this.opened;
  }

  /** At once: an editor that shuts down waits for nobody. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.removeFolder();
  }

  private removeFolder(): void {
    if (this.address.kind === 'unix')
      rmSync(path.dirname(this.address.path), { recursive: true, force: true });
  }

  private async listen(): Promise<void> {
    const { address, server } = this;
    // Fails where the folder is there already: somebody else made it.
    if (address.kind === 'unix') await mkdir(path.dirname(address.path), { mode: 0o700 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address.path, () => {
        server.off('error', reject);
        resolve();
      });
    });
    if (address.kind === 'unix') await chmod(address.path, 0o600);
  }
}

function newAddress(): SocketAddress {
  const name = `mcp-oauth-${randomBytes(12).toString('hex')}`;
  // Short names: a socket's path holds about 100 bytes.
  return process.platform === 'win32'
    ? { kind: 'pipe', path: `\\\\.\\pipe\\${name}` }
    : { kind: 'unix', path: path.join(tmpdir(), name, 's') };
}
