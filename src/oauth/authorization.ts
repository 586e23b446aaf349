/** Prepares one authorization attempt: PKCE, state and the address that the browser opens (checklist 7). */
import * as oauth from 'oauth4webapi';
import * as z from 'zod/mini';
import { AuthError } from './authError.ts';
import { ProofKey, Proofs } from './dpop.ts';
import { pushAuthorization } from './pushedRequest.ts';
import { requireSecureUrl } from './secureUrl.ts';
import type { Transport } from './transport.ts';
import { reservedParameters, toAuthorizationParameters, toPushedParameters } from './wire/authorization.ts';
import { ClientIdentity } from './wire/client.ts';
import { IssuerDocument } from './wire/issuerDocument.ts';

/** What an id token of an identity provider is exchanged for, once it is there (checklist 17.2). */
export const Onward = z.object({
  issuer: IssuerDocument,
  client: ClientIdentity,
  resource: z.optional(z.string()),
  scopes: z.readonly(z.array(z.string())),
  /** The key that those tokens will be bound to. */
  proofKey: z.optional(ProofKey),
});
export type Onward = z.infer<typeof Onward>;

/**
 * Everything that the answer is checked against and redeemed with, captured before the browser opens (checklist 7.7),
 * so that any window, also after a reload, can finish the attempt. Holds secrets: kept in secret storage alone.
 */
export const PendingAuthorization = z.object({
  state: z.string(),
  /** What the authorization server is sent for a state: more than `state` where a relay needs to know the way. */
  wireState: z.string(),
  codeVerifier: z.string(),
  issuer: IssuerDocument,
  client: ClientIdentity,
  /** What the authorization server was told. */
  redirectUri: z.string(),
  /** Where we receive it; differs from `redirectUri` where something in between relays it. */
  arrivalUri: z.string(),
  /** The resource identifier, byte for byte as the server spells it (checklist 7.5); absent where none is named. */
  resource: z.optional(z.string()),
  scopes: z.readonly(z.array(z.string())),
  /** Added to the request, none of them a parameter of the protocol's own. */
  parameters: z.readonly(z.record(z.string(), z.string())),
  acrValues: z.optional(z.string()),
  maxAgeSeconds: z.optional(z.number()),
  /** The key that the tokens will be bound to. */
  proofKey: z.optional(ProofKey),
  onward: z.optional(Onward),
});
export type PendingAuthorization = z.infer<typeof PendingAuthorization>;

/** What of an attempt must never be shown or logged, also when a server repeats it in its words. */
export function secretsOf({ state, codeVerifier, client, onward }: PendingAuthorization): readonly string[] {
  const secrets = [state, codeVerifier, client.clientSecret, onward?.client.clientSecret];
  return secrets.filter((secret) => secret !== undefined && secret !== '') as string[];
}

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
