/**
 * The files in which servers may stand beside our settings: read when somebody looks, followed from then on. Nothing of
 * an untrusted workspace is taken from them but names.
 */
import { Disposable, RelativePattern, Uri, workspace } from 'vscode';
import { parseMcpFile, type McpFile } from '../servers/mcpFile.ts';
import type { FileRange } from '../servers/jsonText.ts';
import { EntriesInText } from '../servers/settingsFile.ts';
import { isServerName } from '../servers/serverEntry.ts';
import { namesIn } from '../servers/settings.ts';
import { sourceKey, type Source } from '../servers/source.ts';
import type { Log } from '../session/ports.ts';
import type { ConfiguredServers } from './configuredServers.ts';
import { placeKey, type FilePlace, type FoundInFiles, type FoundServers } from './foundServers.ts';
import { serversIn, type SettingsFiles } from './settingsFiles.ts';
import { sourceOfFolder, workspaceSources } from './settingsLayers.ts';
import type { TakenOverEntries } from '../session/takenOver.ts';
import { readText } from './textFiles.ts';

/** A file that is not ours. */
export interface McpFilePlace {
  readonly uri: Uri;
  readonly kind: McpFile;
  readonly label: string;
  readonly source: Source;
}

export interface ServerFileParts {
  readonly profile: Uri;
  readonly settings: SettingsFiles;
  readonly takenOver: TakenOverEntries;
  readonly configured: ConfiguredServers;
  readonly found: FoundServers;
  readonly log: Log;
}

type Mutable<Found> = {
  -readonly [Member in keyof Found]: Found[Member] extends readonly (infer One)[] ? One[] : Found[Member];
};

/** Several changes follow each other when a file is saved or a branch is checked out. */
const pauseMs = 200;
const lookAgainMs = 1_000;
const mostLooks = 3;

export class ServerFiles implements Disposable {
  private readonly parts: ServerFileParts;
  private readonly registrations: Disposable[];
  private watchers: Disposable = Disposable.from();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private reading: Promise<void> = Promise.resolve();
  /** Looks that are left for places that were not found: the editor may be writing the file just then. */
  private looksLeft = mostLooks;

  constructor(parts: ServerFileParts) {
    this.parts = parts;
    const again = () => this.readAnew();
    this.registrations = [
      parts.configured.onDidChange(again),
      workspace.onDidChangeWorkspaceFolders(() => this.watch()),
    ];
    this.watch();
  }

  /** Reads all of it; several calls at once follow each other, so that the last one is what is shown. */
  read(): Promise<void> {
    this.reading = this.reading
      .then(() => this.readNow())
      .catch((thrown: unknown) => {
        this.parts.log.error('server_files_not_read', {}, thrown);
      });
    return this.reading;
  }

  /** Where the entry of a source came from, if it is one of the files of this window that are taken over to there. */
  async originOf(source: Source, name: string): Promise<McpFilePlace | undefined> {
    const origins = await this.origins();
    return origins.find(
      (origin) => origin.name === name && sourceKey(origin.place.source) === sourceKey(source),
    )?.place;
  }

  dispose(): void {
    clearTimeout(this.timer);
    Disposable.from(this.watchers, ...this.registrations).dispose();
  }

  private readAnew(): void {
    this.looksLeft = mostLooks;
    this.readIn(pauseMs);
  }

