// Menus: the Accounts menu at the bottom of the activity bar, and context menus of tree rows.
import type { Locator } from 'playwright-core';

import { eventually } from '../deadline.ts';
import { screenshot } from './tabs.ts';
import { attributes, click, exactly, hover, listed, see, type Workbench } from './workbench.ts';

export async function accountsMenu(workbench: Workbench, pictureName?: string): Promise<readonly string[]> {
  await openAccounts(workbench);
  const open = await openSubmenus(workbench, []);
  const labels = await entryLabels(open);
  if (pictureName !== undefined) await screenshot(workbench, pictureName);
  await closeMenus(workbench);
  return labels;
}

/** A menu stays as it was when it opened: it is opened again until it has the entry. */
export async function accountsMenuClick(workbench: Workbench, path: readonly string[]): Promise<void> {
  const [first = ''] = path;
  let seen: readonly string[] = [];
  await eventually(
    workbench.deadlineMs,
    async () => {
      seen = await accountsMenu(workbench);
      return seen.includes(first) || undefined;
    },
    () => `No entry “${first}” in the Accounts menu. Seen instead: ${listed(seen)}`,
  );
  await openAccounts(workbench);
  await clickThrough(workbench, path);
}

/** Clicks the last entry of the path in the menu that is open. */
export async function clickThrough(workbench: Workbench, path: readonly string[]): Promise<void> {
  const last = path.at(-1);
  if (last === undefined) throw new Error('Name the menu entry to click.');
  try {
    const open = await openSubmenus(workbench, path.slice(0, -1));
    await clickEntry(workbench, open, last);
  } catch (error) {
    // An open menu covers the whole window.
    await closeMenus(workbench);
    throw error;
  }
}

async function openAccounts(workbench: Workbench): Promise<void> {
  // The whole item, since its badge may lie over the icon.
  const { page } = workbench;
  const label = page.locator('.action-label[aria-label^="Accounts"]');
  const icon = page.locator('.activitybar .action-item').filter({ has: label });

  await click(workbench, icon, 'Accounts icon', () => 'no such icon');
}

/** The menu at the end of the path. */
async function openSubmenus(workbench: Workbench, path: readonly string[]): Promise<Locator> {
  // Submenus are drawn inside the entry that opens them, so the outermost one holds only its own list.
  let menu = workbench.page.locator('.monaco-menu > .monaco-action-bar > .actions-container').first();
  await see(workbench, menu, 'menu', () => 'no menu');
  for (const label of path) {
    const entry = await clickEntry(workbench, menu, label);
    menu = entry.locator('.monaco-submenu .actions-container').first();
    await see(workbench, menu, `submenu of “${label}”`, () => 'no submenu');
  }
  return menu;
}

/**
 * A menu ignores the mouse button for a moment after it has opened, and says nothing when it stops doing so: the mouse
 * chooses the entry and the Enter key confirms it.
 */
async function clickEntry(workbench: Workbench, menu: Locator, label: string): Promise<Locator> {
  const { page } = workbench;
  const entry = menu.locator('> .action-item').filter({
    has: page.locator('> .action-menu-item > .action-label', { hasText: exactly(label) }),
  });
  const seen = async (): Promise<string> => listed(await entryLabels(menu));
  await hover(workbench, entry.locator('> .action-menu-item'), `menu entry “${label}”`, seen);
  await entry.and(page.locator('.focused')).waitFor({ timeout: workbench.deadlineMs });
  await page.keyboard.press('Enter');
  return entry;
}

async function entryLabels(menu: Locator): Promise<string[]> {
  return attributes(menu.locator('> .action-item > .action-menu-item > .action-label'), 'aria-label');
}

async function closeMenus({ page, deadlineMs }: Workbench): Promise<void> {
  const menus = page.locator('.monaco-menu');
  while ((await menus.filter({ visible: true }).count()) > 0) {
    const before = await menus.filter({ visible: true }).count();
    await page.keyboard.press('Escape');
    await menus.nth(before - 1).waitFor({ state: 'hidden', timeout: deadlineMs });
  }
}
