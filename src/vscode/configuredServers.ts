/** The setting `mcpOAuth.servers`: reads it, follows it, adds to it. */
import { ConfigurationTarget, workspace, type Disposable } from 'vscode';
import { parseServers, type ParsedServers } from '../servers/settings.ts';

const section = 'mcpOAuth';

export function readConfiguredServers(): ParsedServers {
  const scopes = workspace.getConfiguration(section).inspect<object>('servers');
  // Entries replace each other whole. VS Code would merge them member by member, and a workspace could so lead the
  // headers of a person's own entry to another address.
  const workspaceEntries = workspace.isTrusted
    ? { ...scopes?.workspaceValue, ...scopes?.workspaceFolderValue }
    : {};
  return parseServers({ ...scopes?.defaultValue, ...scopes?.globalValue, ...workspaceEntries });
}

export function onDidChangeConfiguredServers(listener: () => void): Disposable {
  return workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(`${section}.servers`)) listener();
  });
}

/** Adds an entry to the user's settings, beside those that are there. */
export async function addConfiguredServer(name: string, url: string): Promise<void> {
  const configuration = workspace.getConfiguration(section);
  const own = configuration.inspect<Record<string, unknown>>('servers')?.globalValue ?? {};
  await configuration.update('servers', { ...own, [name]: { url } }, ConfigurationTarget.Global);
}
