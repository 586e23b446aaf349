// Windows of the same VS Code: tabs of one browser profile, each with an extension host of its own. The tests run in the
// first; a second one can be opened, loaded again and closed.
import type { BrowserContext, Page } from 'playwright-core';

import type { Workbench } from './workbench.ts';

/** The windows that there are, and which of them the hands work in. */
export class Windows {
  private readonly first: Page;
  private second: Page | undefined;
  current: Page;

  constructor(first: Page) {
    this.first = first;
    this.current = first;
  }

  /** Whether a tab is a window of VS Code and no page that it opened. */
  has(page: Page): boolean {
    return page === this.first || page === this.second;
  }

  get(number: 1 | 2): Page {
    const page = number === 1 ? this.first : this.second;
    if (page === undefined) throw new Error('There is no second window: call openWindow first.');
    return page;
  }

  /** An empty tab for a second window, which becomes the current one. */
  async addSecond(context: BrowserContext): Promise<Page> {
    if (this.second !== undefined) throw new Error('There are two windows already.');
    this.second = await context.newPage();
    this.current = this.second;
    return this.second;
  }

  /** The current window, where it is not the one in which the tests run. */
  expendable(): Page {
    if (this.current === this.first) throw new Error('The tests run in the first window.');
    return this.current;
  }

  removeSecond(): void {
    this.second = undefined;
    this.current = this.first;
  }
}

export async function openWindow(workbench: Workbench, folder?: string): Promise<void> {
  const { context, windows } = workbench;
  const page = await windows.addSecond(context);
  await page.goto(address(windows.get(1).url(), folder));
  await drawn(workbench, page);
}

/** Also brings it to the front: the browser draws a tab behind another one seldom or never. */
export async function useWindow({ windows }: Workbench, number: 1 | 2): Promise<void> {
  windows.current = windows.get(number);
  await windows.current.bringToFront();
}

export async function reloadWindow(workbench: Workbench): Promise<void> {
  const page = workbench.windows.expendable();
  await page.reload();
  await drawn(workbench, page);
}

export async function closeWindow(workbench: Workbench): Promise<void> {
  await workbench.windows.expendable().close();
  workbench.windows.removeSecond();
  await useWindow(workbench, 1);
}

/** The address of the first window holds what every window needs: the origin and the extension under development. */
function address(firstWindow: string, folder: string | undefined): string {
  const url = new URL(firstWindow);
  for (const opened of ['ew', 'folder', 'workspace']) url.searchParams.delete(opened);
  if (folder === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set('folder', folder);
  return url.href;
}

/** What was open before is opened again at first; a click during that would close it. VS Code's own driver knows the end. */
async function drawn({ deadlineMs }: Workbench, page: Page): Promise<void> {
  // A workbench takes longer than anything in it.
  const timeout = deadlineMs * 3;
  await page.waitForSelector('.monaco-workbench .statusbar', { timeout });
  // As text, since the types of the browser's own objects are unknown on this side.
  await page.waitForFunction('window.driver?.whenWorkbenchRestored().then(() => true)', undefined, {
    timeout,
  });
}
