/** Prepares one authorization attempt: PKCE, state and the address that the browser opens (checklist 7). */
import * as oauth from 'oauth4webapi';
import { AuthError } from './authError.ts';
import { Proofs } from './dpop.ts';
import type { PendingAuthorization } from './pendingAuthorization.ts';
import { pushAuthorization } from './pushedRequest.ts';
import { requireSecureUrl } from './secureUrl.ts';
import type { Transport } from './transport.ts';
import { reservedParameters, toAuthorizationParameters, toPushedParameters } from './wire/authorization.ts';
import type { IssuerDocument } from './wire/issuerDocument.ts';

/**
 * A new verifier and state for every attempt (checklist 7.2, 7.6).
 * @param relayTarget where a relay has to send the browser; it reads that in the state.
 */
export function beginAuthorization(
  attempt: Omit<PendingAuthorization, 'state' | 'wireState' | 'codeVerifier'>,
  relayTarget?: string,
): PendingAuthorization {
  const state = oauth.generateRandomState();
  return {
    ...attempt,
    state,
    wireState: relayTarget === undefined ? state : withNonce(relayTarget, state),
    codeVerifier: oauth.generateRandomCodeVerifier(),
  };
}

function withNonce(target: string, state: string): string {
  const url = new URL(target);
  url.searchParams.set('nonce', state);
  return url.href;
}

/**
 * The address to open in the browser. Parameters that the endpoint carries already stay (checklist 7.10); where the
 * server wants it, the request is pushed first and the address only names it (checklist 7.11).
 * @throws AuthError `insecure_url` for anything that a browser should not be sent to (checklist 7.9), and for a pushed
 * request what the transport and the server say.
 */
export async function buildAuthorizationUrl(
  pending: PendingAuthorization,
  transport: Transport,
  signal: AbortSignal,
): Promise<string> {
  const url = authorizationEndpointOf(pending.issuer, transport);
  const parameters = await parametersOf(pending);
  if (pending.issuer.requiresPushedRequests) {
    const { issuer, client, resource, scopes, proofKey } = pending;
    const proofs = proofKey && (await Proofs.of(proofKey));
    const context = { issuer, client, resource, requestedScopes: scopes, proofs };
    const requestUri = await pushAuthorization(transport, context, parameters, signal);
    return withParameters(url, toPushedParameters(client.clientId, requestUri)).href;
  }
  return withParameters(url, parameters).href;
}

/** @throws AuthError `issuer_metadata_invalid` where the server has no page to send a browser to, `insecure_url`. */
export function authorizationEndpointOf(issuer: IssuerDocument, transport: Transport): URL {
  if (issuer.authorizationEndpoint === undefined)
    throw new AuthError('issuer_metadata_invalid', { host: new URL(issuer.issuer).host });
  return requireSecureUrl(issuer.authorizationEndpoint, transport.policy);
}

async function parametersOf(pending: PendingAuthorization): Promise<Record<string, string>> {
  return {
    ...extraParameters(pending.parameters),
    ...toAuthorizationParameters({
      clientId: pending.client.clientId,
      redirectUri: pending.redirectUri,
      scopes: pending.scopes,
      state: pending.wireState,
      codeChallenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
      resource: pending.resource,
      acrValues: pending.acrValues,
      maxAgeSeconds: pending.maxAgeSeconds,
      dpopThumbprint:
        pending.proofKey && (await (await Proofs.of(pending.proofKey)).handle.calculateThumbprint()),
    }),
  };
}

/** Nothing that a person adds replaces what the protocol needs; an empty value takes an addition of ours away. */
function extraParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const extra = Object.entries(parameters).filter(
    ([name, value]) => !reservedParameters.has(name) && value !== '',
  );
  return Object.fromEntries(extra);
}

function withParameters(url: URL, parameters: Readonly<Record<string, string>>): URL {
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}
