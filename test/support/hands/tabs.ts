// The other tabs of the browser: what `openExternal` opened, such as a consent page.
// And pictures of them and of the workbench.
import fs from 'node:fs/promises';
import path from 'node:path';

import type { Page } from 'playwright-core';

import { eventually } from '../deadline.ts';
import { click, fill, listed, type Workbench } from './workbench.ts';

export async function waitForPage(workbench: Workbench, urlPrefix: string): Promise<string> {
  const { context, windows, tab, deadlineMs } = workbench;
  const others = (): Page[] => context.pages().filter((other) => !windows.has(other));
  const found = await eventually(
    deadlineMs,
    // The newest first: an earlier attempt may have left its tab open.
    () => Promise.resolve(others().findLast((other) => other.url().startsWith(urlPrefix))),
    () => `No page at ${urlPrefix}. Seen instead: ${listed(others().map((other) => other.url()))}`,
  );
  await found.waitForLoadState('domcontentloaded', { timeout: deadlineMs });
  tab.page = found;
  return found.url();
}

export async function pageText(workbench: Workbench): Promise<string> {
  return (await currentTab(workbench).locator('body').innerText({ timeout: workbench.deadlineMs })).trim();
}

export function pageUrl(workbench: Workbench): Promise<string> {
  return Promise.resolve(currentTab(workbench).url());
}

export async function pageClick(workbench: Workbench, selector: string): Promise<void> {
  const page = currentTab(workbench);
  await click(workbench, page.locator(selector), `${selector} on ${page.url()}`, () => pageText(workbench));
}

export async function pageFill(workbench: Workbench, selector: string, text: string): Promise<void> {
  const page = currentTab(workbench);
  const name = `${selector} on ${page.url()}`;
  await fill(workbench, page.locator(selector), text, name, () => pageText(workbench));
}

export async function pageClose(workbench: Workbench): Promise<void> {
  await currentTab(workbench).close();
  delete workbench.tab.page;
}

/** Where pictures go: `MCP_OAUTH_SCREENSHOTS`, or the folder of that name in the repository. */
export function screenshotsFolder(): string {
  const repository = path.resolve(import.meta.dirname, '..', '..', '..');
  return path.resolve(process.env['MCP_OAUTH_SCREENSHOTS'] ?? path.join(repository, 'screenshots'));
}

export async function screenshot(
  workbench: Workbench,
  name: string,
  target: 'workbench' | 'page' = 'workbench',
  colorScheme?: 'light' | 'dark',
): Promise<string> {
  const page = target === 'page' ? currentTab(workbench) : workbench.page;
  const folder = screenshotsFolder();
  await fs.mkdir(folder, { recursive: true });
  const file = path.join(folder, `${name.replaceAll(/[^\w.-]+/g, '-')}.png`);
  if (colorScheme) await page.emulateMedia({ colorScheme });
  // A menu that fades in is shown as it will be.
  await page.screenshot({ path: file, timeout: workbench.deadlineMs, animations: 'disabled' });
  if (colorScheme) await page.emulateMedia({ colorScheme: null });
  return file;
}

/** The tab that `waitForPage` found last. */
export function currentTab({ tab }: Workbench): Page {
  if (tab.page === undefined) throw new Error('No page was waited for yet: call waitForPage first.');
  if (tab.page.isClosed()) throw new Error('The page has been closed.');
  return tab.page;
}
