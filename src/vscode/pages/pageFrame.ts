/**
 * What every page has around it: the policy that lets nothing in but its own style and script (checklist 16.7), the
 * language, the title, and how its script speaks to the editor.
 */
import { Markup, html } from './markup.ts';
import { pageStyle } from './pageStyle.ts';

export interface FramedPage {
  /** As BCP 47 has it: `en`. */
  readonly language: string;
  readonly title: string;
  readonly body: Markup;
  /** A text of ours; nothing from outside may be put into it. It asks for something with `ask(request)`. */
  readonly script: string;
}

/** @param nonce another one each time: whoever got something into the page cannot know it. */
export function framedPage({ language, title, body, script }: FramedPage, nonce: string): string {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style nonce="${nonce}">
          ${new Markup(pageStyle)}
        </style>
      </head>
      <body>
        <main>${body}</main>
        <script nonce="${nonce}">
          ${new Markup(asking(nonce))};
          ${new Markup(script)};
        </script>
      </body>
    </html> `.text;
}

/** What a page asks for carries its nonce: it may be on its way while the page is replaced by another. */
function asking(nonce: string): string {
  return `const editor = acquireVsCodeApi();
const ask = (asked) => editor.postMessage({ nonce: '${nonce}', asked })`;
}

/** What the page of this nonce asks for; undefined where it was another one. */
export function askedOf(received: unknown, nonce: string): unknown {
  if (typeof received !== 'object' || received === null) return undefined;
  const { nonce: given, asked } = received as Readonly<Record<string, unknown>>;
  return given === nonce ? asked : undefined;
}

export function newNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));
}
