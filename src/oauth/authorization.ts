/** Prepares one authorization attempt: PKCE, state and the address that the browser opens (checklist 7). */
import * as oauth from 'oauth4webapi';
import * as z from 'zod/mini';
import { requireSecureUrl, type UrlPolicy } from './secureUrl.ts';
import { ClientIdentity, IssuerDocument, toAuthorizationParameters } from './wire.ts';

/**
 * Everything that the answer is checked against and redeemed with, captured before the browser opens (checklist 7.7),
 * so that any window, also after a reload, can finish the attempt. Holds secrets: kept in secret storage alone.
 */
export const PendingAuthorization = z.object({
  state: z.string(),
  codeVerifier: z.string(),
  issuer: IssuerDocument,
  client: ClientIdentity,
  /** What the authorization server was told. */
  redirectUri: z.string(),
  /** Where the editor receives it; differs from `redirectUri` where the host relays it. */
  arrivalUri: z.string(),
  /** The resource identifier, byte for byte as the server spells it (checklist 7.5). */
  resource: z.string(),
  scopes: z.readonly(z.array(z.string())),
});
export type PendingAuthorization = z.infer<typeof PendingAuthorization>;

/** What of an attempt must never be shown or logged, also when a server repeats it in its words. */
export function secretsOf({ state, codeVerifier, client }: PendingAuthorization): readonly string[] {
  return [state, codeVerifier, ...(client.clientSecret === undefined ? [] : [client.clientSecret])];
}

/** A new verifier and state for every attempt (checklist 7.2, 7.6). */
export function beginAuthorization(
  attempt: Omit<PendingAuthorization, 'state' | 'codeVerifier'>,
): PendingAuthorization {
  return { ...attempt, state: oauth.generateRandomState(), codeVerifier: oauth.generateRandomCodeVerifier() };
}

/**
 * The address to open in the browser. Parameters that the endpoint carries already stay (checklist 7.10).
 * @throws AuthError `insecure_url` for anything that a browser should not be sent to (checklist 7.9).
 */
export async function buildAuthorizationUrl(
  pending: PendingAuthorization,
  policy: UrlPolicy,
): Promise<string> {
  const url = requireSecureUrl(pending.issuer.authorizationEndpoint, policy);
  const parameters = toAuthorizationParameters({
    clientId: pending.client.clientId,
    redirectUri: pending.redirectUri,
    scopes: pending.scopes,
    state: pending.state,
    codeChallenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
    resource: pending.resource,
  });
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
