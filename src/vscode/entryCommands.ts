/** What else can be done with an entry of the settings: enter what it waits for, find it in its file, remove it. */
import { commands, Range, window } from 'vscode';
import type { WantedInput } from '../servers/inputs.ts';
import { EntriesInText } from '../servers/settingsFile.ts';
import type { Source } from '../servers/source.ts';
import { Session } from '../session/session.ts';
import type { RecordStore } from '../session/ports.ts';
import { shareKeysOf } from '../session/shareRecords.ts';
import { inputMessages, removalMessages, sourceWords } from './messages/serverFiles.ts';
import { inputName } from './messages/servers.ts';
import { inLabel } from './plainText.ts';
import type { Row } from './serversTree.ts';
import { askPick, askText } from './steps.ts';
import type { TakeOverParts } from './takeOverCommands.ts';

export type EntryParts = TakeOverParts & { readonly store: RecordStore };

/** An entry of the settings, by where it stands. */
interface WrittenEntry {
  readonly name: string;
  readonly source: Source;
}

interface WaitingEntry {
  readonly name: string;
  readonly inputs: readonly WantedInput[];
}

/** Asks for the values that an entry wants; all of them are kept, or none. */
export async function enterValuesCommand(
  parts: EntryParts,
  chosen: Row | WaitingEntry | undefined,
): Promise<void> {
  const entry = await entryToFill(parts, chosen);
  if (entry === undefined) return;
  const values = new Map<string, string>();
  for (const input of entry.inputs) {
    const value = await askValue(entry.name, input);
    if (value === undefined) return;
    values.set(input.key, value);
  }
  for (const [key, value] of values) {
    await parts.store.write(key, value);
    parts.configured.noteInput(key);
  }
  await parts.follow();
  void window.showInformationMessage(inputMessages.stored(entry.name));
}

async function askValue(server: string, input: WantedInput): Promise<string | undefined> {
  const title = inputMessages.title(server);
  const prompt = inputName(input);
  if (input.options !== undefined) {
    const items = input.options.map(({ label, value }) => ({
      label: inLabel(label),
      value,
      picked: value === input.default,
    }));
    const answer = await askPick({ title, canGoBack: false, placeholder: prompt, items });
    return typeof answer === 'object' ? answer.value.value : undefined;
  }
  const isHidden = input.password;
  const answer = await askText({
    title,
    canGoBack: false,
    prompt: inLabel(prompt),
    isHidden,
    value: isHidden ? '' : (input.default ?? ''),
    problemOf: (text) => (text === '' ? inputMessages.empty() : undefined),
  });
  return typeof answer === 'object' ? answer.value : undefined;
}

async function entryToFill(
  { configured }: EntryParts,
  chosen: Row | WaitingEntry | undefined,
): Promise<WaitingEntry | undefined> {
  if (chosen instanceof Session) {
    const listed = configured.find(chosen.server.name);
    return listed && { name: listed.server.name, inputs: listed.inputs };
  }
  if (chosen !== undefined) return 'inputs' in chosen ? chosen : undefined;
  if (configured.waiting.length === 0) {
    void window.showInformationMessage(inputMessages.none());
    return undefined;
  }
  const items = configured.waiting.map((entry) => ({ label: inLabel(entry.name), entry }));
  return (await window.showQuickPick(items, { placeHolder: inputMessages.pick() }))?.entry;
}

/** Opens the settings where the entry stands, or as such. */
export async function openSettingsCommand(
  { settings, configured }: EntryParts,
  row: Row | undefined,
): Promise<void> {
  const entry = row && writtenEntry(configured, row);
  const place = entry && settings.placeOf(entry.source);
  const text = entry && (await settings.textOf(entry.source));
  const range =
    text === undefined || !place ? undefined : new EntriesInText(text, place.kind).find(entry.name);
  if (range === undefined || place === undefined) {
    await commands.executeCommand('workbench.action.openSettings', 'mcpOAuth.servers');
    return;
  }
  const start = [range.line - 1, range.column - 1] as const;
  await commands.executeCommand('vscode.open', place.uri, { selection: new Range(...start, ...start) });
}

/** Removes an entry from the settings in which it stands. */
export async function removeServerCommand(parts: EntryParts, row: Row | undefined): Promise<void> {
  const { configured, settings, sessions } = parts;
  const entry = row === undefined ? await pickEntry(parts) : writtenEntry(configured, row);
  if (entry === undefined) return;
  const { name, source } = entry;
  const session = sessions.find(name);
  const isSignedIn = session !== undefined && session.accounts.length > 0;
  const [remove, forget] = [removalMessages.remove(), removalMessages.forgetAndRemove()];
  const shares = await shareKeysOf(parts.store, name);
  const detail = [
    removalMessages.detail(await placeWords(parts, entry)),
    ...(isSignedIn ? [removalMessages.isSignedIn()] : []),
    ...(shares.length > 0 ? [removalMessages.isShared()] : []),
  ].join('\n\n');
  const buttons = isSignedIn ? [forget, remove] : [remove];
  const chosen = await window.showWarningMessage(
    removalMessages.question(name),
    { modal: true, detail },
    ...buttons,
  );
  if (chosen === undefined) return;
  if (chosen === forget && session !== undefined) await sessions.forget(session);
  if (!(await settings.remove(source, name))) return;
  await leaveNothing(parts, entry);
  void window.showInformationMessage(removalMessages.done(name));
}

/** What was kept for an entry must be of no use to the next one of its name. */
async function leaveNothing(parts: EntryParts, { source, name }: WrittenEntry): Promise<void> {
  const { configured, files, takenOver, store, sessions } = parts;
  await configured.forgetValues(name);
  const origin = await files.originOf(source, name);
  if (origin !== undefined) await takenOver.forget(name, origin.uri.toString());
  await parts.follow();
  // Another source may have a server of this name: whom that is shared with stays.
  if (sessions.find(name) !== undefined) return;
  for (const key of await shareKeysOf(store, name)) await store.remove(key);
}

async function placeWords({ settings }: EntryParts, { source, name }: WrittenEntry): Promise<string> {
  const place = settings.placeOf(source);
  const text = await settings.textOf(source);
  const line =
    text === undefined || !place ? undefined : new EntriesInText(text, place.kind).find(name)?.line;
  return line === undefined ? sourceWords(source) : `${sourceWords(source)} (${place?.label ?? ''}:${line})`;
}

async function pickEntry({ configured }: EntryParts): Promise<WrittenEntry | undefined> {
  const entries: readonly WrittenEntry[] = [
    ...configured.listed.map(({ server, source }) => ({ name: server.name, source })),
    ...configured.waiting,
    ...configured.problems,
  ];
  if (entries.length === 0) {
    void window.showInformationMessage(removalMessages.none());
    return undefined;
  }
  const items = entries.map(({ name, source }) => ({
    label: inLabel(name),
    description: inLabel(sourceWords(source)),
    entry: { name, source },
  }));
  return (await window.showQuickPick(items, { placeHolder: removalMessages.pick() }))?.entry;
}

function writtenEntry(configured: EntryParts['configured'], row: Row): WrittenEntry | undefined {
  if (row instanceof Session) {
    const listed = configured.find(row.server.name);
    return listed && { name: listed.server.name, source: listed.source };
  }
  if ('share' in row) return undefined;
  if (row.kind === 'problem') return row.problem;
  return row.kind === 'waiting' ? row : undefined;
}
