/** News of many things as one: the first is told at once, and what follows within a moment of it together, when that is over. */
import type { Clock } from '../oauth/clock.ts';
import { Listeners } from './listeners.ts';
import type { Unsubscribe } from './ports.ts';

const momentMs = 100;

export class FoldedNews {
  private readonly clock: Clock;
  private readonly onFault: (thrown: unknown) => void;
  private readonly listeners = new Listeners<undefined>();
  private toldAtMs = -Infinity;
  private stopTimer: (() => void) | undefined;

  /** @param onFault a listener failed; the others were told. */
  constructor(clock: Clock, onFault: (thrown: unknown) => void) {
    this.clock = clock;
    this.onFault = onFault;
  }

  add(listener: () => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  note(): void {
    if (this.listeners.isEmpty || this.stopTimer !== undefined) return;
    const sinceMs = this.clock.now() - this.toldAtMs;
    // A clock that was set back says nothing of how long it has been.
    if (sinceMs >= momentMs || sinceMs < 0) this.tell();
    else this.stopTimer = this.clock.after(momentMs - sinceMs, () => this.tell());
  }

  dispose(): void {
    this.stopTimer?.();
  }

  private tell(): void {
    this.stopTimer = undefined;
    this.toldAtMs = this.clock.now();
    try {
      this.listeners.tell(undefined);
    } catch (thrown) {
      this.onFault(thrown);
    }
  }
}
