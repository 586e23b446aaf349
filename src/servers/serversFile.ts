/** Where in each kind of file the servers and the inputs stand. */

export type ServersFile =
  /** `.vscode/mcp.json`, and the profile's `mcp.json`. */
  | 'mcp'
  /** `.mcp.json` at the root of a folder. */
  | 'dotMcp'
  /** A `settings.json`, with our settings. */
  | 'settings'
  /** A `.code-workspace`, with our settings. */
  | 'workspace';

export const serversPath: Readonly<Record<ServersFile, readonly string[]>> = {
  mcp: ['servers'],
  dotMcp: ['mcpServers'],
  settings: ['mcpOAuth.servers'],
  workspace: ['settings', 'mcpOAuth.servers'],
};

export const inputsPath: Readonly<Record<ServersFile, readonly string[]>> = {
  mcp: ['inputs'],
  dotMcp: ['inputs'],
  settings: ['mcpOAuth.inputs'],
  workspace: ['settings', 'mcpOAuth.inputs'],
};
