#!/usr/bin/env node
// Stands in for the executable of VS Code where `@vscode/test-electron` wants one: takes its arguments, runs the tests
// in code-server and headless Chromium, prints what they print and ends with their exit code.
import { fstatSync } from 'node:fs';
import fs from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { within } from '../deadline.ts';
import { screenshotsFolder } from '../hands/tabs.ts';
import { openWorkbench, type OpenWorkbench } from './openWorkbench.ts';

const { values, positionals } = parseArgs({
  // VS Code is given many more, which mean something to Electron only.
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
    'install-extension': { type: 'string', multiple: true },
    // Ours alone: VS Code takes them from the list in its folder of extensions.
    'extension-folder': { type: 'string', multiple: true },
    'link-protection-trusted-domains': { type: 'string', multiple: true },
  },
});

const deadlineMs = Number(process.env['MCP_OAUTH_HOST_DEADLINE_MS'] ?? 180_000);
// What was started ends with this process, see codeServer.ts; the browser likewise.
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
endWithParent();
process.exitCode = await run();

async function run(): Promise<number> {
  const opened = await openWorkbench({
    extensionDevelopmentPath: path.resolve(string(values.extensionDevelopmentPath) ?? '.'),
    extensionTestsPath: path.resolve(string(values.extensionTestsPath) ?? missingTests()),
    workspace: positionals.map((folder) => path.resolve(folder))[0],
    userDataDir: string(values['user-data-dir']),
    extensionsDir: string(values['extensions-dir']),
    extensions: strings(values['install-extension']).map((vsix) => path.resolve(vsix)),
    extensionFolders: strings(values['extension-folder']).map((folder) => path.resolve(folder)),
    trustedDomains: strings(values['link-protection-trusted-domains']),
  });
  try {
    const late = 'The tests in the extension host did not end.';
    const code = await within(deadlineMs, late, opened.testsEnded);
    if (code !== 0) await keepEvidence(opened);
    return code;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await keepEvidence(opened);
    return 124;
  } finally {
    await opened.close();
  }
}

/** The picture of the screen and the server's log, for the person who looks into it. */
async function keepEvidence({ hands, logFile }: OpenWorkbench): Promise<void> {
  try {
    const picture = await hands.screenshot('host-tests-failed');
    const log = path.join(screenshotsFolder(), 'host-tests-failed.log');
    await fs.copyFile(logFile, log);
    console.error(`What was on the screen: ${picture}\nWhat the server printed: ${log}`);
  } catch (error) {
    console.error('The picture of the screen could not be saved:', error);
  }
}

/** The parent holds the other end of standard input: when it is killed, nothing here may go on without it. */
function endWithParent(): void {
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.once('close', () => process.exit(143)).resume();
  // Listening must not keep this process from ending by itself.
  (process.stdin as Socket).unref();
}

function missingTests(): never {
  throw new Error('--extensionTestsPath is missing.');
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
