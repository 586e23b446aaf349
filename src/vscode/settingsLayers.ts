/** The settings as each scope has them, lowest precedence first; those of a workspace where it is trusted. */
import { Uri, workspace, type WorkspaceConfiguration } from 'vscode';
import type { SettingsLayer, Source } from '../servers/source.ts';

export const section = 'mcpOAuth';

type Setting = 'servers' | 'inputs' | 'clientMetadataUrl';

/** The settings of a machine that is worked on from afar are in none of the typings. */
interface PersonsOwn {
  readonly defaultValue?: unknown;
  readonly globalValue?: unknown;
  readonly globalLocalValue?: unknown;
  readonly globalRemoteValue?: unknown;
}

export function settingsLayers(): readonly SettingsLayer[] {
  return settingsSources().map((source) => ({
    source,
    servers: settingOf(source, 'servers'),
    inputs: settingOf(source, 'inputs'),
  }));
}

/** Whose settings count here. */
export function settingsSources(): readonly Source[] {
  return [{ scope: 'user' }, ...(workspace.isTrusted ? workspaceSources() : [])];
}

/** One folder alone has its settings in the place of those of the workspace. */
export function workspaceSources(): readonly Source[] {
  const { workspaceFile, workspaceFolders: folders = [] } = workspace;
  if (workspaceFile === undefined) return folders.slice(0, 1).map(({ uri }) => sourceOfFolder(uri));
  return [
    { scope: 'workspace', workspace: workspaceFile.toString() },
    ...folders.map(({ uri }) => sourceOfFolder(uri)),
  ];
}

/** Whose settings are those of a folder that is open. */
export function sourceOfFolder(folder: Uri): Source {
  return workspace.workspaceFile === undefined
    ? { scope: 'workspace', workspace: folder.toString() }
    : { scope: 'folder', folder: folder.toString() };
}

/** The settings as they count for a source. */
export function configurationFor(source: Source): WorkspaceConfiguration {
  return workspace.getConfiguration(
    section,
    source.scope === 'folder' ? Uri.parse(source.folder) : undefined,
  );
}

/** What a source says. */
function settingOf(source: Source, setting: Setting): unknown {
  if (source.scope === 'user' && setting === 'servers')
    return ownServers(configurationFor(source).inspect(setting));
  return writtenIn(source, setting);
}

/** What stands in the file of a source, where that can be told apart. */
export function writtenIn(source: Source, setting: Setting): unknown {
  const said: (PersonsOwn & ReturnType<WorkspaceConfiguration['inspect']>) | undefined =
    configurationFor(source).inspect(setting);
  switch (source.scope) {
    case 'user':
      return said?.globalRemoteValue === undefined ? said?.globalValue : said.globalLocalValue;
    case 'workspace':
      return said?.workspaceValue;
    case 'folder':
      return said?.workspaceFolderValue;
  }
}

/**
 * An entry of the remote machine replaces that of the person whole. The editor would put both together, so that the
 * headers of one could go to the address of the other.
 */
function ownServers(said: PersonsOwn | undefined): unknown {
  const { defaultValue, globalValue, globalLocalValue, globalRemoteValue } = said ?? {};
  const own =
    globalRemoteValue === undefined ? globalValue : Object.assign({}, globalLocalValue, globalRemoteValue);
  return Object.assign({}, defaultValue, own);
}
