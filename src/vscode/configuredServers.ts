/** Which servers there are by the settings, with what was entered for their inputs; and what of the settings is wrong. */
import { Disposable, EventEmitter, Uri, workspace } from 'vscode';
import { isClientDocumentUrl } from '../servers/oauthSettings.ts';
import type { Server } from '../servers/server.ts';
import { parseServers, type ListedServer, type ParsedServers } from '../servers/settings.ts';
import type { VariableValues } from '../servers/serverEntry.ts';
import type { Source } from '../servers/source.ts';
import type { SessionPorts } from '../session/ports.ts';
import { InputValues } from './inputValues.ts';
import { section, settingsLayers } from './settingsLayers.ts';

/** What variables mean on this machine. */
export type Machine = Required<Pick<VariableValues, 'env' | 'userHome' | 'pathSeparator'>>;

export class ConfiguredServers implements Disposable {
  private readonly machine: Machine;
  private readonly inputs: InputValues;
  private readonly changes = new EventEmitter<undefined>();
  private readonly registrations: readonly { dispose(): unknown }[];
  private parsed: ParsedServers = { listed: [], waiting: [], problems: [] };
  /** Each row of a thousand asks for its own. */
  private byName: ReadonlyMap<string, ListedServer> = new Map();

  /** The settings, the folders, the trust in them or a value that was entered: to be read again. */
  readonly onDidChange = this.changes.event;

  constructor(ports: Pick<SessionPorts, 'store' | 'log'>, machine: Machine) {
    this.machine = machine;
    this.inputs = new InputValues(ports);
    const tell = () => this.changes.fire(undefined);
    this.registrations = [
      workspace.onDidChangeConfiguration((change) => {
        if (['servers', 'inputs'].some((setting) => change.affectsConfiguration(`${section}.${setting}`)))
          tell();
      }),
      workspace.onDidChangeWorkspaceFolders(tell),
      workspace.onDidGrantWorkspaceTrust(tell),
      new Disposable(ports.store.onDidChange((key) => this.noteInput(key))),
      this.changes,
    ];
  }

  get servers(): readonly Server[] {
    return this.parsed.listed.map(({ server }) => server);
  }

  get listed(): ParsedServers['listed'] {
    return this.parsed.listed;
  }

  get waiting(): ParsedServers['waiting'] {
    return this.parsed.waiting;
  }

  get problems(): ParsedServers['problems'] {
    return this.parsed.problems;
  }

  find(name: string): ListedServer | undefined {
    return this.byName.get(name);
  }

  /** Reads the settings again, and the values that their entries want. */
  async read(): Promise<void> {
    let parsed = this.parse();
    while (await this.inputs.load(parsed.waiting.flatMap(({ inputs }) => inputs.map(({ key }) => key))))
      parsed = this.parse();
    this.parsed = parsed;
    this.byName = new Map(parsed.listed.map((listed) => [listed.server.name, listed]));
  }

  /** The store does not always tell the window that wrote to it. */
  noteInput(key: string): void {
    if (this.inputs.drop(key)) this.changes.fire(undefined);
  }

  /** Removes what was entered for the inputs of a server. */
  async forgetValues(name: string): Promise<void> {
    if (await this.inputs.forget(name)) this.changes.fire(undefined);
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
  }

  private parse(): ParsedServers {
    return parseServers(settingsLayers(), {
      ...this.machine,
      workspaceFolder: folderPath,
      input: (key) => this.inputs.get(key),
    });
  }
}

/** As the editor has it: of that name, else where the entry stands, else the only one. */
function folderPath(source: Source, name: string | undefined): string | undefined {
  const folders = workspace.workspaceFolders ?? [];
  if (name !== undefined) return folders.find((folder) => folder.name === name)?.uri.fsPath;
  if (source.scope === 'folder') return Uri.parse(source.folder).fsPath;
  return folders.length === 1 ? folders[0]?.uri.fsPath : undefined;
}

/** Address of the person's client metadata document; undefined for none, or for one that cannot be (checklist 4.5). */
export function readClientDocument(): string | undefined {
  const address = workspace.getConfiguration(section).inspect<string>('clientMetadataUrl')?.globalValue;
  return typeof address === 'string' && isClientDocumentUrl(address) ? address : undefined;
}
