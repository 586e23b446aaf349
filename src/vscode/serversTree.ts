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
import { shownUrl } from '../servers/server.ts';
import { sourceKey } from '../servers/source.ts';
import type { Session } from '../session/session.ts';
import type { Sessions, SessionsChange } from '../session/sessions.ts';
import { needsPerson } from '../session/state.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import type { DetailRow } from './detailRows.ts';
import { entryItem, entryRows, foundGroupItem, type EntryRow, type FoundGroup } from './entryRows.ts';
import { placeKey, type FoundServers } from './foundServers.ts';
import type { ShareRow, ShareRows } from './localClientRows.ts';
import { badgeMessages } from './messages/serverRows.ts';
import { MinuteHand } from './minuteHand.ts';
import { detailItem, serverItem, serverWords, type ServerFacts } from './serverRows.ts';
import { isSameList, TreeRows, type Drawn, type RootRow, type ServerRow } from './treeRows.ts';

/** What a command gets of the row that it was chosen on; of a server its session, by `currentRow.ts`. */
export type Row = Session | DetailRow | ShareRow | EntryRow | FoundGroup;

/** A row: a server and what is below it, an entry somewhere that is none, or a program that a server is shared with. */
export type TreeRow = RootRow | DetailRow | ShareRow;

export const serversViewId = 'mcpOAuth.servers';

export interface TreeParts {
  readonly sessions: Sessions;
  readonly configured: ConfiguredServers;
  readonly found: FoundServers;
  readonly shares: ShareRows;
  readonly clock: Clock;
  /** Called a moment after the rows were first looked at: files are read for whoever sees them. */
  readonly onFirstLook: () => void;
}

/** Loading and reading would keep the first rows from being drawn. */
const firstRowsMs = 200;

export class ServersTree implements TreeDataProvider<TreeRow>, Disposable {
  private readonly parts: TreeParts;
  private readonly changes = new EventEmitter<TreeRow | TreeRow[] | undefined>();
  private readonly view: TreeView<TreeRow>;
  private readonly minuteHand: MinuteHand;
  private readonly registrations: readonly Disposable[];
  private readonly rows = new TreeRows();
  /** What the editor has of the tree; undefined until it has asked. */
  private given: readonly RootRow[] | undefined;
  private readonly needy = new Set<Session>();
  private stopLook: () => void = () => undefined;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(parts: TreeParts) {
    this.parts = parts;
    this.rows.follow(parts.sessions.all);
    this.minuteHand = new MinuteHand(parts.clock, () => this.drawTimes());
    this.view = window.createTreeView(serversViewId, { treeDataProvider: this });
    this.registrations = [
      new Disposable(parts.sessions.onDidChange((change) => this.follow(change))),
      parts.found.onDidChange(() => this.drawChanges()),
      parts.shares.onDidChange(() =>
        this.drawChanges(({ session }) => parts.shares.below(session).length > 0),
      ),
      this.view.onDidChangeVisibility(({ visible }) =>
        visible ? this.minuteHand.start() : this.minuteHand.stop(),
      ),
      this.view.onDidExpandElement(({ element }) => this.noteExpanded(element, true)),
      this.view.onDidCollapseElement(({ element }) => this.noteExpanded(element, false)),
    ];
    this.countNeedy();
  }

  getChildren(row?: TreeRow): TreeRow[] | Promise<TreeRow[]> {
    if (row !== undefined) {
      if (isServer(row)) return this.below(row.session);
      return isGroup(row) ? [...row.rows] : [];
    }
    // Before the files are asked for: what they hold is compared with this.
    const wasLookedAt = this.given !== undefined;
    this.given = this.roots();
    if (!wasLookedAt) this.stopLook = this.parts.clock.after(firstRowsMs, this.parts.onFirstLook);
    return [...this.given];
  }

  getParent(row: TreeRow): TreeRow | undefined {
    if ('share' in row) return this.rows.find(row.share.serverName);
    if (row.kind === 'detail') return this.rows.find(row.session.server.name);
    return row.kind === 'found' ? this.rows.group : undefined;
  }

  getTreeItem(row: TreeRow): TreeItem {
    if ('share' in row) return this.parts.shares.itemOf(row);
    if (row.kind === 'detail') return detailItem(row);
    if (isGroup(row)) return foundGroupItem(row);
    if (!isServer(row)) return entryItem(row);
    const facts = this.factsOf(row);
    row.drawn = this.drawnNow(row, facts);
    return serverItem(row.session, facts, row.drawn.words);
  }

