/**
 * Judges where the names in addresses lead before anything is sent there (checklist 16.1): a server of the world must
 * not have us knock at doors inside the person's network, by a name that resolves to them.
 */
import { AuthError } from './authError.ts';
import { isAddress, isLocalName, isNearer, reachOfAddress, type Reach } from './reach.ts';
import type { UrlPolicy } from './secureUrl.ts';
import type { Lookup } from './transport.ts';

export interface AddressGuard {
  /** @throws AuthError `insecure_url` where the host of `url` lies nearer than it may, or is link-local. */
  requireAllowed(url: URL): Promise<void>;
}

/** A guard keeps what it looked up as long as it lives: one for each sign-in, since names move. */
export function createAddressGuard(lookup: Lookup, policy: UrlPolicy): AddressGuard {
  const known = new Map<string, Promise<readonly (Reach | undefined)[]>>();

  function reachesOf(hostname: string): Promise<readonly (Reach | undefined)[]> {
    const reaches = known.get(hostname) ?? lookUp(lookup, hostname);
    known.set(hostname, reaches);
    return reaches;
  }

  /** The server's own host is as near as its farthest address: one near address among others opens no door. */
  async function nearestAllowed(): Promise<Reach> {
    const { serverHost, nearest } = policy;
    if (serverHost === undefined || !isLookedUp(serverHost)) return nearest;
    const [farthest = nearest, ...others] = (await reachesOf(serverHost)).filter(
      (reach) => reach !== undefined,
    );
    const own = others.reduce((far, reach) => (isNearer(far, reach) ? reach : far), farthest);
    return isNearer(own, nearest) ? own : nearest;
  }

  return {
    async requireAllowed({ hostname, host }) {
      if (!isLookedUp(hostname)) return;
      const reaches = await reachesOf(hostname);
      const allowed = hostname === policy.serverHost ? 'loopback' : await nearestAllowed();
      if (reaches.every((reach) => reach !== undefined && !isNearer(reach, allowed))) return;
      throw new AuthError('insecure_url', { host, received: host });
    },
  };
}

function isLookedUp(hostname: string): boolean {
  return !isAddress(hostname) && !isLocalName(hostname);
}

async function lookUp(lookup: Lookup, hostname: string): Promise<readonly (Reach | undefined)[]> {
  // A name that cannot be looked up here may be one that only a proxy knows.
  const addresses = await lookup(hostname).catch(() => []);
  return addresses.map(reachOfAddress);
}
