/**
 * Names, and what servers say, in places where the editor makes more of a text than the text: icons in labels, and in
 * Markdown links, tables and emphasis as well.
 */
import { quotable } from '../oauth/authError.ts';

/** For labels, in which `$(key)` is an icon: the backslash makes it a text again. */
export function inLabel(text: string): string {
  return (quotable(text) ?? '').replaceAll('$(', '\\$(');
}

/** For labels that stand in menus, too: a menu leaves icons out and shows the backslash, so that a space parts the signs. */
export function inMenu(text: string): string {
  return (quotable(text) ?? '').replaceAll('$(', '$ (');
}

/** For Markdown: every sign that may mean something there, or become a link, as an entity. */
export function inMarkdown(text: string): string {
  return (quotable(text) ?? '').replace(/[^\p{L}\p{M}\p{N} ]/gu, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
}
