/** One holder at a time within this program, in the order in which they came. */
import type { Lock } from './ports.ts';

export class LocalLock implements Lock {
  private readonly last = new Map<string, Promise<unknown>>();

  async hold<Result>(name: string, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const before = this.last.get(name) ?? Promise.resolve();
    const { promise: over, resolve: letGo } = Promise.withResolvers<undefined>();
    const turn = before.then(() => over);
    this.last.set(name, turn);
    const hurry = Promise.withResolvers<never>();
    const giveUp = () => hurry.reject(signal?.reason as Error);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    try {
      // Nobody need hear that it was given up after its turn had come.
      hurry.promise.catch(() => undefined);
      await Promise.race([before, hurry.promise]);
      return await work();
    } finally {
      signal?.removeEventListener('abort', giveUp);
      letGo(undefined);
      // Whoever gave up leaves the others where they are: the one before may still be at it.
      void turn.then(() => this.last.get(name) === turn && this.last.delete(name));
    }
  }
}
