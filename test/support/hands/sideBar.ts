// Views in the side bar: opening them, their tree rows with inline buttons and menus, and their welcome text.
import type { Locator } from 'playwright-core';

import { eventually } from '../deadline.ts';
import type { TreeRow } from './hands.ts';
import { clickThrough } from './menu.ts';
import { screenshot } from './tabs.ts';
import {
  attributes,
  click,
  exactly,
  hover,
  listed,
  quoted,
  see,
  textOf,
  texts,
  type Workbench,
} from './workbench.ts';

export async function openView(workbench: Workbench, title: string): Promise<void> {
  const { page } = workbench;
  const icon = page.locator('.activitybar .action-item').filter({
    has: page.locator(
      // A badge adds its words.
      `.action-label:is([aria-label=${quoted(title)}], [aria-label^=${quoted(`${title} (`)}], [aria-label^=${quoted(`${title} - `)}])`,
    ),
  });
  const header = pane(workbench, title).locator('> .pane-header');
  // A window that was just opened has no icons of extensions yet.
  const either = icon.or(header).filter({ visible: true });
  await see(workbench, either, `view “${title}”`, () => seenViews(workbench));
  if ((await icon.count()) > 0) {
    // A click on the icon of what is open would close it.
    const open = await icon.first().getAttribute('aria-expanded');
    if (open !== 'true') await click(workbench, icon, `icon “${title}”`, () => seenViews(workbench));
    return;
  }
  if ((await header.getAttribute('aria-expanded')) === 'false') {
    await click(workbench, header, `view “${title}”`, () => seenViews(workbench));
  }
}

export async function treeRows(workbench: Workbench, viewTitle: string): Promise<readonly TreeRow[]> {
  const view = pane(workbench, viewTitle);
  await see(workbench, view, `view “${viewTitle}”`, () => seenViews(workbench));
  return Promise.all((await rows(view).all()).map(readRow));
}

export async function waitForTreeRow(
  workbench: Workbench,
  viewTitle: string,
  text: string,
): Promise<TreeRow> {
  let last: readonly TreeRow[] = [];
  return eventually(
    workbench.deadlineMs,
    async () => {
      last = await treeRows(workbench, viewTitle);
      return last.find(({ label, description }) => label.includes(text) || description.includes(text));
    },
    () => {
      const seen = last.map(({ label, description }) => `${label} ${description}`.trim());
      return `No row with “${text}” in “${viewTitle}”. Seen instead: ${listed(seen)}`;
    },
  );
}

export async function clickTreeRow(workbench: Workbench, rowLabel: string): Promise<void> {
  await click(workbench, row(workbench, rowLabel), `row “${rowLabel}”`, () => seenRows(workbench));
}

/** Opens a row that has others below it, or closes it; does nothing where it is so already. */
export async function setTreeRowOpen(workbench: Workbench, rowLabel: string, isOpen: boolean): Promise<void> {
  const wanted = row(workbench, rowLabel);
  await see(workbench, wanted, `row “${rowLabel}”`, () => seenRows(workbench));
  if ((await wanted.first().getAttribute('aria-expanded')) === String(isOpen)) return;
  const twistie = wanted.locator('.monaco-tl-twistie');
  await click(workbench, twistie, `arrow of the row “${rowLabel}”`, () => seenRows(workbench));
  const drawn = wanted.and(workbench.page.locator(`[aria-expanded="${isOpen}"]`));
  await see(workbench, drawn, `row “${rowLabel}” that is ${isOpen ? 'open' : 'closed'}`, () =>
    seenRows(workbench),
  );
}

export async function viewBadge(workbench: Workbench, title: string): Promise<string> {
  const { page } = workbench;
  const named = `.action-label:is([aria-label=${quoted(title)}], [aria-label^=${quoted(`${title} `)}])`;
  const item = page.locator('.activitybar .action-item').filter({ has: page.locator(named) });
  const label = item.locator(named);
  await see(workbench, label, `icon “${title}”`, () => seenViews(workbench));
  const words = (await attributes(label, 'aria-label')).join(' ').slice(title.length).replace(/^ - /, '');
  return [await textOf(item.locator('.badge-content')), words].filter((text) => text !== '').join(': ');
}

export async function clickTreeAction(
  workbench: Workbench,
  rowLabel: string,
  actionTitle: string,
): Promise<void> {
  const wanted = row(workbench, rowLabel);
  await see(workbench, wanted, `row “${rowLabel}”`, () => seenRows(workbench));
  // The buttons of a row are drawn always and shown only under the mouse.
  await hover(workbench, wanted, `row “${rowLabel}”`, () => seenRows(workbench));
  await standStill(workbench);
  const action = wanted.locator(`.actions .action-label[aria-label=${quoted(actionTitle)}]`);
  await click(workbench, action, `button “${actionTitle}” on the row “${rowLabel}”`, async () =>
    listed(await attributes(wanted.first().locator('.actions .action-label'), 'aria-label')),
  );
}

export async function treeTooltip(
  workbench: Workbench,
  rowLabel: string,
  pictureName?: string,
): Promise<string> {
  const { page, deadlineMs } = workbench;
  const wanted = row(workbench, rowLabel).locator('.label-name');
  await hover(workbench, wanted, `row “${rowLabel}”`, () => seenRows(workbench));
  // The editor says “Loading...” while it asks for the text.
  const shown = page.locator('.monaco-hover:not(.hidden)').filter({ visible: true, hasNotText: /^Loading/ });
  await see(workbench, shown, `tooltip of “${rowLabel}”`, () => 'no tooltip');
  const text = (await shown.first().innerText()).trim();
  if (pictureName !== undefined) await screenshot(workbench, pictureName);
  await page.mouse.move(640, 300);
  await shown.first().waitFor({ state: 'hidden', timeout: deadlineMs });
  return text;
}

export async function treeMenuClick(
  workbench: Workbench,
  rowLabel: string,
  path: readonly string[],
): Promise<void> {
  const wanted = row(workbench, rowLabel);
  await see(workbench, wanted, `row “${rowLabel}”`, () => seenRows(workbench));
  await standStill(workbench);
  await wanted.first().click({ button: 'right', timeout: workbench.deadlineMs });
  await clickThrough(workbench, path);
}

export async function viewWelcome(workbench: Workbench, viewTitle: string): Promise<string> {
  const content = welcome(workbench, viewTitle);
  await see(workbench, content, `welcome text in “${viewTitle}”`, () => seenRows(workbench));
  return (await content.first().innerText()).trim();
}

export async function clickViewWelcome(
  workbench: Workbench,
  viewTitle: string,
  button: string,
): Promise<void> {
  const all = welcome(workbench, viewTitle).locator('.monaco-button, a');
  const wanted = all.filter({ hasText: exactly(button) });
  await click(workbench, wanted, `“${button}” in the welcome text of “${viewTitle}”`, async () =>
    listed(await texts(all)),
  );
}

export function pane({ page }: Workbench, title: string): Locator {
  return page.locator(`.part.sidebar .pane:has(> .pane-header[aria-label=${quoted(`${title} Section`)}])`);
}

function welcome(workbench: Workbench, viewTitle: string): Locator {
  return pane(workbench, viewTitle).locator('.welcome-view-content').filter({ visible: true });
}

function rows(view: Locator): Locator {
  return view.locator('.monaco-list-row[role="treeitem"]').filter({ visible: true });
}

function row({ page }: Workbench, label: string): Locator {
  return rows(page.locator('.part.sidebar')).filter({
    has: page.locator('.label-name', { hasText: exactly(label) }),
  });
}

/**
 * VS Code gathers the changes of rows for a fifth of a second; while it draws them, a button of a row below another one has
 * no row to act on.
 */
async function standStill(workbench: Workbench): Promise<void> {
  const views = workbench.page.locator('.part.sidebar');
  let [last, looks] = ['', 0];
  await eventually(
    workbench.deadlineMs,
    async () => {
      const now = await views.innerHTML();
      looks = now === last ? looks + 1 : 0;
      last = now;
      return looks >= 4 || undefined;
    },
    () => 'The rows keep changing.',
  );
}

async function readRow(item: Locator): Promise<TreeRow> {
  const icon = /codicon-(?!colored)([\w-]+)/.exec(
    (await attributes(item.locator('.custom-view-tree-node-item-icon'), 'class')).join(' '),
  );
  return {
    label: await textOf(item.locator('.label-name')),
    description: await textOf(item.locator('.label-description')),
    ariaLabel: (await attributes(item, 'aria-label')).join(' ').replace(/, has actions$/, ''),
    level: Number((await attributes(item, 'aria-level')).join(' ')),
    icon: icon?.[1],
    actions: await attributes(item.locator('.actions .action-label'), 'aria-label'),
  };
}

async function seenRows({ page }: Workbench): Promise<string> {
  return listed(await texts(rows(page.locator('.part.sidebar'))));
}

async function seenViews({ page }: Workbench): Promise<string> {
  return listed(await attributes(page.locator('.part.sidebar .pane-header'), 'aria-label'));
}
