/** What came back on a redirect, before anything of it is judged: as one address, and whose attempt it may be. */
import { parseUrl } from './secureUrl.ts';
import { readRedirectParameters } from './wire/authorization.ts';

/**
 * The address that an editor's URI handler was given in parts, as one string. Editors decode the query once: a `#` in
 * it is no fragment, and a `+` in a code never a space.
 */
export function receivedAddress(uri: {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}): string {
  const query = uri.query
    .replaceAll('#', '%23')
    .replace(/(^|&)code=[^&]*/g, (code) => code.replaceAll('+', '%2B'));
  return `${uri.scheme}://${uri.authority}${uri.path}?${query}`;
}

/** The state that a received address carries, to find its attempt by; undefined for none or several. */
export function stateOf(received: string): string | undefined {
  const query = parseUrl(received)?.searchParams ?? new URLSearchParams();
  // Through a relay the state came as part of the address that the relay was told.
  const nonces = query.getAll('nonce');
  const states = nonces.length > 0 ? nonces : readRedirectParameters(query).state;
  return states.length === 1 ? states[0] : undefined;
}
