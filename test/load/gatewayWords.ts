/** What the process with the gateway is told, and what it says. */

export type GatewayOrder =
  | {
      readonly kind: 'open';
      readonly servers: readonly { readonly name: string; readonly origin: string }[];
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
