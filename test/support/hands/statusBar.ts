// Items of the status bar.
import type { Locator } from 'playwright-core';

import { eventually } from '../deadline.ts';
import type { StatusBarItem } from './hands.ts';
import {
  click,
  hover as hoverOver,
  listed,
  plain,
  see,
  type DrawnElement,
  type Workbench,
} from './workbench.ts';

export async function statusBarItem(workbench: Workbench, idOrText: string): Promise<StatusBarItem> {
  return read(await find(workbench, idOrText));
}

export async function statusBarTooltip(workbench: Workbench, idOrText: string): Promise<string> {
  const item = await find(workbench, idOrText);
  await hoverOver(workbench, item, `status bar item “${idOrText}”`, () => seen(workbench));
  const hover = workbench.page.locator('.monaco-hover:not(.hidden)').filter({ visible: true });
  await see(workbench, hover, `tooltip of “${idOrText}”`, () => 'no tooltip');
  const text = (await hover.first().innerText()).trim();
  // The tooltip goes only when the mouse does.
  await workbench.page.mouse.move(640, 300);
  await hover.first().waitFor({ state: 'hidden', timeout: workbench.deadlineMs });
  return text;
}

export async function clickStatusBarItem(workbench: Workbench, idOrText: string): Promise<void> {
  const item = await find(workbench, idOrText);
  await click(workbench, item.locator('a'), `status bar item “${idOrText}”`, () => seen(workbench));
}

async function find(workbench: Workbench, idOrText: string): Promise<Locator> {
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
