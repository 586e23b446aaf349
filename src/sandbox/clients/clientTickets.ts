// Leave to register one client without the passphrase, for whoever holds the key of the control address: that one has
// started the sandbox, and leads a person to the page.
import { inventVisit } from '../consent/passkeyVisits.ts';

const openForMs = 10 * 60 * 1000;
const openLimit = 100;

/** The tickets that are out, in memory. Each is good for one client, and for minutes. */
export class ClientTickets {
  readonly #now: () => number;
  readonly #endsAtMs = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(): string {
    const [oldest] = this.#endsAtMs.keys();
    if (this.#endsAtMs.size >= openLimit && oldest !== undefined) this.#endsAtMs.delete(oldest);
    const ticket = inventVisit();
    this.#endsAtMs.set(ticket, this.#now() + openForMs);
    return ticket;
  }

  isOpen(ticket: string): boolean {
    return (this.#endsAtMs.get(ticket) ?? 0) > this.#now();
  }

  /** Whether it was good until now, which it is no longer. */
  take(ticket: string): boolean {
    const isOpen = this.isOpen(ticket);
    this.#endsAtMs.delete(ticket);
    return isOpen;
  }
}
