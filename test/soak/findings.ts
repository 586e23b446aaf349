/** What a run is to show, and what it found against it. */

/** Each with the sentence that holds where nothing is found. */
export const checks = {
  reuse: 'The server saw no refresh token twice, but after a process was killed inside a refresh.',
  loss: 'No grant was lost, but one that was in flight in a process that was killed.',
  records: 'Every record in the folder is whole.',
  calls: 'Every call was answered, and in the words of MCP.',
  service: 'Every process serves calls when the trouble is over.',
  leftovers: 'No lock and no temporary file of a process that lives is left.',
  endurance: 'Processes were killed, also inside a refresh, and faults struck; nothing else ended a process.',
} as const;

export type Check = keyof typeof checks;

export class Findings {
  private readonly found = new Map<Check, string[]>();
  private readonly first = new AbortController();
  private readonly onFinding: (sentence: string) => void;

  constructor(onFinding: (sentence: string) => void) {
    this.onFinding = onFinding;
  }

  /** Aborted with the first finding: what comes after it is most often its consequence. */
  get signal(): AbortSignal {
    return this.first.signal;
  }

  add(check: Check, sentence: string): void {
    this.found.set(check, [...this.of(check), sentence]);
    this.onFinding(sentence);
    this.first.abort();
  }

  of(check: Check): readonly string[] {
    return this.found.get(check) ?? [];
  }
}
