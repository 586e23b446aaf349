/** The settings: reads them, follows the servers among them, adds to those. */
import { ConfigurationTarget, workspace, type Disposable } from 'vscode';
import { isClientDocumentUrl } from '../servers/oauthSettings.ts';
import { parseServers, type ParsedServers } from '../servers/settings.ts';

const section = 'mcpOAuth';

/** Entries of a workspace replace those of the person whole, and count where the workspace is trusted. */
export function readConfiguredServers(): ParsedServers {
  const scopes = workspace.getConfiguration(section).inspect<object>('servers');
  const fromWorkspace = workspace.isTrusted
    ? { ...scopes?.workspaceValue, ...scopes?.workspaceFolderValue }
    : {};
  return parseServers({ ...scopes?.defaultValue, ...scopes?.globalValue }, fromWorkspace);
}

/** Address of the person's client metadata document; undefined for none, or for one that cannot be (checklist 4.5). */
export function readClientDocument(): string | undefined {
  const address = workspace.getConfiguration(section).inspect<string>('clientMetadataUrl')?.globalValue;
  return typeof address === 'string' && isClientDocumentUrl(address) ? address : undefined;
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
