/** What the program is told on its command line. */
import { parseArgs } from 'node:util';
import { isServerUrl } from '../servers/oauthSettings.ts';
import { addServerMessages } from '../vscode/messages/serverFiles.ts';
import { DriverFailure } from './driverFailure.ts';

export interface CommandLine {
  /** Address of the MCP endpoint. */
  readonly serverUrl: string;
  /** Whether to stay, for other clients, once the gateway's address is printed. */
  readonly serve: boolean;
  /** Whether to write the log to standard error. */
  readonly log: boolean;
}

const usage =
  'node driver.mjs [--serve] [--log] <address of an MCP server>; BROWSER may name a command that opens pages, MCP_OAUTH_STATE a folder that keeps the sign-in.';

/**
 * @throws DriverFailure `usage` for what is no command line of this program, `insecure_url` for an address that cannot
 * be a server's; it is not repeated, since it may hold a password.
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const [serverUrl, ...others] = positionals;
  if (serverUrl === undefined || others.length > 0) throw new DriverFailure('usage', usage);
  if (!isServerUrl(serverUrl)) throw new DriverFailure('insecure_url', addServerMessages.refused('url'));
  return { serverUrl, serve: values.serve, log: values.log };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { serve: flag, log: flag } });
  } catch {
    throw new DriverFailure('usage', usage);
  }
}
