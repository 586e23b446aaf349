/** Loads the gateway and listens with the first client that is told where it is; until then there is its address alone. */
import type { Gateway, GatewayPorts } from './gateway/gateway.ts';
import { SocketListener, type SocketAddress } from './node/socketListener.ts';

export class GatewayOnDemand {
  private readonly ports: GatewayPorts;
  private readonly listener = new SocketListener((...asked) => this.serve?.(...asked));
  private loading: Promise<Gateway> | undefined;
  private serve: Gateway['listener'] | undefined;
  private isClosed = false;

  constructor(ports: GatewayPorts) {
    this.ports = ports;
  }

  /** Known before anything listens there. */
  get address(): SocketAddress {
    return this.listener.address;
  }

  async open(): Promise<void> {
    this.serve = (await this.load()).listener;
    // The window may have closed while it was loaded: nothing is to listen that nobody closes.
    if (!this.isClosed) await this.listener.open();
  }

  /** Cuts off whatever is under way for a path, for one that nobody is to use any more. */
  cutOff(path: string): void {
    // What was never loaded serves nobody.
    void this.loading?.then(
      (gateway) => gateway.cutOff(path),
      () => undefined,
    );
  }

  close(): void {
    this.isClosed = true;
    this.listener.close();
  }

  private load(): Promise<Gateway> {
    this.loading ??= import('./gateway/gateway.ts').then(
      ({ Gateway }) => new Gateway(this.ports),
      (thrown: unknown) => {
        // The next who asks tries again.
        this.loading = undefined;
        throw thrown;
      },
    );
    return this.loading;
  }
}