  private readIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), ms);
  }

  private async origins(): Promise<readonly { readonly name: string; readonly place: McpFilePlace }[]> {
    const taken = await this.parts.takenOver.list();
    return taken.flatMap(({ name, file }) => {
      const place = this.places().find(({ uri }) => uri.toString() === file);
      return place === undefined ? [] : [{ name, place }];
    });
  }

  private watch(): void {
    this.watchers.dispose();
    const patterns = [
      new RelativePattern(this.parts.profile, '{mcp.json,settings.json}'),
      ...(workspace.workspaceFolders ?? []).map(
        (folder) => new RelativePattern(folder, '{.mcp.json,.vscode/mcp.json,.vscode/settings.json}'),
      ),
    ];
    const again = () => this.readAnew();
    this.watchers = Disposable.from(
      ...patterns.flatMap((pattern) => {
        const watcher = workspace.createFileSystemWatcher(pattern);
        return [watcher, watcher.onDidCreate(again), watcher.onDidChange(again), watcher.onDidDelete(again)];
      }),
    );
  }

  /** The person's own first. */
  places(): readonly McpFilePlace[] {
    return [
      {
        uri: Uri.joinPath(this.parts.profile, 'mcp.json'),
        kind: 'mcp',
        label: 'mcp.json',
        source: { scope: 'user' },
      },
      ...(workspace.workspaceFolders ?? []).flatMap(({ uri: folder }): readonly McpFilePlace[] => {
        const source = sourceOfFolder(folder);
        return (
          [
            ['mcp', ['.vscode', 'mcp.json']],
            ['dotMcp', ['.mcp.json']],
          ] as const
        ).map(([kind, path]) => {
          const uri = Uri.joinPath(folder, ...path);
          return { uri, kind, label: workspace.asRelativePath(uri), source };
        });
      }),
    ];
  }

  private async readNow(): Promise<void> {
    const found: Mutable<FoundInFiles> = {
      servers: [],
      faults: [],
      untrusted: [],
      places: new Map(),
      takenOver: new Set((await this.origins()).map(({ name, place }) => placeKey(place.source, name))),
    };
    for (const place of this.places()) {
      const text = await readText(place.uri);
      if (text === undefined) continue;
      if (place.source.scope === 'user' || workspace.isTrusted) takeIn(found, place, text);
      else nameUntrusted(found, place, text);
    }
    if (!workspace.isTrusted) await this.nameSettings(found);
    found.places = await this.placesInSettings();
    if (found.places.size < this.placesWanted().length && this.looksLeft > 0) {
      this.looksLeft -= 1;
      this.readIn(lookAgainMs);
    }
    this.parts.found.replace(found);
  }

  private async nameSettings(found: Mutable<FoundInFiles>): Promise<void> {
    for (const source of workspaceSources()) {
      const place = this.parts.settings.placeOf(source);
      const text = place && (await readText(place.uri));
      if (place === undefined || text === undefined) continue;
      const entries = new EntriesInText(text, place.kind);
      for (const name of namesIn({ source, servers: serversIn(text, place.kind) })) {
        found.untrusted.push({ name, place: placeAt(place, entries.find(name)) });
      }
    }
  }

  private placesWanted(): readonly {
    readonly source: Source;
    readonly name: string;
    readonly member: string;
  }[] {
    const { problems, waiting } = this.parts.configured;
    return [...problems, ...waiting.map(({ source, name }) => ({ source, name, member: 'name' }))];
  }

  /** Of entries that are shown as rows of their own: those that work are found when somebody asks. */
  private async placesInSettings(): Promise<ReadonlyMap<string, FilePlace>> {
    const { settings } = this.parts;
    const places = new Map<string, FilePlace>();
    const bySource = Map.groupBy(this.placesWanted(), ({ source }) => sourceKey(source));
    for (const wanted of bySource.values()) {
      const [{ source } = {}] = wanted;
      const place = source && settings.placeOf(source);
      const text = source && (await settings.textOf(source));
      if (source === undefined || text === undefined || place === undefined) continue;
      const entries = new EntriesInText(text, place.kind);
      for (const one of wanted) {
        const range = entries.findMember(one);
        if (range !== undefined) places.set(placeKey(source, one.name), placeAt(place, range));
      }
    }
    return places;
  }
}

function takeIn(found: Mutable<FoundInFiles>, file: McpFilePlace, text: string): void {
  const { entries, problems } = parseMcpFile(text, file.kind);
  const { kind: fileKind, source } = file;
  for (const entry of entries)
    found.servers.push({ entry, fileKind, source, place: placeAt(file, entry.range) });
  for (const { reason, name, range } of problems)
    found.faults.push({ reason, name, place: placeAt(file, range) });
}

/** Also those that could not be used: which they are is for somebody to look into who trusts them. */
function nameUntrusted(found: Mutable<FoundInFiles>, file: McpFilePlace, text: string): void {
  const { entries, problems } = parseMcpFile(text, file.kind);
  const names = new Map<string, FileRange>();
  for (const { name, range } of [...entries, ...problems])
    if (name !== undefined && isServerName(name)) names.set(name, range);
  for (const [name, range] of names) found.untrusted.push({ name, place: placeAt(file, range) });
}

function placeAt(
  { uri, label }: { readonly uri: Uri; readonly label: string },
  range: Pick<FileRange, 'line' | 'column'> | undefined,
): FilePlace {
  return { uri, label, line: range?.line ?? 1, column: range?.column ?? 1 };
}
