/** Something that is done once and that several wait for. */
import { untilAborted } from './transport.ts';

/** Goes on as long as anybody waits for it, and is given up when the last one leaves. */
export class SharedWork<Result> {
  private readonly end = new AbortController();
  private readonly result: Promise<Result>;
  private waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<Result>) {
    this.result = work(this.end.signal);
    this.result.catch(() => undefined);
  }

  /** True where nobody waits any more: too late to join. */
  get isOver(): boolean {
    return this.end.signal.aborted;
  }

  /** However it ends. */
  get ended(): Promise<unknown> {
    return this.result.catch(() => undefined);
  }

  /** The result, or the reason of this one's signal; the last to leave waits until the work has ended indeed. */
  async join(signal: AbortSignal): Promise<Result> {
    this.waiting += 1;
    try {
      return await untilAborted(this.result, signal);
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0) {
        this.end.abort();
        await this.ended;
      }
    }
  }
}
