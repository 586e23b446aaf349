/** What files hold beside the servers of the settings, as it was last read: nothing of it is used until a person says so. */
import { EventEmitter, type Disposable, type Uri } from 'vscode';
import type { FileProblemReason, FoundEntry, McpFile } from '../servers/mcpFile.ts';
import { sourceKey, type Source } from '../servers/source.ts';

/** A place that a row leads to. */
export interface FilePlace {
  readonly uri: Uri;
  /** As people know the file, such as `.vscode/mcp.json`. */
  readonly label: string;
  /** From 1, like the column; the first place where nothing better is known. */
  readonly line: number;
  readonly column: number;
}

/** An entry of a file that is not ours. */
export interface FoundServer {
  readonly entry: FoundEntry;
  readonly fileKind: McpFile;
  /** Whose settings it would be moved to. */
  readonly source: Source;
  readonly place: FilePlace;
}

/** Something in a file that cannot be read or used. */
export interface FaultyPlace {
  readonly reason: FileProblemReason;
  /** Of the entry; undefined where it is the file. */
  readonly name: string | undefined;
  readonly place: FilePlace;
}

/** An entry of a workspace that is not trusted: that it is there, and nothing else of it. */
export interface UntrustedServer {
  readonly name: string;
  readonly place: FilePlace;
}

export interface FoundInFiles {
  readonly servers: readonly FoundServer[];
  readonly faults: readonly FaultyPlace[];
  readonly untrusted: readonly UntrustedServer[];
  /** Where entries of the settings stand, by {@link placeKey}. */
  readonly places: ReadonlyMap<string, FilePlace>;
  /** Entries that were taken over from a file of this window, and can be given back, by {@link placeKey}. */
  readonly takenOver: ReadonlySet<string>;
}

export class FoundServers implements Disposable {
  private found: FoundInFiles = {
    servers: [],
    faults: [],
    untrusted: [],
    places: new Map(),
    takenOver: new Set(),
  };
  private readonly changes = new EventEmitter<undefined>();

  readonly onDidChange = this.changes.event;

  get current(): FoundInFiles {
    return this.found;
  }

  replace(found: FoundInFiles): void {
    this.found = found;
    this.changes.fire(undefined);
  }

  dispose(): void {
    this.changes.dispose();
  }
}

export function placeKey(source: Source, name: string): string {
  return JSON.stringify([sourceKey(source), name]);
}

/** Those that lead to no server which is managed already. */
export function unmanaged(
  servers: readonly FoundServer[],
  managed: readonly { readonly url: string }[],
): readonly FoundServer[] {
  const urls = new Set(managed.map(({ url }) => url));
  return servers.filter(({ entry }) => !urls.has(entry.url));
}
