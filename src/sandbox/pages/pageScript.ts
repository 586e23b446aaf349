// A script that a page may run: inline, the same for everybody, allowed in the content security policy by its hash.
// What differs from page to page it reads from `data-` attributes, which the template escapes.
import { createHash } from 'node:crypto';

import { Markup } from './markup.ts';

/** The script as it goes into the page, and what a content security policy says to allow exactly this one. */
export interface PageScript {
  readonly markup: Markup;
  readonly source: string;
}

/** Makes a script of its text, which must be no text from outside. */
export function buildScript(text: string): PageScript {
  return {
    markup: new Markup(`<script>${text}</script>`),
    source: `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  };
}
