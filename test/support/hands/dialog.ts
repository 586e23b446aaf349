// The modal dialog that VS Code draws itself in the browser.
import type { Locator } from 'playwright-core';

import type { Dialog } from './hands.ts';
import { click, exactly, listed, see, textOf, texts, type Workbench } from './workbench.ts';

export async function dialog(workbench: Workbench): Promise<Dialog> {
  const shown = box(workbench);
  await see(workbench, shown, 'modal dialog', () => 'no dialog');
  return {
    message: await textOf(shown.locator('.dialog-message-text')),
    detail: await textOf(shown.locator('.dialog-message-detail')),
    buttons: await texts(buttons(shown)),
  };
}

export async function clickDialog(workbench: Workbench, button: string): Promise<void> {
  const all = buttons(box(workbench));
  const wanted = all.filter({ hasText: exactly(button) });
  await click(workbench, wanted, `dialog with the button “${button}”`, async () => listed(await texts(all)));
}

function box({ page }: Workbench): Locator {
  return page.locator('.monaco-dialog-box');
}

function buttons(shown: Locator): Locator {
  return shown.locator('.dialog-buttons .monaco-button');
}
