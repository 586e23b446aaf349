// Which host names mean this computer. The sandbox listens there and nowhere else, and answers to no other name.
import { isIPv4 } from 'node:net';

/** True for `localhost` and the names below it (RFC 6761 §6.3), `::1` (bare or in brackets) and 127.0.0.0/8. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    name === '[::1]' ||
    (isIPv4(name) && name.startsWith('127.'))
  );
}

/** True if a `Host` header names this computer, whatever the port. */
export function isLoopbackAuthority(authority: string | undefined): boolean {
  return isLoopbackHost(URL.parse(`http://${authority ?? ''}`)?.hostname ?? '');
}

/** True if an `Origin` header was sent from a page that this computer itself serves over http. */
export function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return url?.protocol === 'http:' && isLoopbackHost(url.hostname);
}
