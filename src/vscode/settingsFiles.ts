/**
 * The files in which our settings stand, edited as text so that comments and order stay. Where a file is not to be
 * found, or says something else than the editor has read, the editor writes the setting itself.
 */
import { ConfigurationTarget, Uri, workspace } from 'vscode';
import { addInputs, addServer, removeServer, replaceServer, type Edited } from '../servers/fileEdits.ts';
import type { InputDefinition } from '../servers/inputs.ts';
import { nodeAt, readJson, valueOf } from '../servers/jsonText.ts';
import { setOAuthMembers, type OAuthMembers } from '../servers/memberEdits.ts';
import { serversPath } from '../servers/serversFile.ts';
import type { SettingsFile } from '../servers/settingsFile.ts';
import type { Source } from '../servers/source.ts';
import type { Log } from '../session/ports.ts';
import { Turns } from '../session/turns.ts';
import { configurationFor, section, writtenIn } from './settingsLayers.ts';
import { readText, savedFirst, writeText } from './textFiles.ts';

export interface SettingsPlace {
  readonly uri: Uri;
  readonly kind: SettingsFile;
  readonly label: string;
}

/** An entry as it is written; no variable is filled in. */
export interface NewEntry {
  readonly name: string;
  readonly entry: object;
  readonly inputs?: readonly InputDefinition[];
}

/** What came of a change; `absent` where the settings of the source do not have the entry. */
export type SettingsWritten = 'written' | 'declined' | 'absent';

type Members = Readonly<Record<string, unknown>>;

/** How long the editor may take to read its settings again; it looks after some hundred milliseconds. */
const patienceMs = 5_000;

const targets: Record<Source['scope'], ConfigurationTarget> = {
  user: ConfigurationTarget.Global,
  workspace: ConfigurationTarget.Workspace,
  folder: ConfigurationTarget.WorkspaceFolder,
};

export class SettingsFiles {
  private readonly profile: Uri;
  private readonly log: Log;
  /** Each begins with what the one before has left: of two that begin alike, one would be lost. */
  private readonly edits = new Turns();

  /** @param profile the folder of the person's profile, where that is on this machine. */
  constructor(profile: Uri, log: Log) {
    this.profile = profile;
    this.log = log;
  }

