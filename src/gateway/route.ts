/** One server as the gateway sees it: where requests go, what they may carry, and what to say when they may not. */
import { AuthError } from '../oauth/authError.ts';
import type { RefusalMeaning, ServerRefusal } from '../oauth/refusal.ts';
import type { RefusalAnswer } from '../session/accessRequests.ts';
import type { Authorization } from '../session/authorization.ts';
import type { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';

/** Why a request got no answer of the server's. */
export type Refusal =
  /** A person has to act first. */
  | { readonly kind: 'blocked'; readonly state: SessionState }
  /** 401: the server does not take the token, or the configured header. */
  | { readonly kind: 'unauthorized' }
  /**
   * The server knows the caller and says no, to this request at least.
   * @param words the server's own, cleaned by `quotable`.
   */
  | { readonly kind: 'forbidden'; readonly words?: string }
  /** The server wants more access than was granted, and it was not given. */
  | { readonly kind: 'more_access_wanted' }
  /** What the server refused was obtained, but the request cannot be sent a second time. */
  | { readonly kind: 'renewed' }
  | { readonly kind: 'unreachable'; readonly cause: unknown }
  /** The server sends elsewhere, where the token must not go. */
  | { readonly kind: 'redirected' };

export interface Route {
  readonly serverUrl: URL;
  /** Configured headers; they belong to the server's origin alone. */
  readonly headers: Readonly<Record<string, string>>;
  /** @param lastsMs how long a token should last at the least, where the request cannot be sent a second time. */
  authorization(lastsMs?: number): Promise<Authorization>;
  /** Whether a request that the server refused may be sent again, after what `before` names was tried. */
  resolve(
    refusal: ServerRefusal,
    before: ReadonlySet<RefusalMeaning>,
    signal: AbortSignal,
  ): Promise<RefusalAnswer>;
  /** What became of a request: why it got no answer of the server's, or one, and with which token the server took it. */
  noteReach(reach: { readonly unreachable: unknown } | { readonly taken: string | undefined }): void;
  /** The next proof that goes with the token has to carry this (RFC 9449 §9). */
  noteNonce(accessToken: string, nonce: string): Promise<void>;
  /** A request was refused because a person has to act first, or is still at it. */
  noteBlocked(): void;
  /** What is so now. */
  readonly state: SessionState;
  /** The key of the account that is used now; undefined where nobody is signed in. */
  account(): string | undefined;
  /** Ends as soon as the state fits, at once where it does, or when the signal is aborted. */
  until(fits: (state: SessionState) => boolean, signal: AbortSignal): Promise<void>;
  /** A sentence for people. */
  explain(refusal: Refusal): string;
}

/** @param noteBlocked is told of each request that was refused because a person has to act first. */
export function routeTo(
  session: Session,
  explain: (refusal: Refusal, session: Session) => string,
  noteBlocked: (session: Session) => void,
): Route {
  return {
    serverUrl: new URL(session.server.url),
    headers: session.server.headers,
    async authorization(lastsMs) {
      if (lastsMs !== undefined) await session.upkeep.extend(lastsMs);
      return session.authorization();
    },
    resolve: (refusal, before, signal) => session.access.resolve(refusal, before, signal),
    noteReach(reach) {
      if ('taken' in reach) session.upkeep.noteReached(reach.taken);
      else session.upkeep.noteUnreachable(unreachable(session, reach.unreachable));
    },
    noteNonce: (accessToken, nonce) => session.noteNonce(accessToken, nonce),
    noteBlocked: () => noteBlocked(session),
    get state() {
      return session.state;
    },
    account: () => session.accounts.find(({ isActive }) => isActive)?.key,
    until: (fits, signal) => until(session, fits, signal),
    explain: (refusal) => explain(refusal, session),
  };
}

function until(session: Session, fits: (state: SessionState) => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      stop();
      resolve();
    };
    const stop = session.onDidChange((state) => fits(state) && end());
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted || fits(session.state)) end();
  });
}

function unreachable({ server }: Session, cause: unknown): AuthError {
  return new AuthError('unreachable', { host: new URL(server.url).host }, cause);
}
