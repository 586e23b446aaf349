/** Time that a test turns by hand. */
import type { Clock } from '../../src/oauth/clock.ts';

export class ManualClock implements Clock {
  private nowMs = Date.UTC(2026, 0, 1);
  private readonly timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();

  now(): number {
    return this.nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { dueMs: this.nowMs + ms, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Turns the clock on and lets the timers that are due ring, in order. */
  advance(ms: number): void {
    this.nowMs += ms;
    const due = [...this.timers].filter(({ dueMs }) => dueMs <= this.nowMs).sort((a, b) => a.dueMs - b.dueMs);
    for (const timer of due) if (this.timers.delete(timer)) timer.callback();
  }

  /** Time that goes by while something is done: nothing rings. */
  goOn(ms: number): void {
    this.nowMs += ms;
  }

  get pendingTimers(): number {
    return this.timers.size;
  }
}
