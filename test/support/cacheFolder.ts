// Where large things that outlive a checkout are kept: a folder of the person's own, as the platform has it.
import os from 'node:os';
import path from 'node:path';

/** The cache folder of this project; `MCP_OAUTH_CACHE` puts it elsewhere. */
export function cacheFolder(): string {
  const { MCP_OAUTH_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (MCP_OAUTH_CACHE) return path.resolve(MCP_OAUTH_CACHE);
  return path.join(userCache(XDG_CACHE_HOME, LOCALAPPDATA), 'mcp-oauth');
}

function userCache(xdg: string | undefined, localAppData: string | undefined): string {
  const home = os.homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches');
  if (process.platform === 'win32') return localAppData ?? path.join(home, 'AppData', 'Local');
  // The XDG specification has a relative path ignored.
  return xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.cache');
}
