/** One server as the gateway sees it: where requests go, what they may carry, and what to say when they may not. */
import type { Authorization, Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';

/** Why a request got no answer of the server's. */
export type Refusal =
  /** A person has to act first. */
  | { readonly kind: 'blocked'; readonly state: SessionState }
  /** 401: the server does not take the token, or the configured header. */
  | { readonly kind: 'unauthorized' }
  /** 403: the server knows the caller and says no. */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'unreachable'; readonly cause: unknown }
  /** The server sends elsewhere, where the token must not go. */
  | { readonly kind: 'redirected' };

export interface Route {
  readonly serverUrl: URL;
  /** Configured headers; they belong to the server's origin alone. */
  readonly headers: Readonly<Record<string, string>>;
  authorization(): Authorization;
  rejectToken(accessToken: string): Promise<void>;
  /** The server wants a sign-in and was sent none; the state that follows. */
  demandSignIn(): SessionState;
  /** A sentence for people. */
  explain(refusal: Refusal): string;
}

export function routeTo(session: Session, explain: (refusal: Refusal, session: Session) => string): Route {
  return {
    serverUrl: new URL(session.server.url),
    headers: session.server.headers,
    authorization: () => session.authorization(),
    rejectToken: (accessToken) => session.rejectToken(accessToken),
    demandSignIn: () => session.demandSignIn(),
    explain: (refusal) => explain(refusal, session),
  };
}
