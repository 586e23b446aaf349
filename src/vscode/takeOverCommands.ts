/** Moves a server from a file of another's making into our settings, and back again, as a person sees it. */
import { window } from 'vscode';
import type { Clock } from '../oauth/clock.ts';
import { parseMcpFile, type FoundEntry } from '../servers/mcpFile.ts';
import { putBack, takeOut } from '../servers/removedEntry.ts';
import { isServerName } from '../servers/serverEntry.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import { changeFile, type ConfirmChange } from './fileChange.ts';
import { placeKey, unmanaged, type FoundServer, type FoundServers } from './foundServers.ts';
import { addServerMessages, giveBackMessages, takeOverMessages as messages } from './messages/serverFiles.ts';
import { inLabel } from './plainText.ts';
import type { ServerFiles } from './serverFiles.ts';
import type { SettingsFiles } from './settingsFiles.ts';
import type { TakenOverEntries } from '../session/takenOver.ts';

export interface TakeOverParts {
  readonly sessions: Sessions;
  readonly configured: ConfiguredServers;
  readonly found: FoundServers;
  readonly files: ServerFiles;
  readonly settings: SettingsFiles;
  readonly takenOver: TakenOverEntries;
  readonly confirm: ConfirmChange;
  readonly clock: Clock;
  /** Reads the settings again. */
  readonly follow: () => Promise<void>;
}

/** Takes over what was found, or what the person picks of it. */
export async function manageServerCommand(
  parts: TakeOverParts,
  chosen: FoundServer | undefined,
): Promise<void> {
  const found = chosen ?? (await pickFound(unmanaged(parts.found.current.servers, parts.configured.servers)));
  if (found === undefined) return;
  const { place, fileKind, source } = found;
  const file = place.uri.toString();
  const name = await freeName(parts.configured, found.entry.name);
  if (name === undefined) return;
  const isMoved = await changeFile(
    {
      uri: place.uri,
      label: place.label,
      plan(text) {
        const entry = parseMcpFile(text, fileKind).entries.find((other) => other.name === found.entry.name);
        if (entry === undefined) return { refusal: 'absent' };
        const taken = takeOut(text, fileKind, entry.name);
        if (taken.refusal !== undefined) return taken;
        const written = settingsEntry(entry);
        const inputs = entry.inputs.map(({ id }) => id);
        return {
          after: taken.text,
          question: {
            title: messages.title(place.label),
            question: messages.question(name, place.label),
            detail: messages.detail(source, entryText(name, written), inputs, fileKind === 'dotMcp'),
            apply: messages.apply(),
            cancel: messages.cancel(),
          },
          async prepare() {
            await parts.takenOver.keep(name, { file, removed: taken.removed });
            let isPut = false;
            try {
              isPut = await parts.settings.put(source, [{ name, entry: written, inputs: entry.inputs }]);
            } finally {
              if (!isPut) await parts.takenOver.forget(name, file);
            }
            return isPut;
          },
          async undo() {
            await parts.settings.remove(source, name);
            await parts.takenOver.forget(name, file);
          },
        };
      },
    },
    parts.confirm,
  );
  if (!isMoved) return;
  await parts.follow();
  await parts.files.read();
  void window.showInformationMessage(messages.done(name));
}

/** Gives a server back to the file that it came from. */
export async function giveBackServerCommand(
  parts: TakeOverParts,
  chosen: Session | undefined,
): Promise<void> {
  const name = chosen?.server.name ?? (await pickTakenOver(parts));
  const listed = name === undefined ? undefined : parts.configured.find(name);
  const origin = listed && (await parts.files.originOf(listed.source, listed.server.name));
  if (name === undefined || origin === undefined || listed === undefined) return;
  const file = origin.uri.toString();
  const kept = await parts.takenOver.find(name, file);
  if (kept === undefined) return;
  const isBack = await changeFile(
    {
      uri: origin.uri,
      label: origin.label,
      plan(text) {
        const put = putBack(text, kept.removed);
        if (put.refusal !== undefined) return put;
        return {
          after: put.text,
          question: {
            title: giveBackMessages.title(origin.label),
            question: giveBackMessages.question(name, origin.label),
            detail: giveBackMessages.detail(listed.source),
            apply: messages.apply(),
            cancel: messages.cancel(),
          },
          prepare: () => Promise.resolve(true),
          undo: () => Promise.resolve(),
        };
      },
    },
    parts.confirm,
  );
  // What fails from here on leaves the server in both places, and never in none.
  if (!isBack || !(await parts.settings.remove(listed.source, name))) return;
  await parts.takenOver.forget(name, file);
  await parts.follow();
  await parts.files.read();
  void window.showInformationMessage(giveBackMessages.done(name, origin.label));
}

/** The entry as our settings have it: of its own file only what we know. */
export function settingsEntry({
  url,
  headers,
  oauth,
}: Pick<FoundEntry, 'url' | 'headers' | 'oauth'>): Readonly<Record<string, unknown>> {
  return {
    url,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(oauth !== undefined && { oauth }),
  };
}

export function nameProblem(configured: ConfiguredServers, name: string): string | undefined {
  if (!isServerName(name)) return addServerMessages.nameInvalid();
  return isTaken(configured, name) ? addServerMessages.nameTaken(inLabel(name)) : undefined;
}

/** Also by an entry that cannot be used: it would be replaced. */
export function isTaken({ servers, waiting, problems }: ConfiguredServers, name: string): boolean {
  return [servers, waiting, problems].some((entries) => entries.some((entry) => entry.name === name));
}

async function freeName(configured: ConfiguredServers, name: string): Promise<string | undefined> {
  if (!isTaken(configured, name)) return name;
  const entered = await window.showInputBox({
    title: messages.nameTitle(),
    prompt: messages.name(inLabel(name)),
    ignoreFocusOut: true,
    validateInput: (text) => nameProblem(configured, text.trim()),
  });
  return entered?.trim();
}

async function pickFound(servers: readonly FoundServer[]): Promise<FoundServer | undefined> {
  if (servers.length === 0) {
    void window.showInformationMessage(messages.none());
    return undefined;
  }
  const items = servers.map((found) => ({
    label: inLabel(found.entry.name),
    description: inLabel(found.place.label),
    detail: inLabel(found.entry.url),
    found,
  }));
  return (await window.showQuickPick(items, { placeHolder: messages.pick() }))?.found;
}

async function pickTakenOver({ found, configured }: TakeOverParts): Promise<string | undefined> {
  const items = configured.listed
    .filter(({ source, server }) => found.current.takenOver.has(placeKey(source, server.name)))
    .map(({ server: { name } }) => ({ label: inLabel(name), name }));
  if (items.length > 0)
    return (await window.showQuickPick(items, { placeHolder: giveBackMessages.pick() }))?.name;
  void window.showInformationMessage(giveBackMessages.none());
  return undefined;
}

function entryText(name: string, entry: object): string {
  return JSON.stringify({ [name]: entry }, undefined, 2);
}
