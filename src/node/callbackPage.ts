/** What the browser shows once an authorization answer arrived: words of ours alone, nothing of the answer (checklist 8.6). */
import { randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';

/** Sentences for the person at the browser. */
export interface CallbackPageTexts {
  /** Of these texts, as BCP 47 spells it: a screen reader has to know (WCAG 3.1.1). */
  readonly language: string;
  /** Heading of every page, and the end of its title. */
  readonly title: string;
  /** An answer with a code arrived. */
  readonly done: string;
  /** An answer with an error arrived. */
  readonly failed: string;
  /** Nobody here waits for what arrived. */
  readonly unknown: string;
}

export type CallbackOutcome = Exclude<keyof CallbackPageTexts, 'language' | 'title'>;

export interface CallbackPage {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

const signs: Record<CallbackOutcome, string> = { done: '✓', failed: '!', unknown: '?' };

const style = `
:root { color-scheme: light dark; --ground: #f3f3f3; --card: #fff; --ink: #1f1f1f; --line: #d4d4d4;
  --done: #107c10; --failed: #b3261e; --unknown: #8a6100 }
@media (prefers-color-scheme: dark) { :root { --ground: #181818; --card: #1f1f1f; --ink: #e0e0e0; --line: #3c3c3c;
  --done: #6ccb5f; --failed: #ff9a90; --unknown: #e5b95c } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 28rem; padding: 2rem; text-align: center; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem }
.sign { width: 3rem; height: 3rem; margin: 0 auto; display: grid; place-items: center; border-radius: 50%;
  border: 2px solid currentColor; font-size: 1.5rem; line-height: 1 }
.done { color: var(--done) } .failed { color: var(--failed) } .unknown { color: var(--unknown) }
h1 { margin: 1rem 0 .5rem; font-size: 1.25rem; font-weight: 600 }
p { margin: 0 }`;

/** A page without script and without anything of another place; it cannot be framed, kept or sent on. */
export function callbackPage(outcome: CallbackOutcome, texts: CallbackPageTexts): CallbackPage {
  const nonce = randomBytes(16).toString('base64');
  const language = escapeMarkup(texts.language);
  const title = escapeMarkup(texts.title);
  const sentence = escapeMarkup(texts[outcome]);
  const body = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${sentence} – ${title}</title><style nonce="${nonce}">${style}</style></head>
<body><main><div class="sign ${outcome}" aria-hidden="true">${signs[outcome]}</div>
<h1>${title}</h1><p role="status">${sentence}</p></main></body></html>
`;
  return {
    status: outcome === 'unknown' ? 400 : 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
    body,
  };
}

/** Of every answer, pages or not: the address holds a code that must go nowhere (RFC 9700 §4.2, §4.3). */
export const bareHeaders: OutgoingHttpHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