  /** The tooltip of a server alone is left until the mouse is over it: there may be a thousand. */
  async resolveTreeItem(item: TreeItem, row: TreeRow): Promise<TreeItem> {
    if (!isServer(row)) return item;
    const { serverTooltip } = await import('./detailRows.ts');
    const { session, name } = row;
    const { configured, shares } = this.parts;
    item.tooltip = serverTooltip(session, configured.find(name), shares.linesFor(session));
    return item;
  }

  dispose(): void {
    this.minuteHand.stop();
    this.stopLook();
    for (const registration of this.registrations) registration.dispose();
    this.view.dispose();
    this.changes.dispose();
  }

  private get nowMs(): number {
    return this.parts.clock.now();
  }

  private roots(): readonly RootRow[] {
    const { sessions, configured, found } = this.parts;
    return this.rows.roots(entryRows(configured, found.current, sessions.all));
  }

  private factsOf({ name }: ServerRow): ServerFacts {
    const { configured, found } = this.parts;
    const { takenOver } = found.current;
    const listed = configured.find(name);
    const isTakenOver =
      takenOver.size > 0 && listed !== undefined && takenOver.has(placeKey(listed.source, name));
    return { listed, isTakenOver };
  }

  private drawnNow({ session }: ServerRow, { listed, isTakenOver }: ServerFacts): Drawn {
    const facts = [
      ...(listed === undefined
        ? []
        : [sourceKey(listed.source), shownUrl(listed.server), listed.inputs.length]),
      isTakenOver,
      ...this.parts.shares.linesFor(session),
    ].join('\n');
    return { session, words: serverWords(session, this.nowMs), facts };
  }

  private async below(session: Session): Promise<TreeRow[]> {
    const { detailRows } = await import('./detailRows.ts');
    const { configured, found } = this.parts;
    const { name } = session.server;
    const listed = configured.find(name);
    const place = listed && found.current.places.get(placeKey(listed.source, name));
    return [...detailRows(session, { listed, place }, this.nowMs), ...this.parts.shares.below(session)];
  }

  private noteExpanded(row: TreeRow, isExpanded: boolean): void {
    if (isServer(row)) row.isOpen = isExpanded;
  }

  private follow(change: SessionsChange): void {
    if (change.kind === 'servers') {
      this.rows.follow(this.parts.sessions.all);
      this.drawChanges();
      this.countNeedy();
      return;
    }
    const { session } = change;
    const row = this.rows.find(session.server.name);
    // One that was replaced may still come to its end.
    if (row?.session !== session) return;
    this.changes.fire(row);
    this.countNeedy(session);
  }

  /**
   * Draws the rows that say something else, and the whole tree only where other rows are in it: until VS Code has asked for
   * all of them again, a menu that is open over one has none to act on.
   */
  private drawChanges(isChanged: (row: ServerRow) => boolean = () => false): void {
    if (this.given === undefined) return;
    const rows = this.roots();
    if (!isSameList(rows, this.given)) {
      this.changes.fire(undefined);
      return;
    }
    this.drawWhere((row, drawn) => {
      const now = this.drawnNow(row, this.factsOf(row));
      const isSame = now.session === drawn.session && now.words === drawn.words && now.facts === drawn.facts;
      return !isSame || isChanged(row);
    });
  }

  /** Only those that say something else by now: there may be a thousand. */
  private drawTimes(): void {
    const { nowMs } = this;
    this.drawWhere((row, { words }) => {
      const isTimed = row.isOpen && row.session.details.expiresAtMs !== undefined;
      return isTimed || words !== serverWords(row.session, nowMs);
    });
  }

  private drawWhere(isStale: (row: ServerRow, drawn: Drawn) => boolean): void {
    const stale = [...this.rows.all].filter((row) => row.drawn !== undefined && isStale(row, row.drawn));
    if (stale.length > 0) this.changes.fire(stale);
  }

  /** @param changed the only one whose state is another; all are looked at without it. */
  private countNeedy(changed?: Session): void {
    if (changed === undefined) this.needy.clear();
    for (const session of changed === undefined ? this.parts.sessions.all : [changed])
      if (needsPerson(session.state)) this.needy.add(session);
      else this.needy.delete(session);
    const count = this.needy.size;
    if (count === (this.view.badge?.value ?? 0)) return;
    this.view.badge = count === 0 ? undefined : { value: count, tooltip: badgeMessages.tooltip(count) };
  }
}

function isServer(row: TreeRow): row is ServerRow {
  return 'kind' in row && row.kind === 'server';
}

function isGroup(row: TreeRow): row is FoundGroup {
  return 'kind' in row && row.kind === 'found_group';
}
