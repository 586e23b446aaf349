/** What a test of a connection found, as the shell sees it; how it is made is somebody else's business. */
import type { AuthError } from '../oauth/authError.ts';
import type { Challenge } from '../oauth/wire/challenge.ts';
import type { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';

/** A server that answered. Every text is the server's own, as it sent it. */
export interface TestedServer {
  readonly name: string;
  readonly title: string | undefined;
  readonly version: string;
  /** The revision of MCP that was agreed on, a date. */
  readonly revision: string;
  readonly transport: 'streamable_http' | 'sse';
  readonly capabilities: readonly string[];
  readonly tools: readonly TestedTool[];
  /** How long the last question took to be answered, in milliseconds. */
  readonly answeredInMs: number;
}

export interface TestedTool {
  readonly name: string;
  readonly description: string | undefined;
}

/** How a server refused what it was sent, for a reason that is no state of the sign-in. */
export type ServerRefused = 'unauthorized' | 'forbidden' | 'more_access_wanted' | 'redirected';

export type ConnectionReport =
  | { readonly kind: 'works'; readonly server: TestedServer }
  | { readonly kind: 'cancelled' }
  /** A person has to act first, or is still at it. */
  | { readonly kind: 'waits'; readonly state: SessionState }
  /** @param challenge what the server said of the access that it wants. */
  | { readonly kind: 'refused'; readonly how: ServerRefused; readonly challenge: Challenge | undefined }
  | { readonly kind: 'failed'; readonly error: AuthError }
  /** The server answered, and not in the words of MCP or with an error of its own, which it may put into words. */
  | { readonly kind: 'no_mcp'; readonly words: string | undefined };

/** Never rejects for what the server does. */
export type TestConnection = (session: Session, signal: AbortSignal) => Promise<ConnectionReport>;
