// The sandbox as a program: starts both servers, says where they are, and runs until it is told to stop.
import type { CommandLine } from './commandLine.ts';
import { CommandLineError, parseCommandLine, usage } from './commandLine.ts';
import type { Sandbox } from './sandbox.ts';
import { startSandbox } from './sandbox.ts';

await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<void> {
  try {
    const commandLine = parseCommandLine(args);
    if (commandLine.help) {
      process.stdout.write(usage);
      return;
    }
    const sandbox = await startSandbox(commandLine.sandbox);
    stopOnSignal(sandbox);
    process.stdout.write(announce(sandbox, commandLine));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof CommandLineError ? 2 : 1;
  }
}

function stopOnSignal(sandbox: Sandbox): void {
  const stop = () => void sandbox.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function announce({ issuer, mcpUrl }: Sandbox, { json }: CommandLine): string {
  if (json) return `${JSON.stringify({ issuer, mcpUrl })}\n`;
  return `The MCP OAuth sandbox is running.

  MCP server            ${mcpUrl}
  Authorization server  ${issuer}

Add the MCP server's address to MCP OAuth and sign in with any name. Ctrl+C stops the sandbox.
`;
}
