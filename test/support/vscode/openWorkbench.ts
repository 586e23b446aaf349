// A real VS Code in a browser: code-server, Chromium, the page of the workbench, and hands to work in it.
// Serves the host tests, which end by themselves, and the demo, which a person watches.
import type { Browser } from 'playwright-core';

import { launchChromium } from '../chromium.ts';
import { startCodeServer, type CodeServerOptions } from '../codeServer.ts';
import { lendHands } from '../hands.ts';
import type { Hands } from '../hands/hands.ts';
import { handsOn } from '../hands/handsOn.ts';
import { Windows } from '../hands/windows.ts';
import type { Workbench } from '../hands/workbench.ts';
import { listenToTestRunner } from './testRunner.ts';

export interface WorkbenchOptions extends CodeServerOptions {
  /** One at most: VS Code takes the last of several. */
  readonly extensionDevelopmentPath?: string | undefined;
  /** The CommonJS module with `run()`; without it the workbench just opens. */
  readonly extensionTestsPath?: string | undefined;
  /** The folder or `.code-workspace` file to open. */
  readonly workspace?: string | undefined;
  readonly headless?: boolean;
  readonly colorScheme?: 'light' | 'dark';
}

export interface OpenWorkbench {
  readonly hands: Hands;
  readonly workbench: Workbench;
  /** For a person who wants to open the same window in a browser of their own. */
  readonly url: string;
  readonly origin: string;
  readonly logFile: string;
  /** The exit code of the tests inside the extension host; never, where there are none. */
  readonly testsEnded: Promise<number>;
  close(): Promise<void>;
}

const deadlineMs = 15_000;

export async function openWorkbench(options: WorkbenchOptions): Promise<OpenWorkbench> {
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    // The browser before the server, so that the page does not try to reconnect.
    for (const one of opened.splice(0)) await one.close();
  };
  try {
    const browser = await launchChromium({ headless: options.headless ?? true });
    opened.push(browser);
    const workbench = await openTab(browser, options);
    const server = await serve(options, workbench, opened);
    const url = workbenchUrl(server.origin, options);
    await workbench.page.goto(url);
    await workbench.page.waitForSelector('.monaco-workbench .statusbar', { timeout: 60_000 });
    return { hands: handsOn(workbench), workbench, url, close, ...server };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Everything that VS Code needs behind its page: the server, the hands and, for tests, their runner. */
async function serve(
  options: WorkbenchOptions,
  workbench: Workbench,
  opened: { close(): Promise<void> }[],
): Promise<{
  readonly origin: string;
  readonly logFile: string;
  readonly testsEnded: Promise<number>;
}> {
  const { env, extensionTestsPath } = options;
  const lent = await lendHands(workbench);
  opened.push(lent);
  const runner = extensionTestsPath === undefined ? undefined : await listenToTestRunner(extensionTestsPath);
  if (runner) opened.push(runner);
  const server = await startCodeServer({
    ...options,
    ...(runner && { extensionFolders: [runner.extensionPath, ...(options.extensionFolders ?? [])] }),
    env: { ...env, ...runner?.env, MCP_OAUTH_HANDS: lent.address },
  });
  opened.push(server);
  return {
    origin: server.origin,
    logFile: server.logFile,
    testsEnded: runner?.ended ?? new Promise(() => undefined),
  };
}

async function openTab(browser: Browser, { colorScheme }: WorkbenchOptions): Promise<Workbench> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: colorScheme ?? 'light',
  });
  const windows = new Windows(await context.newPage());
  return {
    context,
    windows,
    get page() {
      return windows.current;
    },
    deadlineMs,
    tab: {},
  };
}

function workbenchUrl(
  origin: string,
  { workspace, extensionDevelopmentPath: folder }: WorkbenchOptions,
): string {
  const url = new URL(origin);
  if (workspace === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', workspace);
  const payload = [
    ['skipWelcome', 'true'],
    // The authority is the word “remote”, whatever the host.
    ...(folder === undefined ? [] : [['extensionDevelopmentPath', `vscode-remote://remote${folder}`]]),
  ];
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
