/** The rows of the tree that are no servers yet: what waits for a value, what is found, not trusted, or wrong. */
import { Range, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, type Command } from 'vscode';
import { quotable } from '../oauth/authError.ts';
import type { SettingsProblem, WaitingServer } from '../servers/settings.ts';
import { sourceKey, type Source } from '../servers/source.ts';
import type { Session } from '../session/session.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import {
  placeKey,
  unmanaged,
  type FaultyPlace,
  type FilePlace,
  type FoundInFiles,
  type FoundServer,
  type UntrustedServer,
} from './foundServers.ts';
import { foundGroupMessages } from './messages/serverRows.ts';
import { faultWords, inputName, problemWords, rowMessages as messages } from './messages/servers.ts';

/** A row that is no session. */
export type EntryRow =
  | ({ readonly kind: 'waiting' } & WaitingServer & Placed)
  | ({ readonly kind: 'problem'; readonly problem: SettingsProblem } & Placed)
  | ({ readonly kind: 'found' } & FoundServer)
  | ({ readonly kind: 'fault' } & FaultyPlace)
  | ({ readonly kind: 'untrusted' } & UntrustedServer);

export type FoundRow = Extract<EntryRow, { kind: 'found' }>;

/** What stands above the servers that are found elsewhere. */
export interface FoundGroup {
  readonly kind: 'found_group';
  readonly rows: readonly FoundRow[];
}

/** Where the entry stands in its file of settings, once that was read. */
interface Placed {
  readonly place: FilePlace | undefined;
}

/** What is managed comes first; of what is found, that which leads to no server that is managed. */
export function entryRows(
  { waiting, problems }: Pick<ConfiguredServers, 'waiting' | 'problems'>,
  { servers, faults, untrusted, places }: FoundInFiles,
  sessions: readonly Session[],
): readonly EntryRow[] {
  const placeOf = (source: Source, name: string) => places.get(placeKey(source, name));
  return [
    ...waiting.map((entry) => ({
      kind: 'waiting' as const,
      ...entry,
      place: placeOf(entry.source, entry.name),
    })),
    ...problems.map((problem) => ({
      kind: 'problem' as const,
      problem,
      place: placeOf(problem.source, problem.name),
    })),
    ...unmanaged(
      servers,
      sessions.map(({ server }) => server),
    ).map((found) => ({ kind: 'found' as const, ...found })),
    ...faults.map((fault) => ({ kind: 'fault' as const, ...fault })),
    ...untrusted.map((server) => ({ kind: 'untrusted' as const, ...server })),
  ];
}

export function isFound(row: EntryRow): row is FoundRow {
  return row.kind === 'found';
}

export function foundGroupItem({ rows }: FoundGroup): TreeItem {
  const group = new TreeItem(foundGroupMessages.label(), TreeItemCollapsibleState.Expanded);
  group.id = 'found';
  group.description = String(rows.length);
  group.tooltip = foundGroupMessages.tooltip();
  group.iconPath = new ThemeIcon('library');
  group.contextValue = 'found';
  group.accessibilityInformation = { label: foundGroupMessages.spoken(rows.length) };
  return group;
}

/** Names and what files say are plain text everywhere: nothing of it is read as Markdown. */
export function entryItem(row: EntryRow): TreeItem {
  switch (row.kind) {
    case 'waiting':
      return waitingItem(row);
    case 'problem':
      return problemItem(row);
    case 'found':
      return foundItem(row);
    case 'fault':
      return faultItem(row);
    case 'untrusted':
      return untrustedItem(row);
  }
}

const warning = new ThemeColor('list.warningForeground');
const failure = new ThemeIcon('error', new ThemeColor('list.errorForeground'));

function waitingItem({ name, source, inputs, place }: Extract<EntryRow, { kind: 'waiting' }>): TreeItem {
  const wanted = inputs.map(inputName);
  return item(name, {
    id: `waiting:${sourceKey(source)}:${name}`,
    description: messages.needsValue(wanted),
    tooltip: [name, messages.needsValue(wanted), ...from(source, place)].join('\n'),
    iconPath: new ThemeIcon('edit', warning),
    contextValue: 'entry:waiting',
  });
}

function problemItem({ problem, place }: Extract<EntryRow, { kind: 'problem' }>): TreeItem {
  const words = problemWords(problem);
  return item(problem.name, {
    id: `problem:${sourceKey(problem.source)}:${problem.name}`,
    description: place === undefined ? words : messages.at(place.label, place.line, words),
    tooltip: [problem.name, words, ...from(problem.source, place)].join('\n'),
    iconPath: failure,
    contextValue: 'entry:problem',
    command: place && opening(place),
  });
}

function foundItem({ entry, place }: Extract<EntryRow, { kind: 'found' }>): TreeItem {
  return item(entry.name, {
    id: `found:${place.uri.toString()}:${entry.name}`,
    description: messages.in(place.label),
    tooltip: [entry.name, entry.url, messages.foundIn(place.label)].join('\n'),
    iconPath: new ThemeIcon('mcp'),
    contextValue: 'entry:found',
    command: opening(place),
  });
}

function faultItem({ reason, name, place }: Extract<EntryRow, { kind: 'fault' }>): TreeItem {
  const words = faultWords(reason);
  return item(name ?? place.label, {
    id: `fault:${place.uri.toString()}:${place.line}:${place.column}:${reason}`,
    description: messages.at(place.label, place.line, words),
    tooltip: messages.at(place.label, place.line, words),
    iconPath: failure,
    contextValue: 'entry:fault',
    command: opening(place),
  });
}

function untrustedItem({ name, place }: Extract<EntryRow, { kind: 'untrusted' }>): TreeItem {
  return item(name, {
    id: `untrusted:${place.uri.toString()}:${name}`,
    description: messages.notTrusted(),
    tooltip: [name, messages.notTrustedIn(place.label)].join('\n'),
    iconPath: new ThemeIcon('workspace-untrusted', warning),
    contextValue: 'entry:untrusted',
  });
}

/** @param name of an entry, or of a file: that of one that cannot be used may be anything. */
function item(
  name: string,
  { command, ...members }: Partial<Omit<TreeItem, 'command'>> & { readonly command?: Command | undefined },
): TreeItem {
  const label = quotable(name) ?? '';
  const shown = Object.assign(new TreeItem(label, TreeItemCollapsibleState.None), members);
  if (command !== undefined) shown.command = command;
  shown.accessibilityInformation = { label: `${label}, ${String(members.description)}` };
  return shown;
}

/** A line on where an entry of the settings comes from. */
function from(source: Source, place: FilePlace | undefined): readonly string[] {
  return place === undefined ? messages.from(source) : [messages.foundIn(place.label)];
}

function opening({ uri, line, column }: FilePlace): Command {
  const start = [line - 1, column - 1] as const;
  return {
    command: 'vscode.open',
    title: messages.open(),
    arguments: [uri, { selection: new Range(...start, ...start) }],
  };
}
