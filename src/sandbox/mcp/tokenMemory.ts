// Remembers for a few seconds what an authorization server said of a token, so that a burst of calls asks once.
// Only good news is kept: a dead token is asked about again, and a server that did not answer gets another chance.
import { createHash } from 'node:crypto';

import type { Clock } from './clock.ts';
import type { TokenAnswer, TrustedIssuer } from './tokenCheck.ts';
import { introspect } from './tokenCheck.ts';

/** Beyond this many the longest known goes. */
const tokensLimit = 1_000;

interface Known {
  readonly answer: TokenAnswer;
  readonly untilMs: number;
}

/** Answers about tokens, each from its authorization server or from memory. */
export class TokenMemory {
  readonly #clock: Clock;
  readonly #seconds: number;
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<TokenAnswer>>();

  /** `seconds` is how long an answer holds at most; with 0 every check asks, though equal ones at once share. */
  constructor(clock: Clock, seconds: number) {
    this.#clock = clock;
    this.#seconds = seconds;
  }

  /** What the authorization server says of the token. Never throws. */
  async ask(token: string, trusted: TrustedIssuer): Promise<TokenAnswer> {
    // The token itself is kept nowhere. The issuer belongs to the key: two may answer differently.
    const key = createHash('sha256')
      .update(JSON.stringify([trusted.issuer, token]))
      .digest('base64');
    const known = this.#known.get(key);
    if (known && known.untilMs > this.#clock.now()) return known.answer;
    this.#known.delete(key);

    const asking = this.#asking.get(key);
    if (asking) return asking;
    const asked = introspect(token, trusted).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asked);
    const answer = await asked;
    this.#keep(key, answer);
    return answer;
  }

  #keep(key: string, answer: TokenAnswer): void {
    if (answer.kind !== 'alive' || this.#seconds === 0) return;
    const untilMs = Math.min(
      this.#clock.now() + this.#seconds * 1_000,
      (answer.facts.expiresAtSeconds ?? Infinity) * 1_000,
    );
    this.#known.set(key, { answer, untilMs });
    const [longestKnown] = this.#known.keys();
    if (longestKnown !== undefined && this.#known.size > tokensLimit) this.#known.delete(longestKnown);
  }
}
