/**
 * Judges what came back on the redirect, in the order state, arrival, iss, error, code (checklist 9), before anything
 * of it reaches a token endpoint.
 */
import * as oauth from 'oauth4webapi';
import { AuthError, mismatch, serverSaid, settingFor, type AuthErrorCode } from './authError.ts';
import type { Decide } from './decision.ts';
import { secretsOf, type PendingAuthorization } from './pendingAuthorization.ts';
import { parseUrl } from './secureUrl.ts';
import { readRedirectParameters } from './wire/authorization.ts';
import { toClient } from './wire/client.ts';
import { toAuthorizationServer } from './wire/issuerDocument.ts';

/** Redirect parameters that passed every check; only these can be redeemed. */
export type CheckedRedirect = { readonly parameters: URLSearchParams };

/** Checklist 7.6: the answer has to carry what this attempt sent; a relay may keep its part of that to itself. */
function carriesState({ state, wireState }: PendingAuthorization, url: URL): boolean {
  const { state: states } = readRedirectParameters(url.searchParams);
  const relayed = wireState !== state;
  const isAnswer = states.length === 1 && states[0] === wireState;
  if (!relayed) return isAnswer;
  const nonces = url.searchParams.getAll('nonce');
  return nonces.length === 1 && nonces[0] === state && (isAnswer || states.length === 0);
}

/**
 * @param decide is told each check that was passed, in order.
 * @throws AuthError `state_mismatch`, `redirect_mismatch`, `iss_mismatch`, `redirect_invalid`, and for an error of the
 * authorization server `access_denied`, `interaction_required`, `server_error`, `temporarily_unavailable`, or
 * `authorization_failed` for any other.
 */
export function checkRedirect(
  pending: PendingAuthorization,
  received: string,
  decide: Decide = () => undefined,
): CheckedRedirect {
  const url = parseUrl(received);
  const host = new URL(pending.issuer.issuer).host;
  if (url === undefined || !carriesState(pending, url)) throw new AuthError('state_mismatch', { host });
  decide({ id: 'state_matches' });
  requireArrival(pending, url);
  decide({ id: 'arrival_matches' });
  const { iss, code, error, errorDescription } = readRedirectParameters(url.searchParams);
  requireIssuer(pending, iss);
  const { issuer } = pending.issuer;
  decide(iss.length === 0 ? { id: 'sender_unnamed' } : { id: 'sender_matches', issuer });
  // Checklist 9.5: of two values nobody can say which one is meant.
  if (code.length > 1 || error.length > 1) throw new AuthError('redirect_invalid', { host });
  if (error[0] !== undefined) {
    const kind = kinds.get(error[0]) ?? 'authorization_failed';
    const said = serverSaid(error[0], errorDescription[0], secretsOf(pending));
    const setting =
      settingFor(error[0]) ?? (insistsOnConsent(pending, error[0]) ? 'authorizationParameters' : undefined);
    const redirectUris = kind === 'redirect_refused' ? [pending.redirectUri] : undefined;
    throw new AuthError(kind, {
      host,
      ...said,
      ...(setting !== undefined && { setting }),
      ...(redirectUris !== undefined && { redirectUris }),
    });
  }
  if (code[0] === undefined || code[0] === '') throw new AuthError('redirect_invalid', { host });
  decide({ id: 'code_arrived' });
  return { parameters: brandedParameters(pending, url, host) };
}

/**
 * Errors that call for another sentence each: RFC 6749 §4.1.2.1, and those of OpenID Connect Core §3.1.2.6 that all say
 * that a person was needed and nobody was there (field case 30).
 */
const kinds: ReadonlyMap<string, AuthErrorCode> = new Map([
  ['access_denied', 'access_denied'],
  ['interaction_required', 'interaction_required'],
  ['login_required', 'interaction_required'],
  ['consent_required', 'interaction_required'],
  ['account_selection_required', 'interaction_required'],
  ['redirect_uri_mismatch', 'redirect_refused'],
  ['invalid_redirect_uri', 'redirect_refused'],
  ['server_error', 'server_error'],
  ['temporarily_unavailable', 'temporarily_unavailable'],
]);

/** What we added may be what the server does not like (field case 12). */
function insistsOnConsent({ parameters }: PendingAuthorization, error: string): boolean {
  return parameters['prompt'] === 'consent' && error === 'invalid_request';
}

/** Checklist 8.4: an answer on another address than the one it was sent to belongs to somebody else. */
function requireArrival(pending: PendingAuthorization, url: URL): void {
  const expected = new URL(pending.arrivalUri);
  const same =
    url.protocol === expected.protocol && url.host === expected.host && url.pathname === expected.pathname;
  if (!same) throw new AuthError('redirect_mismatch', mismatch(expected.href, url.href, secretsOf(pending)));
}

/** RFC 9207 §2.4, checklist 9.1-9.3: before the code leaves the machine and before an error is believed. */
function requireIssuer(pending: PendingAuthorization, iss: readonly string[]): void {
  const { issuer, sendsIss } = pending.issuer;
  if (iss.length === 0 && !sendsIss) return;
  if (iss.length === 1 && iss[0] === issuer) return;
  throw new AuthError('iss_mismatch', mismatch(issuer, iss.join(' '), secretsOf(pending)));
}

function brandedParameters(pending: PendingAuthorization, url: URL, host: string): URLSearchParams {
  try {
    const parameters = new URLSearchParams(url.searchParams);
    parameters.set('state', pending.wireState);
    return oauth.validateAuthResponse(
      toAuthorizationServer(pending.issuer),
      toClient(pending.client),
      parameters,
      pending.wireState,
    );
  } catch {
    // The cause would carry the code.
    throw new AuthError('redirect_invalid', { host });
  }
}
