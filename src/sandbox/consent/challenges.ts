// Challenges for passkeys (Web Authentication §13.4.3): random, for one sign-in each, good once and for minutes.
import { randomBytes } from 'node:crypto';

const challengeBytes = 32;
const lifetimeMs = 10 * 60 * 1000;
const openLimit = 1000;

interface OpenChallenge {
  readonly challenge: string;
  readonly expiresAtMs: number;
}

/** The challenges that are waiting for an answer, in memory. */
export class Challenges {
  readonly #now: () => number;
  readonly #open = new Map<string, OpenChallenge>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A challenge in base64url. A subject keeps it until it was answered, so that a page may be opened twice. */
  issue(subject: string): string {
    const open = this.#open.get(subject);
    if (open !== undefined && open.expiresAtMs > this.#now()) return open.challenge;
    const challenge = randomBytes(challengeBytes).toString('base64url');
    const [oldest] = this.#open.keys();
    if (this.#open.size >= openLimit && oldest !== undefined) this.#open.delete(oldest);
    this.#open.set(subject, { challenge, expiresAtMs: this.#now() + lifetimeMs });
    return challenge;
  }

  /** The subject's challenge, which from now on is used up; `undefined` if there is none or it is too old. */
  take(subject: string): string | undefined {
    const open = this.#open.get(subject);
    this.#open.delete(subject);
    return open !== undefined && open.expiresAtMs > this.#now() ? open.challenge : undefined;
  }
}
