/** Steps that are done one after another, in the order in which they were asked for. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** @throws what the step throws; the next one is done all the same. */
  run<Result>(step: () => Promise<Result>): Promise<Result> {
    const done = this.last.then(step);
    this.last = done.catch(() => undefined);
    return done;
  }
}
