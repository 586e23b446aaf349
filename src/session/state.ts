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

/** Why a grant is over that the clock would have left alone. */
export interface GrantEnding {
  /**
   * `rejected`: the server answered 401 to a token that should have been good. `refused`: the authorization server gave
   * no new one. `client_lost`: it no longer knows our client, or the client's secret has run out.
   */
  readonly reason: 'rejected' | 'refused' | 'client_lost';
  /** Who said so. */
  readonly host?: string | undefined;
  /** In their own words, cleaned; shown in quotes. */
  readonly serverWords?: string | undefined;
}

/** Why somebody has to sign in who has no usable grant. */
export type NeedsAuthReason =
  | 'never_signed_in'
  | 'signed_out'
  /** There is a grant for another issuer, resource or client than the settings name now (field case 28). */
  | 'settings_changed'
  /** There is a grant for another address of the server of this name (field case 28). */
  | 'address_changed';

/** What an attempt does without the person just now, and the host that it does it with. */
export interface SignInStep {
  /** `registering`: this editor, as a client. `finishing`: the person has answered, and the tokens are fetched. */
  readonly kind: 'registering' | 'finishing';
  readonly host: string;
}

/** The states that a session can rest in, and return to when a sign-in is cancelled. */
export type RestingState =
  | { readonly kind: 'no_auth'; readonly reason: 'configured_header' | 'oauth_off' | 'not_asked' }
  | { readonly kind: 'needs_auth'; readonly reason: NeedsAuthReason }
  | { readonly kind: 'needs_client_registration'; readonly error: AuthError }
  | ({ readonly kind: 'connected' } & GrantFacts)
  | ({
      readonly kind: 'offline';
      /** Why the server could not be reached. */
      readonly error: AuthError;
      /** When it is tried again by itself, milliseconds since the epoch. */
      readonly retryAtMs: number;
    } & GrantFacts)
  | ({
      readonly kind: 'expired';
      readonly reason: 'ran_out' | GrantEnding['reason'];
      readonly account: Account;
    } & Omit<GrantEnding, 'reason'>)
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
      /** True where the browser did not open: the page waits to be opened by the person. */
      readonly isUnopened?: true;
      /** Absent while the server is asked how to sign in, and while the person is waited for. */
      readonly step?: SignInStep;
    };

/** Those of them in which nothing goes on without a person. */
export type WaitingState = Extract<
  RestingState,
  { kind: 'needs_auth' | 'needs_client_registration' | 'expired' | 'error' }
>;

export type SessionEvent =
  /** This window's attempt obtained a grant. */
  | { readonly kind: 'sign_in_granted'; readonly grant: GrantFacts; readonly nowMs: number }
  /** A grant was read from the store, renewed, or chosen among several. */
  | {
      readonly kind: 'grant_present';
      readonly grant: GrantFacts;
      readonly ending: GrantEnding | undefined;
      readonly nowMs: number;
    }
  | { readonly kind: 'grant_absent'; readonly reason: NeedsAuthReason }
  | { readonly kind: 'sign_in_started' }
  | { readonly kind: 'sign_in_step'; readonly step: SignInStep }
  | {
      readonly kind: 'browser_opening';
      readonly host: string;
      readonly previousHost: string | undefined;
      /** True where it has turned out not to open. */
      readonly isUnopened?: boolean;
    }
  | { readonly kind: 'sign_in_cancelled' }
  | { readonly kind: 'sign_in_failed'; readonly error: AuthError }
  | { readonly kind: 'sign_in_not_needed' }
  /** The grant is over. */
  | { readonly kind: 'grant_ended'; readonly ending: GrantEnding }
  /** A new token was not to be had, or the server not to be reached, for a reason that passes. */
  | { readonly kind: 'contact_lost'; readonly error: AuthError; readonly retryAtMs: number }
  /** The server answered again. */
  | { readonly kind: 'contact_made' }
  /** A new token was not to be had, for a reason that somebody has to mend; the grant is kept. */
  | { readonly kind: 'renewal_stuck'; readonly error: AuthError }
  /** The server wants a sign-in although it asked for none before. */
  | { readonly kind: 'sign_in_demanded' }
  | { readonly kind: 'time_passed'; readonly nowMs: number };

