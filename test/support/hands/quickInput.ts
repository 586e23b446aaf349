// The quick input at the top of the window: command palette, input boxes and quick picks.
import { isDeepStrictEqual } from 'node:util';

import type { Locator } from 'playwright-core';

import { eventually } from '../deadline.ts';
import type { QuickInputText, QuickItem } from './hands.ts';
import {
  attributes,
  click,
  exactly,
  fill,
  hover,
  listed,
  quoted,
  see,
  textOf,
  texts,
  type Workbench,
} from './workbench.ts';

/** Whatever else comes to the front closes the palette, such as the output of a server that is gone: it is opened again. */
export async function runCommand(workbench: Workbench, title: string): Promise<void> {
  const input = box(workbench);
  const patient: Workbench = { ...workbench, deadlineMs: 5_000 };
  let failure = '';
  await eventually(
    workbench.deadlineMs,
    async () => {
      try {
        await workbench.page.keyboard.press('F1');
        await fill(patient, input, `>${title}`, 'command palette', () => 'no quick input');
        await pickQuickItem(patient, title);
        return true;
      } catch (thrown) {
        failure = String(thrown);
        await workbench.page.keyboard.press('Escape');
        return undefined;
      }
    },
    () => failure,
  );
  // The command may open a quick input of its own in the same place: what is read next has to be that one.
  await eventually(
    workbench.deadlineMs,
    async () => ((await valueOf(input))?.startsWith('>') ? undefined : true),
    () => `The command palette stayed open after “${title}” was picked.`,
  );
}

export async function quickInput(workbench: Workbench, text: string): Promise<void> {
  const input = box(workbench);
  await fill(workbench, input, text, 'quick input', () => 'no quick input');
  await input.press('Enter');
}

export async function pickQuickItem(workbench: Workbench, label: string): Promise<void> {
  const wanted = rowOf(workbench, label);
  await click(workbench, wanted, `quick input entry “${label}”`, async () => listed(await labels(workbench)));
}

export async function quickInputText(workbench: Workbench): Promise<QuickInputText> {
  await see(workbench, box(workbench), 'quick input', () => 'no quick input');
  let last: QuickInputText | undefined;
  // It is drawn piece by piece: two looks have to agree.
  return eventually(
    workbench.deadlineMs,
    async () => {
      const before = last;
      last = await read(workbench);
      return isDeepStrictEqual(before, last) ? last : undefined;
    },
    () => `The quick input kept changing: ${JSON.stringify(last)}`,
  );
}

export async function quickItems(workbench: Workbench): Promise<readonly QuickItem[]> {
  await see(workbench, rows(workbench), 'quick input entry', () => 'no entry');
  return Promise.all((await rows(workbench).all()).map(readItem));
}

export async function clickQuickItemButton(
  workbench: Workbench,
  label: string,
  button: string,
): Promise<void> {
  const row = rowOf(workbench, label);
  // Buttons appear under the mouse.
  await hover(workbench, row, `quick input entry “${label}”`, async () => listed(await labels(workbench)));
  const wanted = row.locator(`${buttonsOfRow}:is([aria-label=${quoted(button)}])`);
  await click(workbench, wanted, `button “${button}”`, async () =>
    listed(await attributes(row.locator(buttonsOfRow), 'aria-label')),
  );
}

const buttonsOfRow = '.quick-input-list-entry-action-bar .action-label';

async function readItem(row: Locator): Promise<QuickItem> {
  const [icon] = await attributes(row.locator('.quick-input-list-icon'), 'class');
  const [classes = ''] = await attributes(row, 'class');
  return {
    label: await textOf(row.locator('.quick-input-list-row:first-child .label-name')),
    description: await textOf(row.locator('.quick-input-list-row:first-child .label-description')),
    // A line that is drawn again for another entry keeps what that does not have, hidden.
    detail: await shownText(row.locator('.quick-input-list-label-meta')),
    icon: /codicon-([\w-]+)/.exec(icon ?? '')?.[1],
    group: await shownText(row.locator('.quick-input-list-separator')),
    buttons: await attributes(row.locator(buttonsOfRow), 'aria-label'),
    isActive: / focused(?: |$)/.test(classes),
  };
}

function shownText(part: Locator): Promise<string> {
  return textOf(part.filter({ visible: true }));
}

async function read(workbench: Workbench): Promise<QuickInputText> {
  const shown = widget(workbench);
  return {
    title: await textOf(shown.locator('.quick-input-title')),
    placeholder: (await attributes(box(workbench), 'placeholder')).join(' '),
    message: await textOf(shown.locator('.quick-input-message')),
    items: await labels(workbench),
  };
}

/** What has been typed, or nothing where the input is not there. */
async function valueOf(input: Locator): Promise<string | undefined> {
  if ((await input.count()) === 0) return undefined;
  try {
    return await input.inputValue({ timeout: 100 });
  } catch {
    return undefined;
  }
}

function widget({ page }: Workbench): Locator {
  return page.locator('.quick-input-widget').filter({ visible: true });
}

function box(workbench: Workbench): Locator {
  return widget(workbench).locator('.quick-input-box input');
}

function rows(workbench: Workbench): Locator {
  return widget(workbench).locator('.quick-input-list .monaco-list-row');
}

function rowOf(workbench: Workbench, label: string): Locator {
  return rows(workbench).filter({
    has: workbench.page.locator('.quick-input-list-row:first-child .label-name', { hasText: exactly(label) }),
  });
}

function labels(workbench: Workbench): Promise<string[]> {
  return texts(rows(workbench).locator('.quick-input-list-row:first-child .label-name'));
}
