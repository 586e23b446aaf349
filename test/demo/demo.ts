/**
 * `npm run demo`: the sandbox and a real VS Code with the extension installed from its package, for a person to try.
 * `-- --headless` takes the tour alone: see tour.ts.
 */
import { spawn } from 'node:child_process';

import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { makePackage } from '../package/vsix.ts';
import { startCodeServer } from '../support/codeServer.ts';
import { sandboxHost } from '../support/stage.ts';
import { runTour } from './headless.ts';

if (process.argv.includes('--headless')) await runTour();
else await invite();

/** Shows where to go and stays until it is ended. */
async function invite(): Promise<void> {
  console.log('Building and packaging the extension…');
  const vsix = await makePackage();
  const sandbox = await startSandbox({ authorizationHost: sandboxHost });
  console.log('Starting VS Code…');
  const server = await startCodeServer({
    extensions: [vsix],
    trustedDomains: [sandbox.issuer],
    settings: { 'mcpOAuth.servers': { sandbox: { url: sandbox.mcpUrl } } },
    smokeTestDriver: false,
  });
  console.log(`
VS Code is ready:  ${server.origin}
Sandbox server:    ${sandbox.mcpUrl}
Passphrase:        ${sandbox.passphrase}

Open the view “MCP OAuth” (the key at the left), and choose Sign In beside “sandbox”. Allow access in the page that opens;
it asks for the passphrase, to see that a person is there.
Then run “MCP: List Servers” to start the server and see its tools. Ctrl+C ends everything.
`);
  openOnDesktop(server.origin);
  await untilEnded();

  await Promise.all([server.close(), sandbox.close()]);
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
