// The notes of the MCP server, by account, in memory.

const notesLimit = 1_000;

/** Keeps what each account wrote down. */
export class Notebook {
  readonly #notes = new Map<string, string[]>();

  /** Adds a note and returns how many there are; beyond a thousand the oldest goes. */
  add(account: string, text: string): number {
    const notes = [...this.list(account), text].slice(-notesLimit);
    this.#notes.set(account, notes);
    return notes.length;
  }

  /** The notes of one account, oldest first. */
  list(account: string): readonly string[] {
    return this.#notes.get(account) ?? [];
  }
}
