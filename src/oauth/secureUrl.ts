/**
 * Which addresses a request or a browser may be sent to: https, or http to this machine itself while a server on this
 * machine is being signed in to; and nothing nearer to the person than the server is (checklist 3.11, 7.9, 16.1).
 */
import { AuthError, quotable } from './authError.ts';
import { isNearer, reachOfHost, type Reach } from './reach.ts';

/** What a server may lead to: nothing nearer than it is itself, so that it opens no door to what only you can reach. */
export interface UrlPolicy {
  readonly nearest: Reach;
  /** Host name of the server itself, which a person chose and which may lie nearer than its name tells. */
  readonly serverHost: string | undefined;
}

/** The policy for everything that the server at `serverUrl` leads to. */
export function policyFor(serverUrl: string): UrlPolicy {
  const serverHost = parseUrl(serverUrl)?.hostname;
  return {
    nearest: (serverHost === undefined ? undefined : reachOfHost(serverHost)) ?? 'public',
    serverHost,
  };
}

/**
 * Parses an address that somebody else chose.
 * @param secrets that they were told, and that are not shown where the address is refused.
 * @throws AuthError `insecure_url` unless it is https, or http on this machine, without credentials in it, and not
 * nearer than the policy allows.
 */
export function requireSecureUrl(text: string, policy: UrlPolicy, secrets: readonly string[] = []): URL {
  const url = parseUrl(text);
  const reach = url && reachOfHost(url.hostname);
  if (reach === undefined || !isSecureUrl(url) || isNearer(reach, policy.nearest)) {
    const received = quotable(text, secrets);
    throw new AuthError('insecure_url', received === undefined ? {} : { received });
  }
  return url;
}

/** Whether it is https, or http on this machine, and has no credentials in it. */
export function isSecureUrl(url: URL | undefined): url is URL {
  return url?.username === '' && url.password === '' && (url.protocol === 'https:' || isLoopbackHttp(url));
}

/** `http:` to a name or address of this machine. */
export function isLoopbackHttp(url: URL): boolean {
  return url.protocol === 'http:' && reachOfHost(url.hostname) === 'loopback';
}

/** A `URL`, or undefined for text that is none. */
export function parseUrl(text: string): URL | undefined {
  return URL.parse(text) ?? undefined;
}
