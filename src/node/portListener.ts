/**
 * Where the gateway listens for clients that cannot use a socket: a free port of this computer. Whoever gets in has to
 * know the path of a server. Nothing listens until it is asked for.
 */
import type { RequestListener } from 'node:http';
import { boundedServer, type ServerBounds } from './boundedServer.ts';
import { listenExclusively } from './exclusivePort.ts';

export interface PortAddress {
  readonly kind: 'port';
  /** `127.0.0.1:PORT`, as clients have to send it in `Host`. */
  readonly host: string;
}

export interface PortOptions {
  /** 0 or none for any free one. */
  readonly port?: number;
  readonly bounds?: ServerBounds;
}

export class PortListener {
  private readonly server;
  private opened: Promise<void> | undefined;
  private current: PortAddress | undefined;

  private readonly port: number;

  constructor(listener: RequestListener, { port = 0, bounds }: PortOptions = {}) {
    this.port = port;
    this.server = boundedServer(listener, bounds);
  }

  /** Undefined as long as nothing listens: the port is not known before. */
  get address(): PortAddress | undefined {
    return this.current;
  }

  /**
   * Starts listening with the first call.
   * @throws what `node:net` throws, such as `EADDRINUSE`.
   */
  open(): Promise<void> {
    this.opened ??= this.listen().catch((thrown: unknown) => {
      this.opened = undefined;
      throw thrown;
    });
    return this.opened;
  }

  /** At once: a program that ends waits for nobody. */
  close(): void {
    this.current = undefined;
    this.server.close();
    this.server.closeAllConnections();
  }

  private async listen(): Promise<void> {
    const port = await listenExclusively(this.server, '127.0.0.1', this.port);
    this.current = { kind: 'port', host: `127.0.0.1:${port}` };
  }
}
