/** The tree view: every server with its state as icon and words and the one action that helps, and below it what is known. */
import {
  Disposable,
  EventEmitter,
  window,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
} from 'vscode';
import type { Clock } from '../oauth/clock.ts';
import { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { needsPerson } from '../session/state.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import type { DetailRow } from './detailRows.ts';
import {
  entryItem,
  entryRows,
  foundGroupItem,
  type EntryRow,
  isFound,
  type FoundGroup,
} from './entryRows.ts';
import { placeKey, type FoundServers } from './foundServers.ts';
import type { ShareRow, ShareRows } from './localClientRows.ts';
import { badgeMessages, rowWords } from './messages/serverRows.ts';
import { MinuteHand } from './minuteHand.ts';
import { detailItem, serverItem } from './serverRows.ts';

/** A row: a server and what is below it, an entry somewhere that is none, or a program that a server is shared with. */
export type Row = Session | DetailRow | ShareRow | EntryRow | FoundGroup;

export const serversViewId = 'mcpOAuth.servers';

export interface TreeParts {
  readonly sessions: Sessions;
  readonly configured: ConfiguredServers;
  readonly found: FoundServers;
  readonly shares: ShareRows;
  readonly clock: Clock;
  /** Called when the rows are first looked at: files are read for whoever sees them. */
  readonly onFirstLook: () => void;
}

export class ServersTree implements TreeDataProvider<Row>, Disposable {
  private readonly parts: TreeParts;
  private readonly changes = new EventEmitter<Row | Row[] | undefined>();
  private readonly view: TreeView<Row>;
  private readonly minuteHand: MinuteHand;
  private readonly registrations: readonly Disposable[];
  /** The words of the rows as they were drawn last, and the servers below which somebody looks. */
  private readonly drawn = new WeakMap<Session, string>();
  private readonly expanded = new WeakSet<Session>();
  private group: FoundGroup = { kind: 'found_group', rows: [] };
  private wasLookedAt = false;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(parts: TreeParts) {
    this.parts = parts;
    this.minuteHand = new MinuteHand(parts.clock, () => this.drawTimes());
    this.view = window.createTreeView(serversViewId, { treeDataProvider: this });
    this.registrations = [
      new Disposable(
        parts.sessions.onDidChange((change) => {
          this.changes.fire(change.kind === 'state' ? change.session : undefined);
          this.drawBadge();
        }),
      ),
      parts.found.onDidChange(() => this.changes.fire(undefined)),
      parts.shares.onDidChange(() => this.changes.fire(undefined)),
      this.view.onDidChangeVisibility(({ visible }) =>
        visible ? this.minuteHand.start() : this.minuteHand.stop(),
      ),
      this.view.onDidExpandElement(({ element }) => this.noteExpanded(element, true)),
      this.view.onDidCollapseElement(({ element }) => this.noteExpanded(element, false)),
    ];
    this.drawBadge();
  }

  getChildren(row?: Row): Row[] | Promise<Row[]> {
    if (row instanceof Session) return this.below(row);
    if (row !== undefined) return isGroup(row) ? [...row.rows] : [];
    if (!this.wasLookedAt) {
      this.wasLookedAt = true;
      this.parts.onFirstLook();
    }
    const { sessions, configured, found } = this.parts;
    const entries = entryRows(configured, found.current, sessions.all);
    const [rows, others] = [entries.filter(isFound), entries.filter((row) => !isFound(row))];
    this.group = { kind: 'found_group', rows };
    return [...sessions.all, ...others, ...(rows.length > 0 ? [this.group] : [])];
  }

  getParent(row: Row): Row | undefined {
    if ('share' in row) return this.parts.sessions.find(row.share.serverName);
    if (row instanceof Session) return undefined;
    if (row.kind === 'detail') return row.session;
    return row.kind === 'found' ? this.group : undefined;
  }

  getTreeItem(row: Row): TreeItem {
    const { configured, found, shares } = this.parts;
    if ('share' in row) return shares.itemOf(row);
    if (!(row instanceof Session)) {
      if (row.kind === 'detail') return detailItem(row);
      return isGroup(row) ? foundGroupItem(row) : entryItem(row);
    }
    const { name } = row.server;
    const listed = configured.find(name);
    const isTakenOver = listed !== undefined && found.current.takenOver.has(placeKey(listed.source, name));
    const { nowMs } = this;
    this.drawn.set(row, rowWords(row.state, nowMs));
    return serverItem(row, { listed, isTakenOver }, { shared: shares.linesFor(row), nowMs });
  }

  dispose(): void {
    this.minuteHand.stop();
    for (const registration of this.registrations) registration.dispose();
    this.view.dispose();
    this.changes.dispose();
  }

  private get nowMs(): number {
    return this.parts.clock.now();
  }

  private async below(session: Session): Promise<Row[]> {
    const { detailRows } = await import('./detailRows.ts');
    const { configured, found } = this.parts;
    const { name } = session.server;
    const listed = configured.find(name);
    const place = listed && found.current.places.get(placeKey(listed.source, name));
    return [...detailRows(session, { listed, place }, this.nowMs), ...this.parts.shares.below(session)];
  }

  private noteExpanded(row: Row, isExpanded: boolean): void {
    if (!(row instanceof Session)) return;
    if (isExpanded) this.expanded.add(row);
    else this.expanded.delete(row);
  }

  /** Only those that say something else by now: there may be a thousand. */
  private drawTimes(): void {
    const { nowMs } = this;
    const stale = this.parts.sessions.all.filter((session) => {
      const drawn = this.drawn.get(session);
      if (drawn === undefined) return false;
      const isTimed = this.expanded.has(session) && session.details.expiresAtMs !== undefined;
      return isTimed || drawn !== rowWords(session.state, nowMs);
    });
    if (stale.length > 0) this.changes.fire(stale);
  }

  private drawBadge(): void {
    const count = this.parts.sessions.all.filter(({ state }) => needsPerson(state)).length;
    if (count === (this.view.badge?.value ?? 0)) return;
    this.view.badge = count === 0 ? undefined : { value: count, tooltip: badgeMessages.tooltip(count) };
  }
}

function isGroup(row: Exclude<Row, Session>): row is FoundGroup {
  return 'kind' in row && row.kind === 'found_group';
}
