/**
 * Which addresses a request or a browser may be sent to: https, or http to this machine itself while a server on this
 * machine is being signed in to; and nothing nearer to the person than the server is (checklist 3.11, 7.9, 16.1).
 */
import { AuthError, quotable } from './authError.ts';

/** How near an address is: to everybody, within a network, or on this machine alone. */
type Reach = 'public' | 'private' | 'loopback';

/** What a server may lead to: nothing nearer than it is itself, so that it opens no door to what only you can reach. */
export interface UrlPolicy {
  readonly nearest: Reach;
}

const nearness: Record<Reach, number> = { public: 0, private: 1, loopback: 2 };

/** The policy for everything that the server at `serverUrl` leads to. */
export function policyFor(serverUrl: string): UrlPolicy {
  const url = parseUrl(serverUrl);
  return { nearest: (url && reachOf(url.hostname)) ?? 'public' };
}

/**
 * Parses an address that somebody else chose.
 * @throws AuthError `insecure_url` unless it is https, or http on this machine, without credentials in it, and not
 * nearer than the policy allows.
 */
export function requireSecureUrl(text: string, policy: UrlPolicy): URL {
  const url = parseUrl(text);
  const reach = url && reachOf(url.hostname);
  const isSecure =
    reach !== undefined &&
    url?.username === '' &&
    url.password === '' &&
    (url.protocol === 'https:' || isLoopbackHttp(url)) &&
    nearness[reach] <= nearness[policy.nearest];
  if (!isSecure) {
    const received = quotable(text);
    throw new AuthError('insecure_url', received === undefined ? {} : { received });
  }
  return url;
}

/** `http:` to a name or address of this machine. */
export function isLoopbackHttp(url: URL): boolean {
  return url.protocol === 'http:' && reachOf(url.hostname) === 'loopback';
}

/** A `URL`, or undefined for text that is none. */
export function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/**
 * Reach of a host as `URL.hostname` spells it, which has brought every form of an address into one. Undefined for what
 * nobody may be sent to: link-local addresses, where clouds keep credentials, and the unspecified ones.
 */
function reachOf(hostname: string): Reach | undefined {
  if (/^(?:[^.]+\.)*localhost\.?$/.test(hostname)) return 'loopback';
  const embedded = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(hostname);
  if (embedded !== null) {
    const [high, low] = embedded.slice(1).map((group) => parseInt(group, 16)) as [number, number];
    return reachOfIPv4(high >> 8, high & 255, low >> 8);
  }
  const [first, second, third] = /^(\d+)\.(\d+)\.(\d+)\.\d+$/.exec(hostname)?.slice(1).map(Number) ?? [];
  if (first !== undefined && second !== undefined && third !== undefined)
    return reachOfIPv4(first, second, third);
  if (hostname === '[::1]') return 'loopback';
  if (hostname === '[::]' || /^\[fe[89ab]/.test(hostname)) return undefined;
  return /^\[f[cd]/.test(hostname) ? 'private' : 'public';
}

/** RFC 1918, RFC 3927, RFC 6598 and RFC 1122 §3.2.1.3, by the first octets. */
function reachOfIPv4(first: number, second: number, third: number): Reach | undefined {
  if (first === 127) return 'loopback';
  if (first === 0 || (first === 169 && second === 254)) return undefined;
  const isPrivate =
    first === 10 ||
    (first === 172 && second >> 4 === 1) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >> 6 === 1) ||
    (first === 192 && second === 0 && third === 0);
  return isPrivate ? 'private' : 'public';
}
