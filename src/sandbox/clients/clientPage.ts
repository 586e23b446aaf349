// The page on which a person registers a client by hand: a form, then the client id and secret to be copied. Works
// without script, which only adds the buttons that copy, and spares the passphrase to whom VS Code has led here.
import type { Ticket } from '../consent/visitForm.ts';
import { buildNoPassphraseNotice, buildPassphraseField, buildTicket } from '../consent/visitForm.ts';
import type { Markup } from '../pages/markup.ts';
import { html } from '../pages/markup.ts';
import type { Page } from '../pages/page.ts';
import { buildScript } from '../pages/pageScript.ts';
import { clientNameLimit, type HandClient } from './handClient.ts';

const title = 'Register a client · MCP OAuth Sandbox';

/** The form, with what was typed so far and a sentence about what has to be put right. */
export interface ClientQuestion {
  readonly ticket: Ticket;
  /** The page that says what to do where no passphrase is set; `undefined` where one is. */
  readonly explanation: string | undefined;
  /** The leave that takes the place of the passphrase, where the person came with one that is still good. */
  readonly leave?: string;
  readonly nameText: string;
  readonly redirectText: string;
  readonly hasSecret: boolean;
  readonly redirectAlarm?: string;
  readonly passphraseAlarm?: string;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
}

/** The leave stands in the fragment, which no server and no log gets to see, and does not stay in the address. */
const leaveScript = buildScript(`
const leave = new URLSearchParams(location.hash.slice(1)).get('ticket');
if (leave) {
  history.replaceState(null, '', location.pathname);
  document.getElementById('ticket').value = leave;
  document.getElementById('by-passphrase').hidden = true;
  document.getElementById('passphrase').disabled = true;
}`);

const copyScript = buildScript(`
const said = document.getElementById('said');
if (navigator.clipboard) for (const button of document.querySelectorAll('.copied button')) {
  const field = button.previousElementSibling;
  button.hidden = false;
  button.addEventListener('click', async () => {
    field.select();
    said.textContent = '';
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = button.dataset.said;
    } catch {
      said.textContent = 'The browser did not allow that. The text is selected: copy it yourself.';
    }
  });
}`);

/** Asks what to register. */
export function buildClientPage(question: ClientQuestion): Page {
  const { explanation, retryAfterSeconds } = question;
  const content = html`<h1>Register a client</h1>
    <p class="lead">
      For an app that has to know its client id beforehand, as at a server that registers nobody by itself.
    </p>
    ${explanation === undefined ? buildForm(question) : buildNoPassphraseNotice(explanation)}`;
  return {
    status: question.status ?? 200,
    title,
    content,
    ...(explanation === undefined && question.leave === undefined ? { script: leaveScript } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** Shows what the app has to know. The secret is kept, but never shown again. */
export function buildRegisteredPage({ id, secret, redirectUris }: HandClient, address: string): Page {
  const content = html`<h1>The client is registered</h1>
    <p class="lead">Copy this into the app that is to sign in: in VS Code, into the guide.</p>
    <form>
      ${buildCopied('client-id', 'Client ID', id)}
      ${secret === undefined ? html`` : buildCopied('client-secret', 'Client secret', secret)}
      ${
        secret === undefined
          ? html`<p class="hint">This client has no secret.</p>`
          : html`<p class="hint">The secret is shown this once.</p>`
      }
      <p class="hint said" id="said" role="status"></p>
    </form>
    <h2 id="redirects-title">May come back to</h2>
    <ul id="redirects" class="rows" aria-labelledby="redirects-title">
      ${redirectUris.map((uri) => html`<li><code>${uri}</code></li>`)}
    </ul>
    <p class="foot"><a href="${address}">Register another client</a></p>`;
  return { status: 200, title, content, script: copyScript };
}

/** Says why it does not go on, and where it begins again. */
export function buildEndPage(status: number, sentence: string, address: string): Page {
  const content = html`<h1>Register a client</h1>
    <p class="lead">${sentence}</p>
    <p class="foot"><a href="${address}">Open the page again</a></p>`;
  return { status, title, content };
}

function buildForm({
  ticket,
  leave,
  nameText,
  redirectText,
  hasSecret,
  redirectAlarm,
  passphraseAlarm,
}: ClientQuestion): Markup {
  const isRedirectFirst = passphraseAlarm === undefined;
  return html`<form method="post" autocomplete="off">
    ${buildTicket(ticket)}
    <input type="hidden" id="ticket" name="ticket" value="${leave ?? ''}" />
    <label for="redirect-uris">Redirect URI</label>
    <textarea
      id="redirect-uris"
      name="redirect_uris"
      rows="3"
      aria-describedby="${redirectAlarm === undefined ? '' : 'redirect-uris-alarm '}redirect-uris-hint"
      ${redirectAlarm === undefined ? html`` : html`aria-invalid="true"`}
      autocapitalize="none"
      spellcheck="false"
      required
      ${isRedirectFirst ? html`autofocus` : html``}
    >
${redirectText}</textarea>
    ${
      redirectAlarm === undefined
        ? html``
        : html`<p class="alarm" id="redirect-uris-alarm" role="alert">${redirectAlarm}</p>`
    }
    <p class="hint" id="redirect-uris-hint">
      Where the app takes the answer, exactly as it says. One on each line.
    </p>
    <label class="choice" for="secret">
      <input type="checkbox" id="secret" name="secret" value="yes" ${hasSecret ? html`checked` : html``} />
      With a client secret
    </label>
    <p class="hint">Without one it proves itself by PKCE alone, as apps on a computer do.</p>
    <label for="name">Name <small>(optional)</small></label>
    <input
      type="text"
      id="name"
      name="name"
      value="${nameText}"
      maxlength="${String(clientNameLimit)}"
      aria-describedby="name-hint"
      autocapitalize="none"
      spellcheck="false"
    />
    <p class="hint" id="name-hint">What the sign-in page calls it.</p>
    ${
      leave === undefined
        ? html`<div id="by-passphrase">${buildPassphraseField(passphraseAlarm, !isRedirectFirst)}</div>`
        : html``
    }
    <div class="actions">
      <button type="submit" id="register" class="primary">Register</button>
    </div>
  </form>`;
}

/** A text to be selected, with a button that script shows. */
function buildCopied(id: string, label: string, value: string): Markup {
  return html`<label for="${id}">${label}</label>
    <div class="copied">
      <input type="text" id="${id}" value="${value}" readonly spellcheck="false" />
      <button type="button" aria-label="Copy ${label}" data-said="${label} copied." hidden>Copy</button>
    </div>`;
}
