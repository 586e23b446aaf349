// How the counts of `count_slowly` fare: whoever tries a client sees here whether a cancellation arrived.

/** Numbers of counts since the server started. */
export interface CountsSoFar {
  readonly running: number;
  /** Those that came to their end. */
  readonly finished: number;
  /** Those that were given up: cancelled, or left by whoever waited. */
  readonly stopped: number;
}

/** Keeps the numbers. */
export class Counts {
  #running = 0;
  #finished = 0;
  #stopped = 0;

  get soFar(): CountsSoFar {
    return { running: this.#running, finished: this.#finished, stopped: this.#stopped };
  }

  /** Runs one count; what it throws means that it was given up. */
  async run<Result>(count: () => Promise<Result>): Promise<Result> {
    this.#running += 1;
    try {
      const result = await count();
      this.#finished += 1;
      return result;
    } catch (error) {
      this.#stopped += 1;
      throw error;
    } finally {
      this.#running -= 1;
    }
  }
}
