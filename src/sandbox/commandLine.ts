// The flags of the sandbox's command line.
import { parseArgs } from 'node:util';

import type { SandboxOptions } from './sandbox.ts';

const flags = {
  'authorization-host': { type: 'string' },
  'authorization-port': { type: 'string' },
  'mcp-host': { type: 'string' },
  'mcp-port': { type: 'string' },
  'access-token-seconds': { type: 'string' },
  'no-refresh-tokens': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** What the command line asks for. */
export interface CommandLine {
  readonly sandbox: SandboxOptions;
  readonly json: boolean;
  readonly help: boolean;
}

/** The command line is wrong; the message is one sentence for people. */
export class CommandLineError extends Error {}

/** What `--help` prints. */
export const usage = `Usage: sandbox [options]

  --authorization-host <host>       where the authorization server listens (127.0.0.1)
  --authorization-port <port>       its port (a free one)
  --mcp-host <host>                 where the MCP server listens (127.0.0.1)
  --mcp-port <port>                 its port (a free one)
  --access-token-seconds <seconds>  how long an access token lives (3600)
  --no-refresh-tokens               issue no refresh tokens
  --json                            print the addresses as one JSON object
  --help                            print this
`;

/**
 * Reads the arguments that follow the script's name.
 *
 * @throws CommandLineError
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parseFlags(args);
  const authorizationPort = parseNumber('authorization-port', values['authorization-port'], 0, 65_535);
  const mcpPort = parseNumber('mcp-port', values['mcp-port'], 0, 65_535);
  const accessTokenSeconds = parseNumber('access-token-seconds', values['access-token-seconds'], 1, 2 ** 31);
  const { 'authorization-host': authorizationHost, 'mcp-host': mcpHost } = values;
  return {
    sandbox: {
      refreshTokens: values['no-refresh-tokens'] !== true,
      ...(authorizationHost === undefined ? {} : { authorizationHost }),
      ...(authorizationPort === undefined ? {} : { authorizationPort }),
      ...(mcpHost === undefined ? {} : { mcpHost }),
      ...(mcpPort === undefined ? {} : { mcpPort }),
      ...(accessTokenSeconds === undefined ? {} : { accessTokenSeconds }),
    },
    json: values.json === true,
    help: values.help === true,
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    // Node explains at length; its first sentence says what is wrong.
    const [sentence = ''] = (cause instanceof Error ? cause.message : '').split(/\.\s|\n/);
    throw new CommandLineError(sentence.replace(/\.?$/, '.'), { cause });
  }
}

function parseNumber(
  flag: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new CommandLineError(`--${flag} takes a whole number from ${least} to ${most}, not "${text}".`);
}
