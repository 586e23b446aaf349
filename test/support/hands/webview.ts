// The page of an extension in an editor tab: the workbench shows it in an iframe of an iframe.
import type { FrameLocator } from 'playwright-core';

import { click, fill, type DrawnElement, type Workbench } from './workbench.ts';

/** Inside the page; the types of the browser itself are unknown on this side. */
interface Browser {
  getComputedStyle(element: DrawnElement): { getPropertyValue(name: string): string };
}

export function webviewText(workbench: Workbench, selector = 'main'): Promise<string> {
  return webviewPage(workbench).locator(selector).first().innerText({ timeout: workbench.deadlineMs });
}

export function webviewValue(workbench: Workbench, selector: string): Promise<string> {
  return webviewPage(workbench).locator(selector).first().inputValue({ timeout: workbench.deadlineMs });
}

export function webviewStyle(workbench: Workbench, selector: string, property: string): Promise<string> {
  const element = webviewPage(workbench).locator(selector).first();
  return element.evaluate(
    (drawn: DrawnElement, name) =>
      (globalThis as unknown as Browser).getComputedStyle(drawn).getPropertyValue(name),
    property,
    { timeout: workbench.deadlineMs },
  );
}

export async function webviewFill(workbench: Workbench, selector: string, text: string): Promise<void> {
  await fill(workbench, webviewPage(workbench).locator(selector), text, `${selector} in the webview`, () =>
    webviewText(workbench),
  );
}

export async function webviewClick(workbench: Workbench, selector: string): Promise<void> {
  await click(workbench, webviewPage(workbench).locator(selector), `${selector} in the webview`, () =>
    webviewText(workbench),
  );
}

/** The page that is on the screen; those of other tabs may be kept behind it. */
export function webviewPage({ page: workbench }: Workbench): FrameLocator {
  return workbench
    .locator('iframe.webview')
    .filter({ visible: true })
    .last()
    .contentFrame()
    .frameLocator('iframe#active-frame');
}
