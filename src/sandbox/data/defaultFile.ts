// Where a sandbox keeps its data that was not told where: in the folder that each system has for such things.
import { homedir } from 'node:os';
import path from 'node:path';

/** The path of the data file. */
export function defaultDataFile(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  return path.join(stateFolder(platform, environment), 'mcp-oauth-sandbox', 'sandbox.sqlite');
}

function stateFolder(platform: NodeJS.Platform, { LOCALAPPDATA, XDG_STATE_HOME }: NodeJS.ProcessEnv): string {
  if (platform === 'win32') return LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support');
  // The XDG base directory specification: a relative path is to be overlooked.
  return XDG_STATE_HOME && path.isAbsolute(XDG_STATE_HOME)
    ? XDG_STATE_HOME
    : path.join(homedir(), '.local', 'state');
}
