/**
 * `npm run demo`: a real VS Code with the extension installed from its package, which starts its sandbox, for a person to
 * try. `-- --headless` takes the tour alone: see tour.ts.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';

import { build } from 'esbuild';

import { usualPorts } from '../../src/sandbox/commandLine.ts';
import { makePackage } from '../package/vsix.ts';
import { startCodeServer } from '../support/codeServer.ts';
import { readFlags } from '../support/flags.ts';
import { runTour } from './headless.ts';
import { untilNobodyAt } from './nobodyAt.ts';

/** The extension that gives the command to start the sandbox. */
const opening = path.join(import.meta.dirname, 'opening');

const [issuer, mcpUrl] = [usualPorts.authorization, usualPorts.mcp].map((port) => `http://127.0.0.1:${port}`);
const sandboxUrl = `${mcpUrl}/mcp`;

const { values } = readFlags(
  `npm run demo                  a real VS Code with the extension and its sandbox; prints the address
npm run demo -- --headless    does the whole sign-in by itself and leaves screenshots`,
  { headless: { type: 'boolean' } },
);
if (values.headless === true) await runTour();
else await invite();

/** Shows where to go and stays until it is ended. */
async function invite(): Promise<void> {
  console.log('Building and packaging the extension…');
  const vsix = await makePackage();
  await build({
    entryPoints: [path.join(import.meta.dirname, 'openingExtension.ts')],
    outfile: path.join(opening, 'dist/extension.cjs'),
    ...{ bundle: true, platform: 'node', format: 'cjs', external: ['vscode'] },
  });
  // Where another sandbox is, this one takes other ports, and asks before it is added.
  const isFree = (await Promise.all([issuer, mcpUrl].map((url) => untilNobodyAt(String(url), 0)))).every(
    Boolean,
  );
  console.log('Starting VS Code…');
  const server = await startCodeServer({
    extensions: [vsix],
    extensionFolders: [opening],
    settings: isFree ? { 'mcpOAuth.servers': { sandbox: { url: sandboxUrl } } } : {},
    smokeTestDriver: false,
  });
  console.log(`
VS Code is ready:  ${server.origin}
Sandbox server:    ${isFree ? sandboxUrl : 'on ports of its own, because another sandbox runs; agree when VS Code asks to add it'}
                   (VS Code starts it when you open the address above, and “MCP OAuth: Stop Sandbox Server” stops it)

1. Choose Sign In in the notification, or open the view “MCP OAuth” (the key at the left), hover over “sandbox” and choose
   Sign In there. By keyboard: F1, “MCP OAuth: Sign In…”.
2. Allow access in the page that opens. It asks for a passphrase, to see that a person is there: Copy Passphrase in the
   notification, or “MCP OAuth: Copy Sandbox Passphrase”, puts it on the clipboard.
3. Run “MCP: List Servers” to start the server and see its tools.

Use one tab: each has a sandbox of its own. Ctrl+C ends everything.
`);
  openOnDesktop(server.origin);
  await untilEnded();

  await server.close();
}

/** Ctrl+C reaches this process more than once, from the terminal and from whoever started it: all but the first count for nothing. */
function untilEnded(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve()).on('SIGTERM', () => resolve());
  });
}

/** Opens the address where there is a desktop to open it on. */
function openOnDesktop(url: string): void {
  const { platform, env } = process;
  const hasDesktop =
    platform === 'darwin' || platform === 'win32' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  if (!hasDesktop) return;
  const command = platform === 'darwin' ? 'open' : platform === 'win32' ? 'explorer' : 'xdg-open';
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .once('error', () => undefined)
    .unref();
}
