/** The tree view: every server with its state as icon and words, and the one action that helps. */
import {
  Disposable,
  EventEmitter,
  TreeItemCollapsibleState,
  window,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
} from 'vscode';
import { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import { entryItem, entryRows, type EntryRow } from './entryRows.ts';
import { placeKey, type FoundServers } from './foundServers.ts';
import type { ShareRow, ShareRows } from './localClientRows.ts';
import { serverItem } from './serverRows.ts';

/** A row: a server, an entry somewhere that is none, or a program that a server is shared with. */
export type Row = Session | EntryRow | ShareRow;

export const serversViewId = 'mcpOAuth.servers';

export interface TreeParts {
  readonly sessions: Sessions;
  readonly configured: ConfiguredServers;
  readonly found: FoundServers;
  readonly shares: ShareRows;
  /** Called when the rows are first looked at: files are read for whoever sees them. */
  readonly onFirstLook: () => void;
}

export class ServersTree implements TreeDataProvider<Row>, Disposable {
  private readonly parts: TreeParts;
  private readonly changes = new EventEmitter<Row | undefined>();
  private readonly view: TreeView<Row>;
  private readonly registrations: readonly Disposable[];
  private wasLookedAt = false;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(parts: TreeParts) {
    this.parts = parts;
    this.registrations = [
      new Disposable(
        parts.sessions.onDidChange((change) =>
          this.changes.fire(change.kind === 'state' ? change.session : undefined),
        ),
      ),
      parts.found.onDidChange(() => this.changes.fire(undefined)),
      parts.shares.onDidChange(() => this.changes.fire(undefined)),
    ];
    this.view = window.createTreeView(serversViewId, { treeDataProvider: this });
  }

  getChildren(row?: Row): Row[] {
    if (row !== undefined) return row instanceof Session ? [...this.parts.shares.below(row)] : [];
    if (!this.wasLookedAt) {
      this.wasLookedAt = true;
      this.parts.onFirstLook();
    }
    const { sessions, configured, found } = this.parts;
    return [...sessions.all, ...entryRows(configured, found.current, sessions.all)];
  }

  getTreeItem(row: Row): TreeItem {
    const { configured, found, shares } = this.parts;
    if ('share' in row) return shares.itemOf(row);
    if (!(row instanceof Session)) return entryItem(row);
    const { name } = row.server;
    const listed = configured.find(name);
    const isTakenOver = listed !== undefined && found.current.takenOver.has(placeKey(listed.source, name));
    const item = serverItem(row, { listed, isTakenOver });
    if (shares.below(row).length > 0) {
      item.collapsibleState = TreeItemCollapsibleState.Expanded;
      // Another row to the editor, which would keep the one that it knows as it was: without anything below.
      item.id = `shared:${name}`;
    }
    return item;
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    this.view.dispose();
    this.changes.dispose();
  }
}
