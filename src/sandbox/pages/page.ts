// The frame of every page that the authorization server shows, and the headers that keep such a page from being
// framed, scripted, cached or leaked.
import { html, Markup } from './markup.ts';
import type { PageScript } from './pageScript.ts';
import { pageStyle, pageStyleSource } from './pageStyle.ts';
import { toLine } from './shownText.ts';

/** The longest sentence about an error, in characters. */
const sentenceLimit = 300;

/** What a page is written to: the part of a Koa context that it needs. */
export interface PageTarget {
  status: number;
  type: string;
  body: unknown;
  set(headers: Record<string, string>): void;
}

/**
 * `form-action` is left out on purpose: browsers hold it against the redirects that follow a form, too, and consent
 * ends in a redirect to whatever the client registered (a loopback port, `vscode://`). The form posts to its own
 * address and no text of a client reaches its attributes.
 */
const policy = `default-src 'none'; style-src ${pageStyleSource}; base-uri 'none'; frame-ancestors 'none'`;
const pageHeaders = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const mark = html`<svg viewBox="0 0 28 28" aria-hidden="true" fill="none">
  <rect width="28" height="28" rx="8" fill="var(--accent)" />
  <g stroke="var(--on-accent)" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
    <circle cx="10.5" cy="14" r="3.5" />
    <path d="M14 14h7.5v3M18 14v2" />
  </g>
</svg>`;

/** In one piece: a single space more between the tags and its hash would no longer be the allowed one. */
const style = new Markup(`<style>${pageStyle}</style>`);

/** A whole page: `title` for the window, `content` for the card. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly content: Markup;
  /** The one script that may run; none by default. */
  readonly script?: PageScript;
  /** An address on this server that the page goes to by itself, for when nobody answers. */
  readonly leaves?: { readonly afterSeconds: number; readonly address: string };
  /** Seconds until it makes sense to ask again (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number;
}

/** Answers with a page. */
export function sendPage(target: PageTarget, page: Page): void {
  const { status, title, content, script, leaves, retryAfterSeconds } = page;
  target.status = status;
  target.set({
    ...pageHeaders,
    'content-security-policy': script === undefined ? policy : `${policy}; script-src ${script.source}`,
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  target.type = 'text/html; charset=utf-8';
  target.body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${leaves === undefined ? html`` : buildRefresh(leaves)} ${style}
      </head>
      <body>
        <main>
          <p class="place">${mark} MCP OAuth Sandbox</p>
          ${content}
        </main>
        ${script?.markup ?? html``}
      </body>
    </html> `.text;
}

function buildRefresh({ afterSeconds, address }: NonNullable<Page['leaves']>): Markup {
  return html`<meta http-equiv="refresh" content="${String(afterSeconds)};url=${address}" />`;
}

/** A page that says why a sign-in cannot go on, in words that may repeat what was sent; `code` is the protocol's word. */
export function buildErrorPage(status: number, sentence: string, code: string): Page {
  const content = html`<h1>This sign-in cannot go on</h1>
    <p class="lead">${toLine(sentence, sentenceLimit)}</p>
    <p class="foot">Go back to the app and sign in again. The error is called <code>${code}</code>.</p>`;
  return { status, title: 'Sign-in error · MCP OAuth Sandbox', content };
}
