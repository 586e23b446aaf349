/**
 * The authorization server's document: RFC 8414 and OpenID Connect Discovery addresses in the order of the
 * specification, and the checks that make it trustworthy (checklist 3).
 */
import { AuthError, mismatch } from './authError.ts';
import { readJson } from './jsonBody.ts';
import { requireSecureUrl, type UrlPolicy } from './secureUrl.ts';
import { isBusy, type Transport } from './transport.ts';
import { readIssuerDocument, type IssuerDocument } from './wire.ts';

/**
 * @param issuer as the protected resource document spells it; compared as a string, never normalised.
 * @throws AuthError of the transport, `issuer_metadata_missing`, `issuer_metadata_invalid`, `issuer_mismatch`,
 * `pkce_unsupported`, `insecure_url`.
 */
export async function discoverIssuer(
  transport: Transport,
  issuer: string,
  signal: AbortSignal,
): Promise<IssuerDocument> {
  let failure: AuthError | undefined;
  for (const address of metadataAddresses(issuer, transport.policy)) {
    try {
      const response = await transport.send('issuer_document', address, {
        headers: { accept: 'application/json' },
        signal,
      });
      const body = response.status === 200 ? await readJson(response) : undefined;
      const document = readIssuerDocument(body);
      if (document !== undefined) return requireTrustworthy(document, issuer, transport.policy);
      const { status } = response;
      if (isBusy(status)) failure ??= new AuthError('server_busy', { host: new URL(address).host, status });
    } catch (thrown) {
      // A mismatch ends the search (checklist 3.6); a fault of the network at one address does not.
      if (!(thrown instanceof AuthError) || !transientCodes.has(thrown.code)) throw thrown;
      failure ??= thrown;
    }
  }
  throw failure ?? new AuthError('issuer_metadata_missing', { host: new URL(issuer).host });
}

const transientCodes: ReadonlySet<string> = new Set(['unreachable', 'timed_out', 'response_too_large']);

/** Checklist 3.1, 3.2, 3.4: insertion first, then the two OpenID Connect forms. */
export function metadataAddresses(issuer: string, policy: UrlPolicy): string[] {
  const url = requireSecureUrl(issuer, policy);
  if (url.search !== '' || url.hash !== '')
    throw new AuthError('issuer_metadata_invalid', { host: url.host });
  const path = url.pathname.replace(/\/$/, '');
  return [
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
    `${url.origin}/.well-known/openid-configuration${path}`,
    ...(path === '' ? [] : [`${url.origin}${path}/.well-known/openid-configuration`]),
  ];
}

function requireTrustworthy(document: IssuerDocument, issuer: string, policy: UrlPolicy): IssuerDocument {
  // RFC 8414 §3.3, checklist 3.5: code points are compared; `https://as` is not `https://as/`.
  if (document.issuer !== issuer) {
    throw new AuthError('issuer_mismatch', mismatch(issuer, document.issuer));
  }
  for (const endpoint of [
    document.authorizationEndpoint,
    document.tokenEndpoint,
    document.registrationEndpoint,
  ]) {
    if (endpoint !== undefined) requireSecureUrl(endpoint, policy);
  }
  const { host } = new URL(issuer);
  if (
    document.responseTypes?.includes('code') === false ||
    new URL(document.authorizationEndpoint).hash !== ''
  ) {
    throw new AuthError('issuer_metadata_invalid', { host });
  }
  // Checklist 3.10: without a promise of S256 a stolen code could be redeemed by the thief.
  if (document.codeChallengeMethods?.includes('S256') !== true)
    throw new AuthError('pkce_unsupported', { host });
  return document;
}
