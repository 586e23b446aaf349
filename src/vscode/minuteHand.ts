/** Calls back about once a minute while somebody looks: for words that change by time alone. */
import type { Clock } from '../oauth/clock.ts';

const minuteMs = 60_000;

export class MinuteHand {
  private readonly clock: Clock;
  private readonly onMinute: () => void;
  private stopTimer: (() => void) | undefined;

  constructor(clock: Clock, onMinute: () => void) {
    this.clock = clock;
    this.onMinute = onMinute;
  }

  /** Nobody may have looked for long: it calls back at once, too. */
  start(): void {
    if (this.stopTimer !== undefined) return;
    this.wait();
    this.onMinute();
  }

  stop(): void {
    this.stopTimer?.();
    this.stopTimer = undefined;
  }

  private wait(): void {
    this.stopTimer = this.clock.after(minuteMs, () => {
      this.wait();
      this.onMinute();
    });
  }
}
