// Which faults are switched on, by name. Read at each request, so that a fault can come and go while the sandbox runs.

/** The faults that are on. Names are checked by whoever takes them in; see `faults.ts`. */
export class FaultSwitches {
  readonly #on: Set<string>;

  constructor(names: Iterable<string> = []) {
    this.#on = new Set(names);
  }

  /** Switches on exactly these. */
  set(names: Iterable<string>): void {
    this.#on.clear();
    for (const name of names) this.#on.add(name);
  }

  isOn(name: string): boolean {
    return this.#on.has(name);
  }

  /** The names, in the order in which they were switched on. */
  get active(): readonly string[] {
    return [...this.#on];
  }
}

/** What a person reads about a fault. */
export interface FaultEntry {
  /** How it is switched on: lower case, words joined by hyphens. */
  readonly name: string;
  /** What the server does while it is on, as a sentence. */
  readonly about: string;
  /** Where it comes from: a case of the field, a number of the specification's checklist, or an RFC. */
  readonly source: string;
}
