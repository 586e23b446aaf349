// The window of VS Code that the hands work in, and how they click and read there.
import type { BrowserContext, Locator, Page } from 'playwright-core';

import type { Windows } from './windows.ts';

export interface Workbench {
  readonly context: BrowserContext;
  readonly windows: Windows;
  /** The current window. */
  readonly page: Page;
  readonly deadlineMs: number;
  /** The other tab in use, once `waitForPage` has found one. */
  readonly tab: { page?: Page };
}

type Seen = () => Promise<string> | string;

/** Clicks the first match; where none can be clicked in time, the error names what was wanted and what was there. */
export function click(workbench: Workbench, wanted: Locator, name: string, seen: Seen): Promise<void> {
  return act(workbench, name, seen, (timeout) => wanted.first().click({ timeout }));
}

/** Moves the mouse over the first match. */
export function hover(workbench: Workbench, wanted: Locator, name: string, seen: Seen): Promise<void> {
  return act(workbench, name, seen, (timeout) => wanted.first().hover({ timeout }));
}

/** Waits until there is a visible match. */
export function see(workbench: Workbench, wanted: Locator, name: string, seen: Seen): Promise<void> {
  return act(workbench, name, seen, (timeout) => wanted.first().waitFor({ timeout }));
}

/** Replaces the text of the first match. */
export function fill(
  workbench: Workbench,
  wanted: Locator,
  text: string,
  name: string,
  seen: Seen,
): Promise<void> {
  return act(workbench, name, seen, (timeout) => wanted.first().fill(text, { timeout }));
}

async function act(
  { deadlineMs }: Workbench,
  name: string,
  seen: Seen,
  action: (timeout: number) => Promise<void>,
): Promise<void> {
  try {
    await action(deadlineMs);
  } catch (cause) {
    const covered = cause instanceof Error && cause.message.includes('intercepts pointer events');
    const reason = covered ? `The ${name} is covered by something else` : `No ${name}`;
    throw new Error(`${reason} (waited ${deadlineMs / 1_000} s). Seen instead: ${await seen()}`, { cause });
  }
}

/** The texts of the visible matches, without the spaces of layout. */
export async function texts(locator: Locator): Promise<string[]> {
  const found = await locator.filter({ visible: true }).allTextContents();
  return found.map(plain).filter((text) => text !== '');
}

/** The text of all matches at this moment; nothing where there is no match. */
export async function textOf(locator: Locator): Promise<string> {
  return plain((await locator.allTextContents()).join(' '));
}

/** What is read of an element inside the page; the types of the browser itself are unknown on this side. */
export interface DrawnElement {
  readonly id: string;
  readonly className: string;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<DrawnElement>;
}

/** The attribute of each match that has it. */
export async function attributes(locator: Locator, name: string): Promise<string[]> {
  const found = await locator.evaluateAll(
    (elements: readonly DrawnElement[], attribute) =>
      elements.map((element) => element.getAttribute(attribute) ?? ''),
    name,
  );
  return found.map(plain).filter((text) => text !== '');
}

/** VS Code lays text out with non-breaking spaces. */
export function plain(text: string | null): string {
  return (text ?? '').replaceAll(/\s+/g, ' ').trim();
}

export function listed(labels: readonly string[]): string {
  return labels.length === 0 ? 'nothing' : labels.map((label) => `“${label}”`).join(', ');
}

/** Matches the whole text of an element, whatever spaces surround it. */
export function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s+')}\\s*$`);
}

/** A string as CSS takes it inside an attribute selector. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
