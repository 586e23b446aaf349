// The keyboard alone: keys, and what they go to.
import type { Page } from 'playwright-core';

import type { KeyboardPlace } from './hands.ts';
import { currentTab } from './tabs.ts';
import { plain, type Workbench } from './workbench.ts';

export function press(workbench: Workbench, key: string, place?: KeyboardPlace): Promise<void> {
  return pageOf(workbench, place).keyboard.press(key);
}

export function type(workbench: Workbench, text: string, place?: KeyboardPlace): Promise<void> {
  return pageOf(workbench, place).keyboard.type(text);
}

/**
 * The name of what has the focus. A menu is in a tree of its own, and a list keeps the focus and says which row it means.
 * As text, since the types of the browser's own objects are unknown on this side.
 */
const nameOfFocused = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (element === null || element === document.body) return '';
  element = document.getElementById(element.getAttribute('aria-activedescendant') ?? '') ?? element;
  const words = [element.getAttribute('aria-label'), element.labels?.[0]?.textContent, element.textContent, element.id];
  return words.find((text) => text?.trim()) ?? element.tagName;
})()`;

export async function focusedElement(workbench: Workbench, place?: KeyboardPlace): Promise<string> {
  let frame = pageOf(workbench, place).mainFrame();
  for (;;) {
    const active = await frame.evaluateHandle('document.activeElement ?? document.documentElement');
    const inner = await active.asElement().contentFrame();
    if (inner === null) break;
    frame = inner;
  }
  return plain(await frame.evaluate<string>(nameOfFocused));
}

function pageOf(workbench: Workbench, place: KeyboardPlace = 'workbench'): Page {
  return place === 'page' ? currentTab(workbench) : workbench.page;
}
