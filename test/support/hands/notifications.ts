// Notifications: the toasts at the bottom right and the notification centre that keeps them.
import type { Locator } from 'playwright-core';

import { eventually } from '../deadline.ts';
import type { Notification } from './hands.ts';
import { attributes, click, exactly, listed, see, textOf, texts, type Workbench } from './workbench.ts';

/** The toasts or, where none is shown, what the centre holds; the centre is closed again. */
export async function notifications(workbench: Workbench): Promise<readonly Notification[]> {
  const toasts = await read(shownItems(workbench));
  if (toasts.length > 0) return toasts;
  await openCentre(workbench);
  const kept = await read(shownItems(workbench));
  await closeCentre(workbench);
  return kept;
}

export async function waitForNotification(workbench: Workbench, text: string): Promise<Notification> {
  let last: readonly Notification[] = [];
  return eventually(
    workbench.deadlineMs,
    async () => {
      last = await notifications(workbench);
      return last.find(({ message }) => message.includes(text));
    },
    () => `No notification with “${text}”. Seen instead: ${listed(last.map(({ message }) => message))}`,
  );
}

/** A toast may have been folded away already: the centre still has its button. */
export async function clickNotification(workbench: Workbench, button: string): Promise<void> {
  const wanted = buttons(shownItems(workbench)).filter({ hasText: exactly(button) });
  await eventually(
    workbench.deadlineMs,
    async () => {
      if ((await wanted.count()) > 0) return true;
      if ((await shownItems(workbench).count()) === 0) await openCentre(workbench);
      return (await wanted.count()) > 0 || undefined;
    },
    async () => `No notification with the button “${button}”. Seen instead: ${await seen(workbench)}`,
  );
  await click(workbench, wanted, `notification with the button “${button}”`, () => seen(workbench));
}

/** Of several notifications that offer the same, the one that speaks of `text`. */
export async function clickInNotification(workbench: Workbench, text: string, link: string): Promise<void> {
  const wanted = shownItems(workbench)
    .filter({ hasText: text })
    .locator('.notification-list-item-message a, .notification-list-item-buttons-container .monaco-button')
    .filter({ hasText: exactly(link) });
  if ((await shownItems(workbench).filter({ hasText: text }).count()) === 0) await openCentre(workbench);
  await click(workbench, wanted, `“${link}” in the notification with “${text}”`, () => seen(workbench));
}

export async function clearNotifications(workbench: Workbench): Promise<void> {
  await openCentre(workbench);
  const clear = centre(workbench).getByRole('button', { name: 'Clear All Notifications' });
  await click(workbench, clear, 'button to clear all notifications', () => seen(workbench));
  await closeCentre(workbench);
}

/** The notification whose message holds the text, on the screen; in the centre, which then stays open, where there is no toast. */
export async function notificationElement(workbench: Workbench, text: string): Promise<Locator> {
  const wanted = shownItems(workbench).filter({ hasText: text });
  if ((await wanted.count()) === 0) await openCentre(workbench);
  await see(workbench, wanted, `notification with “${text}”`, () => seen(workbench));
  return wanted.first();
}

async function openCentre(workbench: Workbench): Promise<void> {
  if ((await centre(workbench).count()) === 0) await clickBell(workbench);
  await see(workbench, centre(workbench), 'notification centre', () => seen(workbench));
}

/** Clearing the last notification closes the centre by itself, a moment later. */
async function closeCentre(workbench: Workbench): Promise<void> {
  if ((await centre(workbench).count()) > 0) await workbench.page.keyboard.press('Escape');
  await eventually(
    workbench.deadlineMs,
    async () => {
      if ((await centre(workbench).count()) === 0) return true;
      await clickBell(workbench);
      return (await centre(workbench).count()) === 0 || undefined;
    },
    () => 'The notification centre did not close.',
  );
}

async function clickBell(workbench: Workbench): Promise<void> {
  const bell = workbench.page.locator('[id="status.notifications"]');
  await click(workbench, bell, 'bell in the status bar', () => 'no bell');
}

function centre({ page }: Workbench): Locator {
  return page.locator('.notifications-center.visible');
}

function shownItems({ page }: Workbench): Locator {
  return page
    .locator('.notifications-toasts, .notifications-center.visible')
    .locator('.notification-list-item')
    .filter({ visible: true });
}

function buttons(items: Locator): Locator {
  return items.locator('.notification-list-item-buttons-container .monaco-button');
}

async function read(items: Locator): Promise<Notification[]> {
  return Promise.all((await items.all()).map(readOne));
}

async function readOne(item: Locator): Promise<Notification> {
  const icon = (await attributes(item.locator('.notification-list-item-icon'), 'class')).join(' ');
  const source = await textOf(item.locator('.notification-list-item-source'));
  return {
    severity: icon.includes('error') ? 'error' : icon.includes('warning') ? 'warning' : 'info',
    message: await textOf(item.locator('.notification-list-item-message')),
    source: source.replace(/^Source: /, ''),
    buttons: await texts(buttons(item)),
  };
}

async function seen(workbench: Workbench): Promise<string> {
  const found = await read(shownItems(workbench));
  return listed(found.map(({ message, buttons }) => [message, ...buttons].join(' | ')));
}
