/**
 * The program `driver.mjs`: signs in to an MCP server, lists its tools through the gateway and ends with 0; a failure
 * ends it with 1 and one line, `code: sentence`. With `--serve` it stays, for other MCP clients, until it is ended.
 */
import { AuthError, quotable, toAuthError } from '../oauth/authError.ts';
import type { Refusal } from '../gateway/route.ts';
import { logLine } from '../session/logLine.ts';
import type { Log } from '../session/ports.ts';
import { failureSentence } from '../vscode/messages/failures.ts';
import { callbackPageTexts } from '../vscode/messages/callbackPage.ts';
import { refusalSentences } from '../vscode/messages/states.ts';
import { readCommandLine, type CommandLine } from './commandLine.ts';
import { readConformance } from './conformanceContext.ts';
import { startDriver, type Driver } from './driver.ts';
import { DriverFailure } from './driverFailure.ts';
import { listTools } from './toolList.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Why the last request got no answer of the server's. */
let refused: DriverFailure | undefined;

function explain(refusal: Refusal, server: string): string {
  const sentence =
    refusal.kind === 'blocked'
      ? refusalSentences.blocked(server, refusal.state)
      : refusalSentences[refusal.kind](server, undefined, 'words' in refusal ? refusal.words : undefined);
  refused = new DriverFailure(refusal.kind, sentence);
  return sentence;
}

async function run(commandLine: CommandLine): Promise<void> {
  const { serverUrl, serve, log } = commandLine;
  const { env } = process;
  const conformance = readConformance(env);
  const driver = await startDriver({
    serverUrl,
    conformance,
    environment: env,
    pageTexts: callbackPageTexts(),
    log: log ? writtenLog : silentLog,
    say: process.stderr.isTTY ? say : undefined,
    explain: (refusal, { server }) => explain(refusal, server.name),
  });
  try {
    if (serve) {
      process.stdout.write(`${driver.gatewayUrl}\n`);
      await ended();
    } else {
      const callsFirst = env['MCP_CONFORMANCE_SCENARIO'] !== undefined;
      for (const tool of await listThroughGateway(driver, { revision: conformance.revision, callsFirst }))
        process.stdout.write(`${quotable(tool) ?? ''}\n`);
    }
  } finally {
    driver.close();
  }
}

/** @throws AuthError of the sign-in, DriverFailure. */
async function listThroughGateway(
  { session, gatewayUrl }: Driver,
  listing: Parameters<typeof listTools>[1],
): Promise<readonly string[]> {
  try {
    // The gateway signs in as soon as the server asks for it: what it says then, such as its scopes, is known best.
    return await listTools(gatewayUrl, listing);
  } catch (thrown) {
    const { state } = session;
    if ('error' in state)
      throw state.error.code === 'browser_not_opened' ? unopened(state.error) : state.error;
    throw refused ?? new DriverFailure('mcp_error', quotable(String(thrown)) ?? '');
  }
}

/** Nobody is at this program: a page that asks something needs a command that opens it. */
function unopened({ facts: { host = 'the server' } }: AuthError): DriverFailure {
  const isNamed = (process.env['BROWSER'] ?? '') !== '';
  const sentence = isNamed
    ? `No command that BROWSER names could open the page of ${host}.`
    : `${host} asks something of a person, or leads nowhere. Set BROWSER to a command that opens its page.`;
  return new DriverFailure('browser_not_opened', sentence);
}

function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

const silentLog: Log = { info: () => undefined, error: () => undefined };
const writtenLog: Log = {
  info: (event, fields = {}) => say(logLine(event, fields)),
  error: (event, fields, cause) => say(logLine(event, fields, cause)),
};

try {
  await run(readCommandLine(process.argv.slice(2)));
} catch (thrown) {
  const failure = thrown instanceof DriverFailure ? thrown : toAuthError(thrown);
  const sentence = failure instanceof AuthError ? failureSentence(failure) : failure.message;
  // The sentence points to the log.
  if (failure.code === 'unexpected' && process.argv.includes('--log'))
    writtenLog.error('unexpected', {}, failure);
  say(`${failure.code}: ${sentence}`);
  process.exitCode = 1;
}
