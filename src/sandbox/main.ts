// The sandbox as a program: starts both servers, says where they are, and runs until it is told to stop.
import { readFileSync } from 'node:fs';

import type { CommandLine } from './commandLine.ts';
import { CommandLineError, parseCommandLine, usage } from './commandLine.ts';
import { clientsPath, noPassphrasePath, passkeysPath } from './consent/paths.ts';
import { faultTable, listFaults } from './faults/faults.ts';
import { PortTakenError } from './http/listener.ts';
import type { Sandbox } from './sandbox.ts';
import { startSandbox } from './sandbox.ts';

/** What a caller can tell apart: a fault of its own, a port that somebody else has, anything else. */
const exitCodes = { usage: 2, portTaken: 3, other: 1 };

await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<void> {
  try {
    const commandLine = parseCommandLine(args);
    if (commandLine.help) process.stdout.write(usage);
    else if (commandLine.listFaults) process.stdout.write(describeFaults(commandLine));
    else await serve(commandLine);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}${nextStep(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

async function serve(commandLine: CommandLine): Promise<void> {
  // Whoever read along may go; the servers go on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const passphrase = readPassphrase(commandLine);
  const sandbox = await startSandbox({
    ...commandLine.sandbox,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(commandLine.quiet
      ? {}
      : { log: (line) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`) }),
  });
  const stop = () => void sandbox.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  if (commandLine.untilStdinCloses) process.stdin.once('close', stop).resume();
  process.stdout.write(announce(sandbox, commandLine));
}

/** From a file or the environment: a command line can be read by everybody on the computer. */
function readPassphrase({ passphraseFile }: CommandLine): string | undefined {
  const text =
    passphraseFile === undefined
      ? process.env['MCP_OAUTH_SANDBOX_PASSPHRASE']
      : readFileSync(passphraseFile, 'utf8');
  if (text === undefined) return undefined;
  if (text.trim() === '') throw new CommandLineError('The passphrase is empty.');
  return text.trim();
}

function nextStep(error: unknown): string {
  if (error instanceof CommandLineError) return ' --help lists the options.';
  if (!(error instanceof PortTakenError)) return '';
  return ' Where another sandbox runs, this one takes free ports with --authorization-port 0 --mcp-port 0.';
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommandLineError) return exitCodes.usage;
  return error instanceof PortTakenError ? exitCodes.portTaken : exitCodes.other;
}

function describeFaults({ json, markdown }: CommandLine): string {
  if (json) return `${JSON.stringify({ faults: faultTable }, undefined, 2)}\n`;
  if (markdown) return listFaults(faultTable);
  return faultTable.map(({ name, about }) => `${name}\n    ${about}\n`).join('');
}

function announce(sandbox: Sandbox, { json, sandbox: { dataFile } }: CommandLine): string {
  const { issuer, mcpUrl, sseUrl, passphrase, control, pagesOrigin } = sandbox;
  const passkeysUrl = pagesOrigin + passkeysPath;
  const clientsUrl = pagesOrigin + clientsPath;
  if (json) {
    const { url: controlUrl, key: controlKey } = control;
    const addresses = { issuer, mcpUrl, sseUrl, passkeysUrl, clientsUrl, controlUrl };
    return `${JSON.stringify({ ...addresses, passphrase, controlKey })}\n`;
  }
  const active = sandbox.faults.active.join(', ');
  return `The MCP OAuth sandbox is running.

  MCP server            ${mcpUrl}
  Older HTTP+SSE        ${sseUrl}
  Authorization server  ${issuer}
  Passphrase            ${describePassphrase(sandbox, dataFile !== undefined)}
  Passkeys              ${passkeysUrl}
  Register a client     ${clientsUrl}
${active === '' ? '' : `  Faults                ${active}\n`}
Add the MCP server's address to an MCP client and sign in with any name; the page asks for the passphrase, to see that
a person is there. Ctrl+C stops the sandbox.
`;
}

function describePassphrase({ passphrase, passphraseKind, pagesOrigin }: Sandbox, isKept: boolean): string {
  switch (passphraseKind) {
    case 'new':
      return `${passphrase}${isKept ? ' (keep it: it is shown this once)' : ''}`;
    case 'given':
      return '(as it was given)';
    case 'kept':
      return '(as it was; MCP_OAUTH_SANDBOX_PASSPHRASE or --passphrase-file sets another one)';
    case 'none':
      return `(none, so that every sign-in ends at once: see ${pagesOrigin}${noPassphrasePath})`;
  }
}
