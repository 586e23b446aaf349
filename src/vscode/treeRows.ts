/**
 * The rows at the top of the tree as objects that stay while they say the same. VS Code draws by object: one row is drawn
 * anew alone, and a menu that is open over another still finds its row.
 */
import type { Session } from '../session/session.ts';
import { isFound, type EntryRow, type FoundGroup } from './entryRows.ts';

/** A server, by its name: a change of its settings gives it another session, and the same row. */
export interface ServerRow {
  readonly kind: 'server';
  readonly name: string;
  /** The last one that there was. */
  session: Session;
  /** Whether somebody looks at what is below it. */
  isOpen: boolean;
  /** Undefined until it was drawn. */
  drawn: Drawn | undefined;
}

/** What a row was drawn from; where that is another by now it has to be drawn again. */
export interface Drawn {
  readonly session: Session;
  readonly words: string;
  readonly facts: string;
}

export type RootRow = ServerRow | EntryRow | FoundGroup;

export class TreeRows {
  private servers: ReadonlyMap<string, ServerRow> = new Map();
  /** By all that they say. */
  private entries: ReadonlyMap<string, EntryRow> = new Map();
  private foundGroup: FoundGroup = { kind: 'found_group', rows: [] };

  get all(): Iterable<ServerRow> {
    return this.servers.values();
  }

  get group(): FoundGroup {
    return this.foundGroup;
  }

  find(name: string): ServerRow | undefined {
    return this.servers.get(name);
  }

  /** Takes over which servers there are. */
  follow(sessions: readonly Session[]): void {
    const known = this.servers;
    this.servers = new Map(
      sessions.map((session) => {
        const { name } = session.server;
        const row = known.get(name);
        if (row === undefined)
          return [name, { kind: 'server', name, session, isOpen: false, drawn: undefined }];
        row.session = session;
        return [name, row];
      }),
    );
  }

  /** All rows in order: servers, what of the settings is none, what was found elsewhere. */
  roots(read: readonly EntryRow[]): readonly RootRow[] {
    const kept = new Map(
      read.map((row) => {
        const text = JSON.stringify(row);
        return [text, this.entries.get(text) ?? row] as const;
      }),
    );
    this.entries = kept;
    const entries = [...kept.values()];
    const found = entries.filter(isFound);
    if (!isSameList(found, this.foundGroup.rows)) this.foundGroup = { kind: 'found_group', rows: found };
    return [
      ...this.servers.values(),
      ...entries.filter((row) => !isFound(row)),
      ...(found.length > 0 ? [this.foundGroup] : []),
    ];
  }
}

export function isSameList(one: readonly object[], other: readonly object[]): boolean {
  return one.length === other.length && one.every((row, at) => row === other[at]);
}
