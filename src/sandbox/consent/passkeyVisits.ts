// Visits to the page of the passkeys that the passphrase opened. What keeps a visit open is a secret that stands in the
// page alone: a cookie would go to every other server on this computer as well (RFC 6265 §8.5: cookies know no ports).
import { randomBytes } from 'node:crypto';

import { triesInSignIn } from './tries.ts';

const secretBytes = 32;
const openForMs = 5 * 60 * 1000;
const openLimit = 100;

interface OpenVisit {
  readonly endsAtMs: number;
  triesLeft: number;
}

/** A name for a visit that cannot be guessed, in base64url. */
export function inventVisit(): string {
  return randomBytes(secretBytes).toString('base64url');
}

/** The open visits, in memory. */
export class PasskeyVisits {
  readonly #now: () => number;
  readonly #open = new Map<string, OpenVisit>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Opens one and returns its secret. */
  begin(): string {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= openLimit && oldest !== undefined) this.#open.delete(oldest);
    const visit = inventVisit();
    this.#open.set(visit, { endsAtMs: this.#now() + openForMs, triesLeft: triesInSignIn });
    return visit;
  }

  isOpen(visit: string): boolean {
    return (this.#open.get(visit)?.endsAtMs ?? 0) > this.#now();
  }

  /** Counts an answer that did not hold. The last one closes the visit. */
  addWrong(visit: string): void {
    const open = this.#open.get(visit);
    if (open === undefined) return;
    open.triesLeft -= 1;
    if (open.triesLeft <= 0) this.#open.delete(visit);
  }
}
