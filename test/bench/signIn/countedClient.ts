/** Whoever signs in to a server that counts what that costs. */
import type { CountingServer } from '../countingServer.ts';

export interface CountedClient {
  /** Signs in as far as it is not, and says hello to the server. */
  signIn(): Promise<void>;
  /** Forgets its tokens, and nothing else that it knows. */
  forgetTokens(): Promise<void>;
  /** Calls a tool. */
  call(): Promise<void>;
  /** Lets the time pass that a token lives, where the client looks at a clock. */
  passTokenTime(): void;
  close(): Promise<void>;
}

export interface CountedKind {
  readonly name: string;
  open(server: CountingServer): Promise<CountedClient>;
}
