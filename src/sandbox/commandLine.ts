// The flags of the sandbox's command line.
import { parseArgs } from 'node:util';

import { defaultDataFile } from './data/defaultFile.ts';
import { checkFaultNames } from './faults/faults.ts';
import type { SandboxOptions } from './sandbox.ts';

/** The ports of a sandbox that is not told other ones: a server that was once added to an editor stays valid. */
export const usualPorts = { authorization: 47_710, mcp: 47_711 };

const flags = {
  'authorization-host': { type: 'string' },
  'authorization-port': { type: 'string' },
  'mcp-host': { type: 'string' },
  'mcp-port': { type: 'string' },
  'pages-host': { type: 'string' },
  'data-file': { type: 'string' },
  memory: { type: 'boolean' },
  'passphrase-file': { type: 'string' },
  'without-passphrase': { type: 'boolean' },
  'access-token-seconds': { type: 'string' },
  'answer-seconds': { type: 'string' },
  'no-refresh-tokens': { type: 'boolean' },
  fault: { type: 'string', multiple: true },
  'list-faults': { type: 'boolean' },
  markdown: { type: 'boolean' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  'until-stdin-closes': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** What the command line asks for. */
export interface CommandLine {
  readonly sandbox: SandboxOptions;
  /** The file that holds the passphrase, where one is named. */
  readonly passphraseFile: string | undefined;
  readonly listFaults: boolean;
  readonly markdown: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly untilStdinCloses: boolean;
  readonly help: boolean;
}

/** The command line is wrong; the message is one sentence for people. */
export class CommandLineError extends Error {}

/** What `--help` prints. */
export const usage = `Usage: sandbox [options]

  --authorization-host <host>       where the authorization server listens (127.0.0.1)
  --authorization-port <port>       its port (${usualPorts.authorization}; 0 takes a free one)
  --mcp-host <host>                 where the MCP server listens (127.0.0.1)
  --mcp-port <port>                 its port (${usualPorts.mcp}; 0 takes a free one)
  --pages-host <host>               the name of the pages that people see (localhost; passkeys need a name)
  --data-file <file>                what keeps clients, grants and passkeys (${defaultDataFile()})
  --memory                          keep everything in memory
  --passphrase-file <file>          a file that holds the passphrase of the consent page;
                                    or set MCP_OAUTH_SANDBOX_PASSPHRASE; else one is made up once
  --without-passphrase              make up no passphrase
  --access-token-seconds <seconds>  how long an access token lives (3600)
  --answer-seconds <seconds>        how long a person has to answer (600)
  --no-refresh-tokens               issue no refresh tokens
  --fault <name>                    go wrong in a certain way; may be repeated
  --list-faults                     print every fault there is, with what it does
  --json                            print the addresses, or the faults, as JSON
  --markdown                        print the faults as a table
  --quiet                           print no line for each request
  --until-stdin-closes              stop when the standard input ends
  --help                            print this
`;

/**
 * Reads the arguments that follow the script's name.
 *
 * @throws CommandLineError
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parseFlags(args);
  if (values.memory === true && values['data-file'] !== undefined) {
    throw new CommandLineError('--memory and --data-file contradict each other.');
  }
  const accessTokenSeconds = parseNumber('access-token-seconds', values['access-token-seconds'], 1, 2 ** 31);
  const answerSeconds = parseNumber('answer-seconds', values['answer-seconds'], 1, 86_400);
  const { 'authorization-host': authorizationHost, 'mcp-host': mcpHost } = values;
  return {
    sandbox: {
      authorizationPort: parsePort(
        'authorization-port',
        values['authorization-port'],
        usualPorts.authorization,
      ),
      mcpPort: parsePort('mcp-port', values['mcp-port'], usualPorts.mcp),
      pagesHost: values['pages-host'] ?? 'localhost',
      refreshTokens: values['no-refresh-tokens'] !== true,
      withoutPassphrase: values['without-passphrase'] === true,
      tokenCacheSeconds: 5,
      faults: parseFaults(values.fault ?? []),
      ...(values.memory === true ? {} : { dataFile: values['data-file'] ?? defaultDataFile() }),
      ...(authorizationHost === undefined ? {} : { authorizationHost }),
      ...(mcpHost === undefined ? {} : { mcpHost }),
      ...(accessTokenSeconds === undefined ? {} : { accessTokenSeconds }),
      ...(answerSeconds === undefined ? {} : { answerSeconds }),
    },
    passphraseFile: values['passphrase-file'],
    listFaults: values['list-faults'] === true,
    markdown: values.markdown === true,
    json: values.json === true,
    quiet: values.quiet === true,
    untilStdinCloses: values['until-stdin-closes'] === true,
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

function parseFaults(names: readonly string[]): readonly string[] {
  try {
    return checkFaultNames(names);
  } catch (cause) {
    throw new CommandLineError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function parsePort(flag: string, text: string | undefined, usual: number): number {
  return parseNumber(flag, text, 0, 65_535) ?? usual;
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
