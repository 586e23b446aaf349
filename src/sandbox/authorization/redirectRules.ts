// Which redirect URIs a client may have (RFC 8252 §7, checklist 7.8): https, http to the person's own computer, or an
// app's own scheme. oidc-provider checks what belongs to which kind of client, and the schemes that are scripts.
import { errors } from 'oidc-provider';

import { isLoopbackHost } from '../http/loopback.ts';

/** @throws errors.InvalidRedirectUri if one of them would carry a code in clear, or to no app at all. */
export function requireSafeRedirects(redirectUris: unknown): void {
  if (!Array.isArray(redirectUris)) return;
  for (const uri of redirectUris)
    if (typeof uri === 'string' && !isSafe(uri)) throw new errors.InvalidRedirectUri();
}

function isSafe(uri: string): boolean {
  const url = URL.parse(uri);
  // What is no address at all gets a better answer from oidc-provider.
  if (!url) return true;
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  if (url.protocol === 'http:') return isLoopbackHost(url.hostname);
  // RFC 8252 §7.1 wants a domain in reverse; editors have a short name and an authority behind it. Neither is a
  // scheme of the system, such as `mailto:` or `ms-settings:`.
  return url.protocol.includes('.') || uri.slice(url.protocol.length).startsWith('//');
}
