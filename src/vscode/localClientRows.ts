/** The rows below a server that name the programs which may use its sign-in. There are none until shares are known. */
import { EventEmitter, ThemeIcon, TreeItem, TreeItemCollapsibleState, type Disposable } from 'vscode';
import type { Session } from '../session/session.ts';
import type { ShareRecord } from '../session/shareRecords.ts';
import { shareRowMessages as messages } from './messages/shareRows.ts';

/** A program that a sign-in is shared with. */
export interface ShareRow {
  readonly share: ShareRecord;
}

/** What the rows show. */
export interface KnownShares {
  of(server: { readonly name: string; readonly url: string }): readonly ShareRecord[];
  /** Milliseconds since the epoch. */
  lastUsedAtMs(share: ShareRecord): number | undefined;
}

export class ShareRows implements Disposable {
  private shares: KnownShares | undefined;
  private readonly changes = new EventEmitter<undefined>();

  /** What is below servers may be another now. */
  readonly onDidChange = this.changes.event;

  /** Shows these from now on, and again as they are. */
  show(shares: KnownShares): void {
    this.shares = shares;
    this.changes.fire(undefined);
  }

  /** A line on each program that uses the sign-in to a server. */
  linesFor({ server }: Session): readonly string[] {
    return (this.shares?.of(server) ?? []).map(({ label }) => messages.client(label, server.name));
  }

  below({ server }: Session): readonly ShareRow[] {
    return this.shares?.of(server).map((share) => ({ share })) ?? [];
  }

  itemOf({ share }: ShareRow): TreeItem {
    const { label, serverName, entry } = share;
    const item = new TreeItem(label, TreeItemCollapsibleState.None);
    item.id = `share:${share.id}`;
    item.description = messages.description();
    const usedAtMs = this.shares?.lastUsedAtMs(share);
    item.tooltip = [
      messages.client(label, serverName),
      ...(entry === undefined ? [] : [messages.writtenTo(entry.file, entry.name)]),
      usedAtMs === undefined
        ? messages.notUsed()
        : messages.lastUsed(new Date(usedAtMs).toLocaleTimeString()),
    ].join('\n');
    item.iconPath = new ThemeIcon('plug');
    item.contextValue = 'share';
    item.accessibilityInformation = { label: `${label}, ${messages.description()}` };
    return item;
  }

  dispose(): void {
    this.changes.dispose();
  }
}