export function transition(state: SessionState, event: SessionEvent): SessionState {
  switch (event.kind) {
    case 'sign_in_granted':
      return judgeGrant(event.grant, undefined, event.nowMs);
    case 'grant_present':
      return alter(state, () => judgeGrant(event.grant, event.ending, event.nowMs));
    case 'grant_absent':
      return alter(state, () => ({ kind: 'needs_auth', reason: event.reason }));
    case 'sign_in_started':
      return state.kind === 'authorizing' ? state : { kind: 'authorizing', before: state, host: undefined };
    case 'sign_in_step':
      return state.kind === 'authorizing' ? { ...state, step: event.step } : state;
    case 'browser_opening':
      return state.kind === 'authorizing' ? opened(state, event) : state;
    case 'sign_in_cancelled':
      return state.kind === 'authorizing' ? state.before : state;
    case 'sign_in_failed':
      return fail(resting(state), event.error);
    case 'sign_in_not_needed':
      return { kind: 'no_auth', reason: 'not_asked' };
    case 'grant_ended':
      return alter(state, (now) =>
        holdsGrant(now) ? { kind: 'expired', account: now.account, ...event.ending } : now,
      );
    case 'contact_lost':
      return alter(state, (now) =>
        holdsGrant(now)
          ? { ...factsIn(now), kind: 'offline', error: event.error, retryAtMs: event.retryAtMs }
          : now,
      );
    case 'contact_made':
      return alter(state, (now) => (now.kind === 'offline' ? { kind: 'connected', ...factsIn(now) } : now));
    case 'renewal_stuck':
      return alter(state, (now) => (holdsGrant(now) ? stateOfError(event.error) : now));
    case 'sign_in_demanded':
      return alter(state, (now) =>
        now.kind === 'no_auth' && now.reason === 'not_asked'
          ? { kind: 'needs_auth', reason: 'never_signed_in' }
          : now,
      );
    case 'time_passed':
      return alter(state, (now) =>
        holdsGrant(now) && hasRunOut(now, event.nowMs) ? judgeGrant(now, undefined, event.nowMs) : now,
      );
  }
}

/** Whether there is a grant that works, or will again when the server can be reached. */
export function holdsGrant(
  state: SessionState,
): state is Extract<RestingState, { kind: 'connected' | 'offline' }> {
  return state.kind === 'connected' || state.kind === 'offline';
}

/** Whether nothing goes on without a person. */
export function needsPerson(state: SessionState): state is WaitingState {
  const { kind } = state;
  return (
    kind === 'needs_auth' || kind === 'expired' || kind === 'needs_client_registration' || kind === 'error'
  );
}

/** The state behind an attempt that runs. */
export function resting(state: SessionState): RestingState {
  return state.kind === 'authorizing' ? state.before : state;
}

function opened(
  { before }: Extract<SessionState, { kind: 'authorizing' }>,
  { host, previousHost, isUnopened }: Extract<SessionEvent, { kind: 'browser_opening' }>,
): SessionState {
  return {
    kind: 'authorizing',
    before,
    host,
    ...(previousHost !== undefined && { previousHost }),
    ...(isUnopened === true && { isUnopened }),
  };
}

function judgeGrant(grant: GrantFacts, ending: GrantEnding | undefined, nowMs: number): RestingState {
  const { account } = grant;
  if (ending !== undefined) return { kind: 'expired', account, ...ending };
  if (hasRunOut(grant, nowMs)) return { kind: 'expired', reason: 'ran_out', account };
  return { kind: 'connected', ...factsIn(grant) };
}

function hasRunOut({ expiresAtMs, renewable }: GrantFacts, nowMs: number): boolean {
  return expiresAtMs !== undefined && expiresAtMs <= nowMs && !renewable;
}

function factsIn({ account, scopes, expiresAtMs, renewable }: GrantFacts): GrantFacts {
  return { account, scopes, expiresAtMs, renewable };
}

/** A failed second sign-in takes nothing away from a grant that works. */
function fail(before: RestingState, error: AuthError): RestingState {
  return holdsGrant(before) ? before : stateOfError(error);
}

function stateOfError(error: AuthError): RestingState {
  return error.remedy === 'configure_client'
    ? { kind: 'needs_client_registration', error }
    : { kind: 'error', error };
}

/** Changes what is, or while a browser is open, what will be returned to. */
function alter(state: SessionState, change: (now: RestingState) => RestingState): SessionState {
  return state.kind === 'authorizing' ? { ...state, before: change(state.before) } : change(state);
}
