/** When something that failed is tried again: later each time. */
import type { AuthError } from '../oauth/authError.ts';
import type { SessionPorts } from './ports.ts';
import { waitAfter } from './renewalFault.ts';

/** What failed, and before when it is not to be tried again, milliseconds since the epoch. */
export interface Pause {
  readonly error: AuthError;
  readonly untilMs: number;
}

/** Tries that failed in a row. */
interface Failures extends Pause {
  readonly count: number;
  readonly sinceMs: number;
}

/** Of one kind of try at one host: what another one answers, or does not, has no say in it. */
export class Retry {
  private readonly ports: Pick<SessionPorts, 'clock' | 'random'>;
  private failures: Failures | undefined;

  constructor(ports: Pick<SessionPorts, 'clock' | 'random'>) {
    this.ports = ports;
  }

  /** The last try, where it failed, be the pause after it over or not. */
  get last(): Pause | undefined {
    return this.failures;
  }

  /** Why the last try failed, while it is too early for the next (checklist 11.12). */
  get pause(): Pause | undefined {
    const { failures } = this;
    const nowMs = this.ports.clock.now();
    // Where the clock was set back since, nobody knows how long it has lasted.
    const isEarly = failures !== undefined && failures.sinceMs <= nowMs && failures.untilMs > nowMs;
    return isEarly ? failures : undefined;
  }

  /** Another failure; the next try is due later than after the one before. */
  noteFailure(error: AuthError): Pause {
    const count = (this.failures?.count ?? 0) + 1;
    const sinceMs = this.ports.clock.now();
    // Whole milliseconds, as clocks and timers have them.
    const untilMs = sinceMs + Math.floor(waitAfter(count, error, this.ports.random()));
    this.failures = { count, error, sinceMs, untilMs };
    return this.failures;
  }

  noteSuccess(): void {
    this.failures = undefined;
  }
}
