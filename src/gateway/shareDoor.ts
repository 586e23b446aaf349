/**
 * The endpoint for programs that a sign-in is shared with: the gateway, whose paths are the keys of shares. A share that
 * is over ends what its client still receives.
 */
import type { RequestListener } from 'node:http';
import type { Unsubscribe } from '../session/ports.ts';
import type { Share, Shares } from '../session/shares.ts';
import type { Gateway, GatewayPorts } from './gateway.ts';
import type { Route } from './route.ts';

export interface ShareDoorParts extends Pick<GatewayPorts, 'clock' | 'onFault'> {
  readonly Gateway: new (ports: GatewayPorts) => Gateway;
  readonly shares: Shares;
  readonly route: (share: Share) => Route;
  /** What `Host` has to say; undefined where nothing listens. */
  readonly host: () => string | undefined;
}

/** Where a share is reached, below the origin. */
export function sharePath({ key }: Pick<Share, 'key'>): string {
  return `/${key}/mcp`;
}

export class ShareDoor {
  private readonly parts: ShareDoorParts;
  private readonly gateway: Gateway;
  private readonly stop: Unsubscribe;
  /** What each path is the leave for. */
  private shares: ReadonlyMap<string, Share> = new Map();

  constructor(parts: ShareDoorParts) {
    this.parts = parts;
    this.gateway = new parts.Gateway({
      find: (path) => this.find(path),
      hosts: () => [parts.host() ?? []].flat(),
      messageAddress: 'path',
      clock: parts.clock,
      onFault: parts.onFault,
    });
    this.stop = parts.shares.onDidChange(() => this.follow());
    this.follow();
  }

  get listener(): RequestListener {
    return this.gateway.listener;
  }

  dispose(): void {
    this.stop();
  }

  private find(path: string): Route | undefined {
    const share = this.shares.get(path);
    if (share === undefined) return undefined;
    this.parts.shares.noteUse(share);
    return this.parts.route(share);
  }

  private follow(): void {
    const before = this.shares;
    this.shares = new Map(this.parts.shares.all.map((share) => [sharePath(share), share]));
    for (const path of before.keys()) if (!this.shares.has(path)) this.gateway.cutOff(path);
  }
}
