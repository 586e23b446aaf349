/**
 * Which addresses a request or a browser may be sent to: https, or http to this machine itself while a server on
 * this machine is being signed in to (checklist 3.11, 7.9, 16.1).
 */
import { AuthError, quotable } from './authError.ts';

/** Whether an `http:` loopback address is acceptable beside `https:`. */
export interface UrlPolicy {
  readonly allowLoopbackHttp: boolean;
}

/** The policy for everything that the server at `serverUrl` leads to: a public server may not point at this machine. */
export function policyFor(serverUrl: string): UrlPolicy {
  const url = parseUrl(serverUrl);
  return { allowLoopbackHttp: url !== undefined && isLoopbackHost(url.hostname) };
}

/**
 * Parses an address that somebody else chose.
 * @throws AuthError `insecure_url` unless it is https, or loopback http where the policy allows it, without
 * credentials in it.
 */
export function requireSecureUrl(text: string, policy: UrlPolicy): URL {
  const url = parseUrl(text);
  const secure =
    url !== undefined &&
    url.username === '' &&
    url.password === '' &&
    (url.protocol === 'https:'
      ? policy.allowLoopbackHttp || !isLoopbackHost(url.hostname)
      : isLoopbackHttp(url) && policy.allowLoopbackHttp);
  if (!secure) {
    const received = quotable(text);
    throw new AuthError('insecure_url', received === undefined ? {} : { received });
  }
  return url;
}

/** `http:` to a name or address of this machine. */
export function isLoopbackHttp(url: URL): boolean {
  return url.protocol === 'http:' && isLoopbackHost(url.hostname);
}

/** localhost, *.localhost (RFC 6761 §6.3), 127.0.0.0/8 and ::1, as `URL.hostname` spells them. */
function isLoopbackHost(hostname: string): boolean {
  return /^(?:(?:[^.]+\.)*localhost\.?|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** A `URL`, or undefined for text that is none. */
export function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
