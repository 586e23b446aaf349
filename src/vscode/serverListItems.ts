/** The lines of the list of all servers, and of what can be done with one of them. */
import {
  QuickPickItemKind,
  ThemeIcon,
  type QuickInputButton,
  type QuickPickItem,
  type TreeItem,
} from 'vscode';
import { quotable } from '../oauth/authError.ts';
import { shownUrl } from '../servers/server.ts';
import { byNeed, needOf, type Need } from '../session/need.ts';
import { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import { entryItem, entryRows, type EntryRow } from './entryRows.ts';
import { placeKey, type FoundServers } from './foundServers.ts';
import { serverListMessages as messages } from './messages/serverList.ts';
import { inLabel } from './plainText.ts';
import type { MenuEntry, ServerMenu } from './serverMenu.ts';
import { serverItem } from './serverRows.ts';

/** What stands in the list: a server, or an entry of some file that is none yet. */
export type ListRow = Session | EntryRow;

export interface ListParts {
  readonly sessions: Sessions;
  readonly configured: ConfiguredServers;
  readonly found: FoundServers;
  readonly menu: ServerMenu;
}

/** A button that runs a command on the line that it stands on. */
export interface CommandButton extends QuickInputButton {
  readonly command: string;
}

export interface Line extends QuickPickItem {
  /** The same for the same thing, however often the list is drawn; none for a line that cannot be chosen. */
  readonly key: string;
  readonly buttons?: readonly CommandButton[];
  /** The server, where the line is one. */
  readonly row?: ListRow;
  /** What is run, where the line is that. */
  readonly command?: string;
}

/** Buttons beside the one action, where the menu of the server has them. */
const besides = ['mcpOAuth.testConnection', 'mcpOAuth.showTrace'];

export function serverLines(parts: ListParts): readonly Line[] {
  const { sessions, configured, found, menu } = parts;
  const ordered = byNeed(sessions.all);
  const entries = entryRows(configured, found.current, sessions.all);
  const inNeed = (need: Need) => ordered.filter(({ state }) => needOf(state) === need);
  const waiting = entries.filter(({ kind }) => kind === 'waiting' || kind === 'problem');
  const elsewhere = entries.filter(({ kind }) => kind === 'found' || kind === 'untrusted');
  const groups: readonly (readonly [string, readonly ListRow[]])[] = [
    [messages.groups.person(), [...inNeed('person'), ...waiting]],
    [messages.groups.signing_in(), inNeed('signing_in')],
    [messages.groups.offline(), inNeed('offline')],
    [messages.groups.ready(), inNeed('ready')],
    [messages.elsewhere(), elsewhere],
  ];
  const isEmpty = groups.every(([, rows]) => rows.length === 0);
  const others = ['mcpOAuth.addServer', ...(isEmpty ? ['mcpOAuth.startSandbox'] : []), 'mcpOAuth.showLog'];
  return [
    ...groups.flatMap(([label, rows]) =>
      rows.length === 0 ? [] : [separator(label), ...rows.map((row) => rowLine(row, parts))],
    ),
    ...(isEmpty ? [] : [separator('')]),
    ...others.map((command) => entryLine(menu.entry(command))),
  ];
}

/** Everything that can be done with a row, as its menu in the tree has it. */
export function actionLines(row: ListRow, parts: ListParts): readonly Line[] {
  const entries = parts.menu.entriesFor(itemOf(row, parts).contextValue ?? '');
  return entries.flatMap((entry, at) => {
    const isApart = at > 0 && entries[at - 1]?.group !== entry.group;
    return [...(isApart ? [separator('')] : []), entryLine(entry)];
  });
}

/** What a row is called and how it is, as a title, which knows no icons. */
export function rowTitle(row: ListRow, parts: ListParts): string {
  const item = itemOf(row, parts);
  return quotable(`${labelOf(item)}: ${wordsOf(item)}`) ?? '';
}

function rowLine(row: ListRow, parts: ListParts): Line {
  const item = itemOf(row, parts);
  const detail = addressOf(row);
  return {
    key: `row:${item.id ?? ''}`,
    label: inLabel(labelOf(item)),
    description: inLabel(wordsOf(item)),
    ...(detail !== undefined && { detail: inLabel(detail) }),
    ...(item.iconPath instanceof ThemeIcon && { iconPath: item.iconPath }),
    buttons: buttonsOf(item, parts.menu),
    row,
  };
}

function labelOf({ label = '' }: TreeItem): string {
  return typeof label === 'string' ? label : label.label;
}

function wordsOf({ description }: TreeItem): string {
  return typeof description === 'string' ? description : '';
}

function buttonsOf({ contextValue = '' }: TreeItem, menu: ServerMenu): readonly CommandButton[] {
  const action = menu.actionFor(contextValue);
  const others = menu.entriesFor(contextValue).filter(({ command }) => besides.includes(command));
  return [...(action === undefined ? [] : [action]), ...others]
    .filter(
      ({ icon, command }, at, all) =>
        icon !== undefined && all.findIndex((other) => other.command === command) === at,
    )
    .map(({ command, icon = '', title }) => ({ command, iconPath: new ThemeIcon(icon), tooltip: title }));
}

function entryLine({ command, title, icon }: MenuEntry): Line {
  return {
    key: `command:${command}`,
    label: title,
    ...(icon !== undefined && { iconPath: new ThemeIcon(icon) }),
    command,
  };
}

function separator(label: string): Line {
  return { key: '', label, kind: QuickPickItemKind.Separator };
}

function itemOf(row: ListRow, { configured, found }: ListParts): TreeItem {
  if (!(row instanceof Session)) return entryItem(row);
  const { name } = row.server;
  const listed = configured.find(name);
  const isTakenOver = listed !== undefined && found.current.takenOver.has(placeKey(listed.source, name));
  return serverItem(row, { listed, isTakenOver });
}

/** As it is written: what a person entered for an input is not shown. */
function addressOf(row: ListRow): string | undefined {
  if (row instanceof Session) return shownUrl(row.server);
  return row.kind === 'found' ? row.entry.url : undefined;
}
