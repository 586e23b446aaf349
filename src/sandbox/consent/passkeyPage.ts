// The page of the passkeys: first a question for the passphrase, then the passkeys that there are and a form for one
// more.
import type { Markup } from '../pages/markup.ts';
import { html } from '../pages/markup.ts';
import type { Page } from '../pages/page.ts';
import { passkeySetUpScript } from './passkeyScripts.ts';
import type { Passkey } from './proofs.ts';
import type { Ticket } from './visitForm.ts';
import { buildNoPassphraseNotice, buildPassphraseField, buildTicket } from './visitForm.ts';

/** The longest name of a passkey, in characters. */
export const passkeyNameLimit = 64;

const title = 'Passkeys · MCP OAuth Sandbox';

/** The page before the passphrase was typed. `alarm` is a sentence about it. */
export interface LockedQuestion {
  readonly ticket: Ticket;
  /** The page that says what to do where no passphrase is set; `undefined` where one is. */
  readonly explanation: string | undefined;
  readonly status?: number;
  readonly alarm?: string;
  readonly retryAfterSeconds?: number;
}

/** The page after it. */
export interface PasskeysQuestion {
  readonly ticket: Ticket;
  readonly passkeys: readonly Passkey[];
  /** What the browser makes a passkey for; `undefined` where this page is at a place that can have none. */
  readonly offer:
    { readonly challenge: string; readonly relyingParty: string; readonly user: string } | undefined;
  /** The address of this page where passkeys work, if there is one. */
  readonly elsewhere: string | undefined;
  readonly alarm: string | undefined;
}

/** Asks for the passphrase. */
export function buildLockedPage(question: LockedQuestion): Page {
  const { alarm, retryAfterSeconds } = question;
  const content = html`<h1>Passkeys</h1>
    <p class="lead">
      With a passkey you answer the consent page by fingerprint, face or PIN and need not type the passphrase.
    </p>
    ${question.explanation === undefined ? buildUnlockForm(question.ticket, alarm) : buildNoPassphraseNotice(question.explanation)}`;
  return {
    status: question.status ?? 200,
    title,
    content,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** Lists the passkeys and offers one more. */
export function buildPasskeysPage(question: PasskeysQuestion): Page {
  const { passkeys, offer, ticket } = question;
  const content = html`<h1>Passkeys</h1>
    <p class="lead">With a passkey you answer the consent page by fingerprint, face or PIN.</p>
    <h2 id="passkeys-title">Set up so far</h2>
    ${
      passkeys.length === 0
        ? html`<p class="hint">None yet.</p>`
        : html`<ul id="passkeys" class="rows" aria-labelledby="passkeys-title">
            ${passkeys.map((passkey) => buildRow(passkey, ticket))}
          </ul>`
    }
    ${offer === undefined ? buildElsewhere(question.elsewhere) : buildAddForm(question, offer)}
    <p class="foot">
      The passphrase goes on working. Removing a passkey here leaves it on your device, where it opens nothing
      any more.
    </p>`;
  return {
    status: 200,
    title,
    content,
    ...(offer === undefined ? {} : { script: passkeySetUpScript }),
  };
}

/** Says why it does not go on, and where it begins again. */
export function buildEndPage(status: number, sentence: string, address: string): Page {
  const content = html`<h1>Passkeys</h1>
    <p class="lead">${sentence}</p>
    <p class="foot"><a href="${address}">Open the page again</a></p>`;
  return { status, title, content };
}

function buildUnlockForm(ticket: Ticket, alarm: string | undefined): Markup {
  return html`<form method="post" autocomplete="off">
    ${buildTicket(ticket)} ${buildPassphraseField(alarm, true)}
    <div class="actions">
      <button type="submit" id="open" name="action" value="open" class="primary">Continue</button>
    </div>
  </form>`;
}

function buildRow({ id, name, createdAtMs }: Passkey, ticket: Ticket): Markup {
  const day = new Date(createdAtMs).toISOString().slice(0, 10);
  return html`<li>
    <span>${name} <time datetime="${day}">${day}</time></span>
    <form method="post">
      ${buildTicket(ticket)}
      <input type="hidden" name="id" value="${id}" />
      <button type="submit" name="action" value="remove" class="quiet" aria-label="Remove ${name}">
        Remove
      </button>
    </form>
  </li>`;
}

function buildAddForm(question: PasskeysQuestion, offer: NonNullable<PasskeysQuestion['offer']>): Markup {
  const { alarm, ticket } = question;
  const known = question.passkeys
    .filter(({ relyingParty }) => relyingParty === offer.relyingParty)
    .map(({ id, transports }) => ({ id, transports }));
  return html`<form
      method="post"
      id="answer"
      autocomplete="off"
      data-challenge="${offer.challenge}"
      data-relying-party="${offer.relyingParty}"
      data-user="${offer.user}"
      data-passkeys="${JSON.stringify(known)}"
      hidden
    >
      ${buildTicket(ticket)}
      <input type="hidden" name="attestation" value="" />
      <label for="name">Name of a new passkey</label>
      <input
        type="text"
        id="name"
        name="name"
        maxlength="${String(passkeyNameLimit)}"
        aria-describedby="name-hint"
        autofocus
      />
      <p class="hint" id="name-hint">So that you know it again. May be left empty.</p>
      <p class="alarm" id="passkey-alarm" role="alert">${alarm ?? ''}</p>
      <div class="actions">
        <button type="submit" id="passkey" name="action" value="add" class="primary">Set up a passkey</button>
      </div>
    </form>
    <noscript
      ><p class="notice">
        Setting up a passkey needs script, which this browser does not run here.
      </p></noscript
    >`;
}

function buildElsewhere(address: string | undefined): Markup {
  return html`<p class="notice" id="elsewhere">
    Passkeys belong to a host name, and this page was opened under another address.
    ${
      address === undefined
        ? 'This sandbox has no name for its pages; start it with one to use passkeys.'
        : html`Set one up at <a href="${address}">${address}</a>.`
    }
  </p>`;
}
