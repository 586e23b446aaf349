// Which redirect URIs a client may have (RFC 8252 §7, checklist 7.8): https, http to the person's own computer, or an
// app's own scheme. oidc-provider checks what belongs to which kind of client, and the schemes that are scripts.
import { errors } from 'oidc-provider';

import { isLoopbackHost } from '../http/loopback.ts';

const refusal = 'A redirect URI is https, http on this computer, or an app’s own scheme, and names no user.';

/** Schemes of the system and of other protocols, which carry a code to no app or in clear to a stranger. */
const foreignSchemes =
  /^(?:ftps?|wss?|smb|ssh|sftp|telnet|ldaps?|view-source|intent|mailto|ms-[a-z-]+|search|search-ms):$/;

/** @throws errors.CustomOIDCProviderError `invalid_redirect_uri` (RFC 7591 §3.2.2) if one of them would carry a code in clear, or to no app at all. */
export function requireSafeRedirects(redirectUris: unknown): void {
  if (!Array.isArray(redirectUris)) return;
  for (const uri of redirectUris)
    if (typeof uri === 'string' && !isSafe(uri))
      throw new errors.CustomOIDCProviderError('invalid_redirect_uri', refusal);
}

function isSafe(uri: string): boolean {
  const url = URL.parse(uri);
  // What is no address at all gets a better answer from oidc-provider.
  if (!url) return true;
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  if (url.protocol === 'http:') return isLoopbackHost(url.hostname);
  // RFC 8252 §7.1 wants a domain in reverse; editors have a short name and an authority behind it.
  if (foreignSchemes.test(url.protocol)) return false;
  return url.protocol.includes('.') || uri.slice(url.protocol.length).startsWith('//');
}
