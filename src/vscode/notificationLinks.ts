/** Links in the text of a notification, which the editor makes of `[words](command:… "tip")`, and texts that stand beside them. */
import { quotable } from '../oauth/authError.ts';

/** @param number stands for what the link is about, of which nothing is in the link. */
export function notificationLink(words: string, command: string, number: number): string {
  return `[${words}](command:${command}?${encodeURIComponent(JSON.stringify([number]))} "${words}")`;
}

/** Another's text between words and links of ours: one line, and no bracket that would make it part of a link. */
export function besideLinks(text: string): string {
  return (quotable(text) ?? '').replaceAll(/[[\]]/g, ' ').trim();
}
