// Fetches the metadata documents of clients whose id is an address (draft-ietf-oauth-client-id-metadata-document):
// a request that anybody can make the server send, so it goes to few places and takes little.
import type { LookupFunction } from 'node:net';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { lookup } from 'node:dns';
import { request } from 'node:https';

/** The draft recommends 5 KB as the most that a document may have. */
export const documentLimitBytes = 5 * 1024;

/** Which certificates are trusted beside the system's: PEM. */
export interface ClientDocumentTrust {
  readonly certificateAuthority?: string;
  /** Finds the addresses of a host name; the system's way by default. */
  readonly lookup?: typeof lookup;
}

/**
 * A `fetch` for client documents: https, no redirects, small, and no address inside somebody's network. This
 * computer itself may be asked, because the server is on it (draft, "Server Side Request Forgery").
 */
export function createDocumentFetch(trust: ClientDocumentTrust) {
  return (address: string | URL, options: { readonly signal?: AbortSignal | null } = {}): Promise<Response> =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      if (url.protocol !== 'https:') throw new Error('A client document is fetched over https only.');
      const literal = url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && isForbidden(literal)) throw new Error(forbidden(literal));
      const outgoing = request(
        url,
        {
          headers: { accept: 'application/json' },
          lookup: guard(trust.lookup ?? lookup),
          ...(options.signal ? { signal: options.signal } : {}),
          ...(trust.certificateAuthority === undefined ? {} : { ca: trust.certificateAuthority }),
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          let sizeBytes = 0;
          incoming.on('data', (chunk: Buffer) => {
            sizeBytes += chunk.byteLength;
            if (sizeBytes > documentLimitBytes)
              incoming.destroy(new Error('The client document is too large.'));
            else chunks.push(chunk);
          });
          incoming.on('error', reject);
          incoming.on('end', () => {
            const headers = new Headers();
            for (const name of ['content-type', 'cache-control', 'expires'] as const) {
              const value = incoming.headers[name];
              if (value !== undefined) headers.set(name, value);
            }
            const status = incoming.statusCode ?? 0;
            // A status that carries no body must be given none.
            const body = [204, 205, 304].includes(status) ? null : Buffer.concat(chunks);
            resolve(new Response(body, { status, headers }));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end();
    });
}

/** Looks a name up and connects to nothing else than what was judged, so that a second answer cannot differ. */
function guard(resolve: typeof lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const bad = error ? undefined : addresses.find(({ address }) => isForbidden(address));
      if (error) callback(error, []);
      else if (bad) callback(new Error(forbidden(bad.address)), []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}

function forbidden(address: string): string {
  return `Client documents are not fetched from ${address}.`;
}

/** Addresses that are no public ones (RFC 6890), this computer's own excepted. */
const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  special.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 128],
  ['64:ff9b::', 32],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  special.addSubnet(network, prefix, 'ipv6');
}

function isForbidden(address: string): boolean {
  return special.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
