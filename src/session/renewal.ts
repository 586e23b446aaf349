/**
 * A new token without the person: by refresh token, or by asking again where no person is needed (checklist 11.8-11.12).
 * One at a time over all windows: a refresh token that is shown twice costs the grant (field case 1).
 */
import { AuthError, toAuthError } from '../oauth/authError.ts';
import { chooseAuthMethod } from '../oauth/clientAuthentication.ts';
import type { DocumentCache } from '../oauth/documentCache.ts';
import { Proofs } from '../oauth/dpop.ts';
import { refreshTokens } from '../oauth/refresh.ts';
import type { ClientIdentity } from '../oauth/wire/client.ts';
import { asksAgain, openTransport, type SignInServer } from './attempt.ts';
import { readClientSecret } from './clientSecrets.ts';
import { grantOf, noteTokens, type KeepGrant } from './grants.ts';
import { hasRunOut, isLostClient, sendAs, withNewSecret } from './lostClient.ts';
import type { SessionPorts } from './ports.ts';
import { grantKey, grantRecords, type GrantRecord } from './records.ts';
import { judgeFault } from './renewalFault.ts';
import { giveBack } from './revocation.ts';
import { signIn } from './signIn.ts';
import type { GrantEnding, NeedsAuthReason } from './state.ts';
import { isFor, isNearEnd, secretsIn } from './storedGrants.ts';
import { findRecord, keepRecord } from './storedRecord.ts';
import type { Traces } from './trace.ts';

export type Renewal =
  /** @param unsaved why the new grant is in memory alone, where it is. */
  | { readonly kind: 'renewed'; readonly grant: GrantRecord; readonly unsaved?: AuthError }
  /** What another window has kept meanwhile: newer, or over. */
  | { readonly kind: 'adopted'; readonly grant: GrantRecord }
  /** Somebody has signed out meanwhile, or signed in for something else than the settings say here. */
  | { readonly kind: 'gone'; readonly reason: NeedsAuthReason }
  /** The grant is over: with its ending, which is kept. */
  | { readonly kind: 'ended'; readonly grant: GrantRecord; readonly error: AuthError }
  /** No new token for now; the grant is kept as it is. */
  | { readonly kind: 'failed'; readonly error: AuthError };

/** What a renewal works with. */
export interface Renewing {
  readonly server: SignInServer;
  readonly ports: SessionPorts;
  readonly documents: DocumentCache;
  readonly traces: Traces;
}

/**
 * @param held the grant as this window has it.
 * @param isUnsaved whether it is newer than the stored one, which could not be written.
 */
export async function renew(renewing: Renewing, held: GrantRecord, isUnsaved: boolean): Promise<Renewal> {
  const { server, ports } = renewing;
  const key = grantKey(server, held);
  try {
    return await ports.lock.hold(key, async () => {
      const found = await findRecord(ports, key, grantRecords);
      if (found.kind === 'absent') return { kind: 'gone', reason: 'signed_out' };
      // Another window may have used the refresh token: shown twice it would cost the grant (field case 1).
      if (found.kind === 'unreadable' && !isUnsaved)
        return { kind: 'failed', error: new AuthError('storage_failed') };
      if (isUnsaved && !isNearEnd(held, ports.clock.now())) return save(ports, key, held);
      const basis = found.kind === 'record' && !isUnsaved ? found.record : held;
      if (!isFor(server, basis)) return { kind: 'gone', reason: 'settings_changed' };
      const isNews = basis.accessToken !== held.accessToken || basis.ending !== undefined;
      const isSettled = basis.ending !== undefined || !isNearEnd(basis, ports.clock.now());
      if (isNews && isSettled) return { kind: 'adopted', grant: basis };
      return renewUnderLock(renewing, key, basis);
    });
  } catch (thrown) {
    return { kind: 'failed', error: told(ports, thrown) };
  }
}

/** Why it failed, without what the server may have repeated of a secret. */
function told({ trace }: SessionPorts, thrown: unknown): AuthError {
  const error = toAuthError(thrown);
  return trace?.cleaned(error) ?? error;
}

async function renewUnderLock(renewing: Renewing, key: string, basis: GrantRecord): Promise<Renewal> {
  const { server, ports } = renewing;
  let grant: GrantRecord;
  try {
    grant = await obtain(renewing, basis);
  } catch (thrown) {
    return afterFailure(renewing, key, basis, told(ports, thrown));
  }
  // Whoever signed out without waiting for the lock has the last word.
  if ((await findRecord(ports, key, grantRecords)).kind === 'absent') {
    await giveBack(server, grant, ports);
    return { kind: 'gone', reason: 'signed_out' };
  }
  return save(ports, key, grant);
}

