// What a screen reader gets, and what axe finds wrong with it: in a view, in an item of the status bar, in a notification, on
// the page of an extension, and in another tab.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type { Locator } from 'playwright-core';

import type { AccessibilityProblem, Surface } from './hands.ts';
import { notificationElement } from './notifications.ts';
import { pane } from './sideBar.ts';
import { findItem } from './statusBar.ts';
import { currentTab } from './tabs.ts';
import { webviewPage } from './webview.ts';
import type { DrawnElement, Workbench } from './workbench.ts';

/** Inside the page, once axe is there; the types of the browser itself are unknown on this side. */
interface Browser {
  readonly axe: {
    run(element: DrawnElement, options: object): Promise<{ violations: readonly Violation[] }>;
  };
}

/** As axe tells it. */
interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

const options = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
  // What is read on a button is what a person says to press it; axe has this rule as an experiment.
  rules: { 'label-content-name-mismatch': { enabled: true } },
  resultTypes: ['violations'],
  // Each frame is asked about by itself, and style sheets of other origins are not fetched a second time.
  iframes: false,
  preload: false,
};

let axeSource: Promise<string> | undefined;

export async function accessibilityProblems(
  workbench: Workbench,
  surface: Surface,
): Promise<readonly AccessibilityProblem[]> {
  const element = await elementOf(workbench, surface);
  await bringAxe(element, workbench.deadlineMs);
  const violations = await element.evaluate(
    async (drawn: DrawnElement, asked) =>
      (await (globalThis as unknown as Browser).axe.run(drawn, asked)).violations,
    options,
    { timeout: workbench.deadlineMs },
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => ({
      rule: id,
      help,
      target: target.flat().join(' '),
      summary: failureSummary.replaceAll(/\s+/g, ' ').trim(),
    })),
  );
}

export async function accessibilityTree(workbench: Workbench, surface: Surface): Promise<string> {
  const element = await elementOf(workbench, surface);
  return element.ariaSnapshot({ timeout: workbench.deadlineMs });
}

async function elementOf(workbench: Workbench, surface: Surface): Promise<Locator> {
  switch (surface.kind) {
    case 'view':
      return pane(workbench, surface.title);
    case 'statusBarItem':
      return findItem(workbench, surface.idOrText);
    case 'notification':
      return notificationElement(workbench, surface.text);
    case 'webview':
      return webviewPage(workbench).locator('html');
    case 'page': {
      const page = currentTab(workbench);
      const { colours } = surface;
      await page.emulateMedia(
        colours === 'forced'
          ? { forcedColors: 'active', colorScheme: null }
          : { forcedColors: null, colorScheme: colours },
      );
      return page.locator('html');
    }
  }
}

/** Past a page's content security policy, as the browser's own developer tools do. */
async function bringAxe(element: Locator, timeout: number): Promise<void> {
  const handle = await element.elementHandle({ timeout });
  const frame = await handle.ownerFrame();
  if (frame === null) throw new Error('The element belongs to no page.');
  if (await frame.evaluate<boolean>('typeof axe === "object"')) return;
  axeSource ??= readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  await frame.evaluate(await axeSource);
}
