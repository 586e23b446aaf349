/** What the process with the gateway is told, and what it says. */

/** A server that the gateway is signed in to from the start. */
export interface GuardedServer {
  readonly name: string;
  readonly origin: string;
  readonly issuer: string;
  /** Whether its tokens are had by client credentials. */
  readonly asksAgain: boolean;
}

export type GatewayOrder =
  | {
      readonly kind: 'open';
      readonly servers: readonly GuardedServer[];
      /** How long the token lives that each sign-in begins with. */
      readonly tokenSeconds: number;
    }
  | { readonly kind: 'look' }
  /** Close everything, and end when nothing is left. */
  | { readonly kind: 'end' };

export interface Opened {
  readonly kind: 'opened';
  readonly socketPath: string;
  /** One for each server, in their order. */
  readonly paths: readonly string[];
}

export interface Seen {
  readonly kind: 'seen';
  /** With nothing in it that could be let go. */
  readonly heldMb: number;
  readonly unhandled: readonly string[];
  /** How often the gateway found that a server does not answer. */
  readonly complaints: number;
  /** How often a person would have been needed. */
  readonly signInsWanted: number;
  /** Of each session. */
  readonly states: readonly string[];
}

export type GatewayReport =
  Opened | Seen | { readonly kind: 'ending' } | { readonly kind: 'failed'; readonly words: string };

/** What a call is told that got no answer, so that it can be held against what happened. */
export const refusedBecause = {
  noAnswer: 'The server gave no answer.',
  noToken: 'No new token:',
} as const;
