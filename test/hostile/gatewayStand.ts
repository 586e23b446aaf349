/** A gateway on a port before a server that a door brings, and a session that is signed in there. */
import type { Server } from 'node:http';
import type { Server as SocketServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Gateway } from '../../src/gateway/gateway.ts';
import { Paths } from '../../src/gateway/paths.ts';
import { routeTo } from '../../src/gateway/route.ts';
import { PortListener } from '../../src/node/portListener.ts';
import { grantKey, grantRecords, type GrantRecord } from '../../src/session/records.ts';
import { Session } from '../../src/session/session.ts';
import { keepRecord } from '../../src/session/storedRecord.ts';
import { Desk, serverAt } from '../engine/desk.ts';
import { issuerDocument } from './rightWorld.ts';

export const token = 'access-token-of-the-gateway-19ab';

export class GatewayStand {
  readonly desk = new Desk({ visit: () => undefined });
  readonly paths = new Paths();
  readonly faults: unknown[] = [];
  readonly upstream: Server | SocketServer;
  private readonly listener: PortListener;
  private session: Session | undefined;

  private constructor(upstream: Server | SocketServer) {
    this.upstream = upstream;
    const gateway = new Gateway({
      hosts: () => [this.host],
      find: (path) =>
        this.session !== undefined && this.paths.keyOf(path) === 'notes'
          ? routeTo(
              this.session,
              ({ kind }) => `Sentence: ${kind}.`,
              () => undefined,
            )
          : undefined,
      messageAddress: 'path',
      clock: this.desk.clock,
      onFault: (cause) => this.faults.push(cause),
    });
    this.listener = new PortListener(gateway.listener);
  }

  static async open(upstream: Server | SocketServer): Promise<GatewayStand> {
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const stand = new GatewayStand(upstream);
    await stand.listener.open();
    await stand.signIn();
    return stand;
  }

  get host(): string {
    return this.listener.address?.host ?? '';
  }

  get port(): number {
    return Number(this.host.split(':')[1]);
  }

  get path(): string {
    return this.paths.pathOf('notes');
  }

  get upstreamPort(): number {
    return (this.upstream.address() as AddressInfo).port;
  }

  get upstreamHost(): string {
    return `127.0.0.1:${this.upstreamPort}`;
  }

  /** Somebody signs in, whatever became of the grant before. */
  async signIn(): Promise<void> {
    this.session?.dispose();
    const server = serverAt(`http://${this.upstreamHost}/mcp`);
    const { ports, clock, records } = this.desk;
    const grant: GrantRecord = {
      serverUrl: server.url,
      resource: server.url,
      authorizationServer: issuerDocument,
      client: { kind: 'registered', clientId: 'client-1', authMethod: 'none' },
      accessToken: token,
      scopes: ['a'],
      requestedScopes: ['a'],
      account: { id: 'u-1', label: 'Ada' },
      grantedAtMs: clock.now(),
    };
    records.records.clear();
    await keepRecord({ store: records }, grantKey(server, grant), grantRecords, grant);
    this.session = await Session.open(server, {
      ...ports,
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    });
  }

  async close(): Promise<void> {
    this.session?.dispose();
    this.listener.close();
    if ('closeAllConnections' in this.upstream) this.upstream.closeAllConnections();
    await new Promise((resolve) => this.upstream.close(resolve));
  }
}
