/**
 * The states of one server's sign-in and the one total, pure transition between them. The words are those of the
 * field; each state has exactly one action, which the shell draws.
 */
import type { Account } from '../oauth/account.ts';
import type { AuthError } from '../oauth/authError.ts';

/** What a person may know of a grant. */
export interface GrantFacts {
  readonly account: Account;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch; undefined where the server did not say. */
  readonly expiresAtMs: number | undefined;
  /** True where a new token is had without the person. */
  readonly renewable: boolean;
}

/** The states that a session can rest in, and return to when a sign-in is cancelled. */
export type RestingState =
  | { readonly kind: 'no_auth'; readonly reason: 'configured_header' | 'oauth_off' | 'not_asked' }
  | { readonly kind: 'needs_auth'; readonly reason: 'never_signed_in' | 'signed_out' }
  | { readonly kind: 'needs_client_registration'; readonly error: AuthError }
  | ({ readonly kind: 'connected' } & GrantFacts)
  | { readonly kind: 'expired'; readonly reason: 'ran_out' | 'rejected'; readonly account: Account }
  | { readonly kind: 'error'; readonly error: AuthError };

export type SessionState =
  | RestingState
  | {
      readonly kind: 'authorizing';
      readonly before: RestingState;
      /** Where the person is asked; undefined until the browser opens. */
      readonly host: string | undefined;
      /** Who asked before, where it is another authorization server now. */
      readonly previousHost?: string;
    };

export type SessionEvent =
  /** This window's attempt obtained a grant. */
  | { readonly kind: 'sign_in_granted'; readonly grant: GrantFacts; readonly nowMs: number }
  /** A grant was read from the store. */
  | {
      readonly kind: 'grant_present';
      readonly grant: GrantFacts;
      readonly rejected: boolean;
      readonly nowMs: number;
    }
  | { readonly kind: 'grant_absent'; readonly reason: 'never_signed_in' | 'signed_out' }
  | { readonly kind: 'sign_in_started' }
  | { readonly kind: 'browser_opening'; readonly host: string; readonly previousHost: string | undefined }
  | { readonly kind: 'sign_in_cancelled' }
  | { readonly kind: 'sign_in_failed'; readonly error: AuthError }
  | { readonly kind: 'sign_in_not_needed' }
  | { readonly kind: 'token_rejected' }
  /** The server wants a sign-in although it asked for none before. */
  | { readonly kind: 'sign_in_demanded' }
  | { readonly kind: 'time_passed'; readonly nowMs: number };

export function transition(state: SessionState, event: SessionEvent): SessionState {
  switch (event.kind) {
    case 'sign_in_granted':
      return judgeGrant(event.grant, false, event.nowMs);
    case 'grant_present':
      return replace(state, judgeGrant(event.grant, event.rejected, event.nowMs));
    case 'grant_absent':
      return alter(state, () => ({ kind: 'needs_auth', reason: event.reason }));
    case 'sign_in_started':
      return state.kind === 'authorizing' ? state : { kind: 'authorizing', before: state, host: undefined };
    case 'browser_opening':
      return state.kind === 'authorizing' ? opened(state, event.host, event.previousHost) : state;
    case 'sign_in_cancelled':
      return state.kind === 'authorizing' ? state.before : state;
    case 'sign_in_failed':
      return fail(resting(state), event.error);
    case 'sign_in_not_needed':
      return { kind: 'no_auth', reason: 'not_asked' };
    case 'token_rejected':
      return alter(state, (now) =>
        now.kind === 'connected' ? { kind: 'expired', reason: 'rejected', account: now.account } : now,
      );
    case 'sign_in_demanded':
      return alter(state, (now) =>
        now.kind === 'no_auth' && now.reason === 'not_asked'
          ? { kind: 'needs_auth', reason: 'never_signed_in' }
          : now,
      );
    case 'time_passed':
      return alter(state, (now) => (now.kind === 'connected' ? judgeGrant(now, false, event.nowMs) : now));
  }
}

function opened(
  { before }: Extract<SessionState, { kind: 'authorizing' }>,
  host: string,
  previousHost: string | undefined,
): SessionState {
  return { kind: 'authorizing', before, host, ...(previousHost !== undefined && { previousHost }) };
}

function judgeGrant(grant: GrantFacts, rejected: boolean, nowMs: number): RestingState {
  const { account, scopes, expiresAtMs, renewable } = grant;
  if (rejected) return { kind: 'expired', reason: 'rejected', account };
  if (expiresAtMs !== undefined && expiresAtMs <= nowMs && !renewable)
    return { kind: 'expired', reason: 'ran_out', account };
  return { kind: 'connected', account, scopes, expiresAtMs, renewable };
}

/** A failed second sign-in takes nothing away from a grant that works. */
function fail(before: RestingState, error: AuthError): RestingState {
  if (before.kind === 'connected') return before;
  return error.remedy === 'configure_client'
    ? { kind: 'needs_client_registration', error }
    : { kind: 'error', error };
}

function resting(state: SessionState): RestingState {
  return state.kind === 'authorizing' ? state.before : state;
}

/** A grant that works ends an attempt; any other leaves the browser open. */
function replace(state: SessionState, judged: RestingState): SessionState {
  return judged.kind === 'connected' ? judged : alter(state, () => judged);
}

/** Changes what is, or while a browser is open, what will be returned to. */
function alter(state: SessionState, change: (now: RestingState) => RestingState): SessionState {
  return state.kind === 'authorizing' ? { ...state, before: change(state.before) } : change(state);
}