  /** Where the settings of a source stand, if they stand anywhere. */
  placeOf(source: Source): SettingsPlace | undefined {
    if (source.scope === 'user')
      return { uri: Uri.joinPath(this.profile, 'settings.json'), kind: 'settings', label: 'settings.json' };
    const { workspaceFile } = workspace;
    if (source.scope === 'workspace' && workspaceFile !== undefined)
      return workspaceFile.scheme === 'untitled'
        ? undefined
        : { uri: workspaceFile, kind: 'workspace', label: workspaceFile.path.replace(/^.*\//, '') };
    const folder =
      source.scope === 'folder' ? Uri.parse(source.folder) : workspace.workspaceFolders?.[0]?.uri;
    if (folder === undefined) return undefined;
    const uri = Uri.joinPath(folder, '.vscode', 'settings.json');
    return { uri, kind: 'settings', label: workspace.asRelativePath(uri) };
  }

  /** The text of the file of a source, where it says what the editor has read. */
  async textOf(source: Source): Promise<string | undefined> {
    const place = this.placeOf(source);
    const text = place && (await readText(place.uri));
    if (place === undefined || text === undefined) return undefined;
    return isSame(serversIn(text, place.kind), writtenIn(source, 'servers')) ? text : undefined;
  }

  /** Adds entries, or replaces those of their names; false where the person did not want that in the end. */
  put(source: Source, entries: readonly NewEntry[]): Promise<boolean> {
    const inputs = entries.flatMap((entry) => entry.inputs ?? []);
    return this.edit(
      source,
      (text, kind) =>
        entries.reduce<Edited>(
          (edited, { name, entry }) =>
            inOrder(edited, (before) => {
              const replaced = replaceServer(before, kind, name, entry);
              return replaced.refusal === 'absent' ? addServer(before, kind, name, entry) : replaced;
            }),
          addInputs(text, kind, inputs),
        ),
      (servers) => ({ ...servers, ...Object.fromEntries(entries.map(({ name, entry }) => [name, entry])) }),
      inputs,
    );
  }

  remove(source: Source, name: string): Promise<boolean> {
    return this.edit(
      source,
      (text, kind) => removeServer(text, kind, name),
      (servers) => Object.fromEntries(Object.entries(servers).filter(([other]) => other !== name)),
    );
  }

  /** Changes members of `oauth` of an entry, and nothing else of it. */
  setOAuth(source: Source, name: string, members: OAuthMembers): Promise<SettingsWritten> {
    return this.edits.run(async () => {
      // An extension or a remote machine may have brought the entry: written here, it would be one without an address.
      if (!Object.hasOwn(asMembers(writtenIn(source, 'servers')), name)) return 'absent';
      const isWritten = await this.editNow(
        source,
        (text, kind) => setOAuthMembers(text, kind, name, members),
        (servers) => ({ ...servers, [name]: withOAuth(asMembers(servers[name]), members) }),
      );
      return isWritten ? 'written' : 'declined';
    });
  }

  private edit(...edit: Parameters<SettingsFiles['editNow']>): Promise<boolean> {
    return this.edits.run(() => this.editNow(...edit));
  }

  private async editNow(
    source: Source,
    change: (text: string, kind: SettingsFile) => Edited,
    changeValue: (servers: Members) => Members,
    inputs: readonly InputDefinition[] = [],
  ): Promise<boolean> {
    const place = this.placeOf(source);
    if (place !== undefined && !(await savedFirst(place.uri, place.label))) return false;
    // Read after that, since the editor has read the file again by now.
    const servers = changeValue(asMembers(writtenIn(source, 'servers')));
    // Where nothing stands yet, no comment can be lost, and the editor knows best which file it is.
    const isThere = writtenIn(source, 'servers') !== undefined;
    const text = isThere && place !== undefined ? await this.textOf(source) : undefined;
    const edited = text === undefined || place === undefined ? undefined : change(text, place.kind);
    if (place !== undefined && edited?.text !== undefined) {
      await writeText(place.uri, edited.text);
      if (await isRead(source, servers)) return true;
    }
    this.log.info('setting_written_by_editor', { scope: source.scope });
    // Somebody else may have changed them meanwhile.
    await update(source, changeValue(asMembers(writtenIn(source, 'servers'))), inputs);
    return true;
  }
}

/** @throws Error with the editor's own sentence, such as that the file is read-only. */
async function update(source: Source, servers: Members, inputs: readonly InputDefinition[]): Promise<void> {
  const configuration = configurationFor(source);
  if (inputs.length > 0) {
    const before = writtenIn(source, 'inputs');
    const kept = Array.isArray(before) ? (before as readonly { readonly id?: unknown }[]) : [];
    const added = inputs.filter(({ id }) => !kept.some((other) => other.id === id));
    await configuration.update('inputs', [...kept, ...added], targets[source.scope]);
  }
  await configuration.update('servers', servers, targets[source.scope]);
}

/** Waits until the editor has read what was written. */
async function isRead(source: Source, servers: Members): Promise<boolean> {
  const isThere = () => isSame(writtenIn(source, 'servers'), servers);
  if (source.scope === 'user') await readAgain();
  if (isThere()) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const watching = workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(section) && isThere()) resolve(true);
  });
  const timer = setTimeout(() => resolve(isThere()), patienceMs);
  return promise.finally(() => {
    clearTimeout(timer);
    watching.dispose();
  });
}

/** The value of our setting in the text of a file, which may be anything; undefined where it does not stand there. */
export function serversIn(text: string, kind: SettingsFile): unknown {
  const node = nodeAt(readJson(text).root, serversPath[kind]);
  return node && valueOf(node);
}

/**
 * The editor in a browser does not notice that its settings were written by anybody else. It reads them again when it has
 * written itself: here a setting that it leaves as it is.
 */
async function readAgain(): Promise<void> {
  // Not what a remote machine says in its place: that is not to be written into the person's settings.
  const same = writtenIn({ scope: 'user' }, 'clientMetadataUrl');
  try {
    const configuration = configurationFor({ scope: 'user' });
    await configuration.update('clientMetadataUrl', same, ConfigurationTarget.Global);
  } catch {
    // An editor that shows the file may be behind; what was written is read with the next start at the latest.
  }
}

function withOAuth(entry: Members, members: OAuthMembers): Members {
  const changed = Object.entries({ ...asMembers(entry['oauth']), ...members });
  return { ...entry, oauth: Object.fromEntries(changed.filter(([, value]) => value !== undefined)) };
}

function inOrder(edited: Edited, next: (text: string) => Edited): Edited {
  return edited.text === undefined ? edited : next(edited.text);
}

function asMembers(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

/** Whether two values are the same as JSON, in whatever order their members stand. */
function isSame(one: unknown, other: unknown): boolean {
  return inOneOrder(one) === inOneOrder(other);
}

function inOneOrder(value: unknown): string | undefined {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
