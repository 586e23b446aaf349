/** A new token without the person: by refresh token, or by asking again where no person is needed (checklist 11.8-11.12). */
import { AuthError } from '../oauth/authError.ts';
import type { DocumentCache } from '../oauth/documentCache.ts';
import { Proofs } from '../oauth/dpop.ts';
import { refreshTokens } from '../oauth/refresh.ts';
import { asksAgain, openTransport, type SignInServer } from './attempt.ts';
import { grantOf, readGrant } from './grants.ts';
import { sendAs } from './lostClient.ts';
import type { SessionPorts } from './ports.ts';
import type { GrantRecord } from './records.ts';
import { signIn } from './signIn.ts';

/** Checklist 11.12: clocks differ, and a request takes its time; of a short life no more than a quarter is given away. */
const marginMs = 60_000;

export function isRenewable(server: SignInServer, grant: GrantRecord): boolean {
  return grant.refreshToken !== undefined || asksAgain(server);
}

/** Whether the token should no longer be sent. */
export function isNearEnd({ expiresAtMs, grantedAtMs }: GrantRecord, nowMs: number): boolean {
  if (expiresAtMs === undefined) return false;
  return expiresAtMs - nowMs <= Math.min(marginMs, (expiresAtMs - grantedAtMs) / 4);
}

/**
 * The grant with a new token, not yet kept; or the newer one that another window has kept meanwhile.
 * @throws AuthError of the token request; see {@link isFinal}.
 */
export async function renew(
  server: SignInServer,
  grant: GrantRecord,
  ports: SessionPorts,
  documents: DocumentCache,
  signal: AbortSignal,
): Promise<GrantRecord> {
  const stored = await readGrant(ports.store, server);
  if (stored !== undefined && stored.accessToken !== grant.accessToken && stored.rejected !== true)
    return stored;
  const { refreshToken } = grant;
  if (refreshToken === undefined || asksAgain(server)) return ask(server, grant, ports, documents, signal);
  const { authorizationServer: issuer, client, resource, scopes, requestedScopes, proofKey, account } = grant;
  const proofs = proofKey && (await Proofs.of(proofKey));
  const context = { issuer, client, resource, requestedScopes: scopes, proofs };
  const now = () => ports.clock.now();
  const refresh = () => refreshTokens(openTransport(server, ports), context, refreshToken, now, signal);
  const tokens = await sendAs(ports.store, issuer, client, refresh);
  const purpose = { issuer, client, resource, scopes: requestedScopes, proofKey };
  return grantOf(server, purpose, { ...tokens, account: tokens.account ?? account }, now());
}

async function ask(
  server: SignInServer,
  previous: GrantRecord,
  ports: SessionPorts,
  documents: DocumentCache,
  signal: AbortSignal,
): Promise<GrantRecord> {
  const outcome = await signIn(server, ports, documents, { previous }, () => undefined, signal);
  if (outcome.kind === 'granted') return outcome.grant;
  throw new AuthError('token_refused', { host: new URL(server.url).host });
}

/**
 * Whether a failed renewal says that the grant is over, whatever name it gives that (field case 27); any other failure
 * passes (field case 3).
 */
export function isFinal({ code, facts }: AuthError): boolean {
  if (code === 'client_refused') return true;
  return (
    code === 'token_refused' &&
    !/^(server_error|temporarily_unavailable|slow_down)$/.test(facts.serverCode ?? '')
  );
}
