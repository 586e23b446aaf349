// Items of the status bar.
import type { Locator } from 'playwright-core';

import { eventually } from '../deadline.ts';
import type { StatusBarItem } from './hands.ts';
import { screenshot } from './tabs.ts';
import {
  click,
  exactly,
  hover as hoverOver,
  listed,
  plain,
  see,
  textOf,
  type DrawnElement,
  type Workbench,
} from './workbench.ts';

export async function statusBarItem(workbench: Workbench, idOrText: string): Promise<StatusBarItem> {
  return read(await findItem(workbench, idOrText));
}

export async function statusBarTooltip(
  workbench: Workbench,
  idOrText: string,
  pictureName?: string,
  colorScheme?: 'light' | 'dark',
): Promise<string> {
  const hover = await openTooltip(workbench, idOrText);
  const text = (await hover.innerText()).trim();
  if (pictureName !== undefined) await screenshot(workbench, pictureName, 'workbench', colorScheme);
  await leaveTooltip(workbench, hover);
  return text;
}

export async function clickStatusBarTooltip(
  workbench: Workbench,
  idOrText: string,
  link: string,
): Promise<void> {
  const hover = await openTooltip(workbench, idOrText);
  const wanted = hover.locator('a').filter({ hasText: exactly(link) });
  await click(workbench, wanted, `link “${link}” in the tooltip`, () => textOf(hover));
  await leaveTooltip(workbench, hover);
}

async function openTooltip(workbench: Workbench, idOrText: string): Promise<Locator> {
  const item = await findItem(workbench, idOrText);
  await hoverOver(workbench, item, `status bar item “${idOrText}”`, () => seen(workbench));
  const hover = workbench.page.locator('.monaco-hover:not(.hidden)').filter({ visible: true });
  await see(workbench, hover, `tooltip of “${idOrText}”`, () => 'no tooltip');
  return hover.first();
}

/** The tooltip goes only when the mouse does. */
async function leaveTooltip({ page, deadlineMs }: Workbench, hover: Locator): Promise<void> {
  await page.mouse.move(640, 300);
  await hover.waitFor({ state: 'hidden', timeout: deadlineMs });
}

export async function clickStatusBarItem(workbench: Workbench, idOrText: string): Promise<void> {
  const item = await findItem(workbench, idOrText);
  await click(workbench, item.locator('a'), `status bar item “${idOrText}”`, () => seen(workbench));
}

export async function findItem(workbench: Workbench, idOrText: string): Promise<Locator> {
  return eventually(
    workbench.deadlineMs,
    async () => {
      for (const item of await items(workbench).all()) {
        const { id, text, ariaLabel } = await read(item);
        if (id === idOrText || id.endsWith(`.${idOrText}`)) return item;
        if (text.includes(idOrText) || ariaLabel.includes(idOrText)) return byId(workbench, id);
      }
      return undefined;
    },
    async () => `No status bar item “${idOrText}”. Seen instead: ${await seen(workbench)}`,
  );
}

function items({ page }: Workbench): Locator {
  return page.locator('.part.statusbar .statusbar-item').filter({ visible: true });
}

/** Other items come and go, so the place in the bar is no name. */
function byId({ page }: Workbench, id: string): Locator {
  return page.locator(`.part.statusbar [id=${JSON.stringify(id)}]`);
}

/** In one go: an item may be drawn anew between two questions. */
async function read(item: Locator): Promise<StatusBarItem> {
  const { id, classes, text, ariaLabel, iconClasses } = await item.evaluate((element: DrawnElement) => ({
    id: element.id,
    classes: element.className,
    text: element.textContent,
    ariaLabel: element.getAttribute('aria-label') ?? '',
    iconClasses: [...element.querySelectorAll('.codicon')].map((icon) => icon.className),
  }));
  return {
    id,
    text: plain(text),
    ariaLabel,
    icons: iconClasses.map((icon) => /codicon-([\w-]+)/.exec(icon)?.[1]).filter((icon) => icon !== undefined),
    background: background(classes),
  };
}

function background(classes: string): StatusBarItem['background'] {
  if (classes.includes('warning-kind')) return 'warning';
  if (classes.includes('error-kind')) return 'error';
  return classes.includes('has-background-color') ? 'other' : 'none';
}

async function seen(workbench: Workbench): Promise<string> {
  const all = await Promise.all((await items(workbench).all()).map(read));
  return listed(all.map(({ id, text }) => `${text} (${id})`));
}
