/**
 * Questions to a person, one after another: the next is asked when the one before has its answer, or when nobody waits for
 * that any more.
 */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param signal says that nobody waits for the answer: it is undefined from then on, and what was not asked by then never is.
   */
  async ask<Answer>(question: () => Promise<Answer>, signal: AbortSignal): Promise<Answer | undefined> {
    const { promise: over, resolve } = Promise.withResolvers<undefined>();
    const stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const turn = this.last.then(() => (signal.aborted ? undefined : Promise.race([question(), over])));
    this.last = turn.catch(() => undefined);
    try {
      return await Promise.race([turn, over]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