/** The old token is spent: a store that fails must not cost the new one (checklist 11.10). */
async function save(ports: SessionPorts, key: string, grant: GrantRecord): Promise<Renewal> {
  try {
    await keepRecord(ports, key, grantRecords, grant);
    ports.trace?.decide({ id: 'grant_kept' });
    return { kind: 'renewed', grant };
  } catch (thrown) {
    ports.trace?.decide({ id: 'renewal_unsaved' });
    return { kind: 'renewed', grant, unsaved: toAuthError(thrown) };
  }
}

/** A final refusal is believed when the record is still the one that was refused (field case 3). */
async function afterFailure(
  { ports }: Renewing,
  key: string,
  basis: GrantRecord,
  error: AuthError,
): Promise<Renewal> {
  const fault = judgeFault(error);
  ports.trace?.decide({ id: 'renewal_judged', fault });
  if (fault !== 'final') return { kind: 'failed', error };
  const now = await findRecord(ports, key, grantRecords);
  if (now.kind === 'absent') return { kind: 'gone', reason: 'signed_out' };
  if (now.kind === 'record' && now.record.accessToken !== basis.accessToken)
    return { kind: 'adopted', grant: now.record };
  const grant = { ...basis, ending: endingOf(error) };
  await keepRecord(ports, key, grantRecords, grant).catch((thrown: unknown) =>
    ports.log.error('ending_not_kept', {}, thrown),
  );
  return { kind: 'ended', grant, error };
}

/** How the grant is over after a final refusal, in the words of who refused. */
function endingOf(error: AuthError): GrantEnding {
  const { host, serverWords, serverCode } = error.facts;
  const words = serverWords ?? serverCode;
  return {
    reason: isLostClient(error) ? 'client_lost' : 'refused',
    ...(host !== undefined && { host }),
    ...(words !== undefined && { serverWords: words }),
  };
}

/** @throws AuthError of the token request. */
async function obtain(renewing: Renewing, basis: GrantRecord): Promise<GrantRecord> {
  const { server, ports } = renewing;
  const { refreshToken, account } = basis;
  ports.trace?.hide(...secretsIn(basis));
  const usesRefreshToken = refreshToken !== undefined && !asksAgain(server);
  ports.trace?.decide({ id: 'renewal_by', way: usesRefreshToken ? 'refreshing' : 'asking_again' });
  if (!usesRefreshToken) return ask(renewing, basis);
  const { authorizationServer: issuer, resource, scopes, requestedScopes, proofKey } = basis;
  const client = await currentClient(renewing, basis);
  const proofs = proofKey && (await Proofs.of(proofKey));
  const context = { issuer, client, resource, requestedScopes: scopes, proofs };
  const now = () => ports.clock.now();
  // Nobody's signal: a refresh that was sent is never abandoned.
  const { signal } = new AbortController();
  const refresh = () => refreshTokens(openTransport(server, ports), context, refreshToken, now, signal);
  const tokens = await sendAs(ports, issuer, client, refresh);
  noteTokens(ports, basis, tokens);
  const { signInId, isIssuerChosen, redirect, habits } = basis;
  const same = { signInId, isIssuerChosen, redirect, habits };
  const purpose = { issuer, client, resource, scopes: requestedScopes, proofKey, ...same };
  return grantOf(server, purpose, tokens, account, now());
}

/**
 * A secret that the person has entered since takes the place of the one that the grant was given with, and one that has
 * run out is asked for again.
 */
async function currentClient(
  { server, ports }: Renewing,
  { client, authorizationServer: issuer }: GrantRecord,
): Promise<ClientIdentity> {
  if (client.kind === 'configured') {
    const clientSecret = await readClientSecret(ports, server, 'client');
    if (clientSecret === undefined) return client;
    const authMethod = chooseAuthMethod(issuer, clientSecret, server.oauth.tokenEndpointAuthMethod);
    return { ...client, clientSecret, authMethod };
  }
  if (!hasRunOut(client, ports.clock.now())) return client;
  // It may be our clock that is wrong: the server says whether it still takes the old one.
  return (await withNewSecret(ports, openTransport(server, ports), issuer, client)) ?? client;
}

async function ask({ server, ports, documents }: Renewing, previous: GrantRecord): Promise<GrantRecord> {
  const { signal } = new AbortController();
  const { signInId, isIssuerChosen, account } = previous;
  const keep: KeepGrant = (purpose, tokens) => {
    noteTokens(ports, purpose, tokens);
    const same = { ...purpose, signInId, isIssuerChosen };
    return Promise.resolve(grantOf(server, same, tokens, account, ports.clock.now()));
  };
  const reason = { previous, wish: {} };
  const listener = { onStep: () => undefined, onOpening: () => undefined };
  const outcome = await signIn(server, ports, documents, reason, keep, listener, signal);
  if (outcome.kind === 'granted') return outcome.grant;
  throw new AuthError('token_refused', { host: new URL(server.url).host });
}
