/** Composition root of what reads and edits configuration files of people: most windows never need it. */
import { Disposable, Uri, type ExtensionContext } from 'vscode';
import type { FilesParts } from './filesOnDemand.ts';
import { locateClientFile, readClientFile, replaceClientFile } from './node/clientFile.ts';
import {
  clientEntryName,
  dropClientEntry,
  isClientEntryName,
  putClientEntry,
} from './servers/clientEntry.ts';
import { Session } from './session/session.ts';
import { addServerCommand } from './vscode/addServerCommand.ts';
import type { ClientFiles } from './vscode/clientEntries.ts';
import {
  enterValuesCommand,
  openSettingsCommand,
  removeServerCommand,
  type EntryParts,
} from './vscode/entryCommands.ts';
import { FileDiagnostics } from './vscode/fileDiagnostics.ts';
import { ServerFiles } from './vscode/serverFiles.ts';
import type { Row } from './vscode/serversTree.ts';
import type { OAuthMembers } from './servers/memberEdits.ts';
import { SettingsFiles, type SettingsWritten } from './vscode/settingsFiles.ts';
import { TakenOverEntries } from './session/takenOver.ts';
import { giveBackServerCommand, manageServerCommand } from './vscode/takeOverCommands.ts';

/** Files of other MCP clients, in which our entries are. */
export const clientFiles: ClientFiles = {
  locate: (client) => locateClientFile(client),
  read: readClientFile,
  replace: replaceClientFile,
  nameFor: clientEntryName,
  isName: isClientEntryName,
  put: putClientEntry,
  drop: dropClientEntry,
};

/** Files in which servers stand, followed from now on, and what can be done with them. */
export interface OpenFiles {
  dispose(): void;
  read(): Promise<void>;
  addServer(): Promise<void>;
  manageServer(row?: Row): Promise<void>;
  giveBackServer(row?: Row): Promise<void>;
  removeServer(row?: Row): Promise<void>;
  enterValues(row?: Row): Promise<void>;
  openSettings(row?: Row): Promise<void>;
  /** Adds an entry to the settings of the person, or replaces it; false where they did not want that. */
  putServer(name: string, entry: object): Promise<boolean>;
  /** Changes members of `oauth` where the entry of a server stands; those that are undefined are taken out. */
  setOAuth(name: string, members: OAuthMembers): Promise<SettingsWritten>;
}

export function openFiles(
  { globalStorageUri }: ExtensionContext,
  { sessions, configured, found, ports, follow, confirm }: FilesParts,
): OpenFiles {
  // Where the editor keeps them on another machine, nothing is there, and nothing is found.
  const profile = Uri.joinPath(globalStorageUri, '..', '..');
  const settings = new SettingsFiles(profile, ports.log);
  const takenOver = new TakenOverEntries(ports);
  const files = new ServerFiles({ profile, settings, takenOver, configured, found, log: ports.log });
  const diagnostics = new FileDiagnostics({ configured, settings, found, places: () => files.places() });
  const { store, clock } = ports;
  const parts: EntryParts = {
    sessions,
    configured,
    found,
    files,
    settings,
    takenOver,
    store,
    clock,
    follow,
    confirm,
  };
  const opened = Disposable.from(files, diagnostics);
  return {
    read: () => files.read(),
    addServer: () => addServerCommand(parts),
    manageServer: (row) => manageServerCommand(parts, row && 'fileKind' in row ? row : undefined),
    giveBackServer: (row) => giveBackServerCommand(parts, row instanceof Session ? row : undefined),
    removeServer: (row) => removeServerCommand(parts, row),
    enterValues: (row) => enterValuesCommand(parts, row),
    openSettings: (row) => openSettingsCommand(parts, row),
    putServer: (name, entry) => settings.put({ scope: 'user' }, [{ name, entry }]),
    setOAuth: async (name, members) => {
      const listed = configured.find(name);
      return listed === undefined ? 'absent' : settings.setOAuth(listed.source, name, members);
    },
    dispose: () => void opened.dispose(),
  };
}
