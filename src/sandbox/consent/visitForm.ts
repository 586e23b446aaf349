// What the forms have in common on the pages that a person opens beside a sign-in: the visit that they belong to, the
// field for the passphrase, and what is said where none is set.
import type { Markup } from '../pages/markup.ts';
import { html } from '../pages/markup.ts';

/** What every form there carries: the visit that it belongs to, and the token that ties it to its page. */
export interface Ticket {
  readonly visit: string;
  readonly csrfToken: string;
}

export function buildTicket({ visit, csrfToken }: Ticket): Markup {
  return html`<input type="hidden" name="csrf" value="${csrfToken}" />
    <input type="hidden" name="visit" value="${visit}" />`;
}

/** The field with its label and hint; `alarm` is a sentence about what was typed. */
export function buildPassphraseField(alarm: string | undefined, isFirst: boolean): Markup {
  return html`<label for="passphrase">Passphrase</label>
    <input
      type="password"
      id="passphrase"
      name="passphrase"
      aria-describedby="${alarm === undefined ? '' : 'passphrase-alarm '}passphrase-hint"
      ${alarm === undefined ? html`` : html`aria-invalid="true"`}
      autocomplete="current-password"
      required
      ${isFirst ? html`autofocus` : html``}
    />
    ${alarm === undefined ? html`` : html`<p class="alarm" id="passphrase-alarm" role="alert">${alarm}</p>`}
    <p class="hint" id="passphrase-hint">
      Shown where this sandbox was started; in VS Code, run “MCP OAuth: Copy Sandbox Passphrase”.
    </p>`;
}

/** `explanation` is the page that says what to do about it. */
export function buildNoPassphraseNotice(explanation: string): Markup {
  return html`<p class="notice">
    No passphrase is set, so nobody can open this page. <a href="${explanation}">What to do</a>
  </p>`;
}
