/** Work on many items, a few at a time with pauses between: so that it holds up nothing else in this window. */
import type { Clock } from '../oauth/clock.ts';

export interface PacedWork<Item> {
  readonly atOnce: number;
  readonly pauseMs: number;
  readonly work: (item: Item) => void;
  /** What the work on one item threw; the others have their turn all the same. */
  readonly onFault: (item: Item, thrown: unknown) => void;
}

export class PacedQueue<Item> {
  private readonly clock: Clock;
  private readonly paced: PacedWork<Item>;
  private readonly waiting = new Set<Item>();
  private stopTimer: (() => void) | undefined;

  constructor(clock: Clock, paced: PacedWork<Item>) {
    this.clock = clock;
    this.paced = paced;
  }

  /** Items that wait already keep their place. The first few are worked on at once, where nobody waits. */
  add(items: Iterable<Item>): void {
    for (const item of items) this.waiting.add(item);
    if (this.stopTimer === undefined) this.next();
  }

  /** All others are not to be worked on any more. */
  keepOnly(items: ReadonlySet<Item>): void {
    for (const item of this.waiting) if (!items.has(item)) this.waiting.delete(item);
  }

  dispose(): void {
    this.waiting.clear();
    this.stopTimer?.();
  }

  private next(): void {
    this.stopTimer = undefined;
    const { atOnce, pauseMs, work, onFault } = this.paced;
    let left = atOnce;
    for (const item of this.waiting) {
      if (left === 0) break;
      left -= 1;
      this.waiting.delete(item);
      try {
        work(item);
      } catch (thrown) {
        onFault(item, thrown);
      }
    }
    if (this.waiting.size > 0) this.stopTimer = this.clock.after(pauseMs, () => this.next());
  }
}
