// Which faults are switched on, by name. Read at each request, so that a fault can come and go while the sandbox runs.

/** The faults that are on. Names are checked by whoever takes them in; see `faults.ts`. */
export class FaultSwitches {
  #on = new Map<string, Map<string, unknown>>();
  /** How many requests were left without an answer so far: whoever waits for one can look here. */
  silences = 0;

  constructor(names: Iterable<string> = []) {
    this.set(names);
  }

  /** Switches on exactly these. One that stays on keeps what it has noted. */
  set(names: Iterable<string>): void {
    this.#on = new Map([...names].map((name) => [name, this.#on.get(name) ?? new Map<string, unknown>()]));
  }

  isOn(name: string): boolean {
    return this.#on.has(name);
  }

  /** What a fault noted since it was switched on; forgotten when it is switched off. */
  notesOf(name: string): Map<string, unknown> {
    return this.#on.get(name) ?? new Map<string, unknown>();
  }

  /** The names, in the order in which they were switched on. */
  get active(): readonly string[] {
    return [...this.#on.keys()];
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
