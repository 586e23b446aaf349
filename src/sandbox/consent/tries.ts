// How often a person may be wrong: a few times in one sign-in, and with the passphrase not often in all of them
// together. The first number is kept in memory, the second with the data, so that a restart gives nobody fresh tries.
import type { ProofStore } from './proofs.ts';

/** Wrong tries after which a sign-in ends. */
export const triesInSignIn = 5;

/** Wrong passphrases of all sign-ins within the window after which none is checked. */
const triesInWindow = 20;
const windowMs = 10 * 60 * 1000;

/** Where a sign-in is forgotten to make room, its passphrases were still counted in the window. */
const subjectLimit = 1000;

/** Counts wrong tries. A subject is one sign-in, or one visit to the page of the passkeys. */
export class Tries {
  readonly #proofs: Pick<ProofStore, 'countFailures' | 'addFailure'>;
  readonly #now: () => number;
  readonly #wrong = new Map<string, number>();

  constructor(proofs: Pick<ProofStore, 'countFailures' | 'addFailure'>, now: () => number) {
    this.#proofs = proofs;
    this.#now = now;
  }

  /** Whether this subject has been wrong too often. */
  isSpent(subject: string): boolean {
    return this.#left(subject) <= 0;
  }

  /**
   * Counts one more, and says how many tries the subject has left. Against everybody counts only a passphrase: a
   * passkey's answer cannot be guessed, so nobody has to be stopped from trying.
   */
  addWrong(subject: string, what: 'passphrase' | 'passkey'): number {
    if (what === 'passphrase') this.#proofs.addFailure(this.#now());
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size >= subjectLimit && oldest !== undefined) this.#wrong.delete(oldest);
    this.#wrong.set(subject, (this.#wrong.get(subject) ?? 0) + 1);
    return this.#left(subject);
  }

  /** Seconds until a passphrase is checked again; 0 if it is now. */
  waitSeconds(): number {
    const nowMs = this.#now();
    const isFull = (sinceMs: number) => this.#proofs.countFailures(sinceMs) >= triesInWindow;
    let [fullMs, freeMs] = [nowMs - windowMs, nowMs + 1];
    if (!isFull(fullMs)) return 0;
    // The store only counts, so the try that has to age is found by halving.
    while (freeMs - fullMs > 1) {
      const middleMs = Math.floor((fullMs + freeMs) / 2);
      if (isFull(middleMs)) fullMs = middleMs;
      else freeMs = middleMs;
    }
    return Math.max(1, Math.ceil((fullMs + 1 + windowMs - nowMs) / 1000));
  }

  #left(subject: string): number {
    return triesInSignIn - (this.#wrong.get(subject) ?? 0);
  }
}
