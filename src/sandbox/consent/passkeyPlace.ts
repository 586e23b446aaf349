// Where the pages are, as far as passkeys are concerned: these belong to a host name, never to an IP address, and
// work on no other host (Web Authentication §5.1.3, step 8).
import { isIP } from 'node:net';

/** The place of the pages. `relyingParty` is the host name that passkeys are made for. */
export interface PasskeyPlace {
  readonly origin: string;
  readonly relyingParty: string;
}

/** Where the pages are if passkeys work there; `undefined` if they are at an IP address. */
export function findPasskeyPlace(pagesOrigin: string): PasskeyPlace | undefined {
  const { origin, hostname } = new URL(pagesOrigin);
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { origin, relyingParty: hostname } : undefined;
}

/** True if a request with this `Host` header is for a page of that place. */
export function isAtPlace(place: PasskeyPlace, host: string): boolean {
  return new URL(place.origin).host === host.toLowerCase();
}
