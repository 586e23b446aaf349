/** One server as the gateway sees it: where requests go, what they may carry, and what to say when they may not. */
import { AuthError } from '../oauth/authError.ts';
import type { RefusalMeaning, ServerRefusal } from '../oauth/refusal.ts';
import type { Authorization } from '../session/authorization.ts';
import type { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';

/** Why a request got no answer of the server's. */
export type Refusal =
  /** A person has to act first. */
  | { readonly kind: 'blocked'; readonly state: SessionState }
  /** 401: the server does not take the token, or the configured header. */
  | { readonly kind: 'unauthorized' }
  /** 403: the server knows the caller and says no. */
  | { readonly kind: 'forbidden' }
  /** The server wants more access than was granted, and it was not given. */
  | { readonly kind: 'more_access_wanted' }
  | { readonly kind: 'unreachable'; readonly cause: unknown }
  /** The server sends elsewhere, where the token must not go. */
  | { readonly kind: 'redirected' };

export interface Route {
  readonly serverUrl: URL;
  /** Configured headers; they belong to the server's origin alone. */
  readonly headers: Readonly<Record<string, string>>;
  authorization(): Promise<Authorization>;
  /** Whether a request that the server refused may be sent again, after what `before` names was tried. */
  resolve(
    refusal: ServerRefusal,
    before: ReadonlySet<RefusalMeaning>,
    signal: AbortSignal,
  ): Promise<{ readonly meaning: RefusalMeaning; readonly again: boolean }>;
  /** Whether a request that carried a token got an answer of the server's, or why it got none. */
  noteReach(cause?: { readonly unreachable: unknown }): void;
  /** The next proof that goes with the token has to carry this (RFC 9449 §9). */
  noteNonce(accessToken: string, nonce: string): Promise<void>;
  /** What is so now. */
  readonly state: SessionState;
  /** A sentence for people. */
  explain(refusal: Refusal): string;
}

export function routeTo(session: Session, explain: (refusal: Refusal, session: Session) => string): Route {
  return {
    serverUrl: new URL(session.server.url),
    headers: session.server.headers,
    authorization: () => session.authorization(),
    resolve: (refusal, before, signal) => session.access.resolve(refusal, before, signal),
    noteReach(cause) {
      if (cause === undefined) session.upkeep.noteReached();
      else session.upkeep.noteUnreachable(unreachable(session, cause.unreachable));
    },
    noteNonce: (accessToken, nonce) => session.noteNonce(accessToken, nonce),
    get state() {
      return session.state;
    },
    explain: (refusal) => explain(refusal, session),
  };
}

function unreachable({ server }: Session, cause: unknown): AuthError {
  return new AuthError('unreachable', { host: new URL(server.url).host }, cause);
}
