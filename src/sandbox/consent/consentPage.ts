// The page that asks a person: which app, where it will be sent back to, what it wants, as whom to sign in, and for
// a proof that they are there. With the passphrase it works without script. Every word that comes from the client is
// escaped by the template.
import { describeScope } from '../authorization/scopes.ts';
import { isLoopbackHost } from '../http/loopback.ts';
import type { Markup } from '../pages/markup.ts';
import { html } from '../pages/markup.ts';
import type { Page } from '../pages/page.ts';
import { accountLengthLimit } from './account.ts';
import { passkeySignInScript } from './passkeyScripts.ts';
import type { PasskeyQuestion, Surface } from './personCheck.ts';

const unspokenSeconds = 5;

/** What the consent page says. */
export interface ConsentQuestion {
  readonly clientName: string;
  /** The host of the client's own address, where its id is one. */
  readonly clientHost: string | undefined;
  /** Where the browser is sent back to; `undefined` if a device waits instead. */
  readonly redirectUri: string | undefined;
  readonly resourceName: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly account: string;
  readonly csrfToken: string;
  readonly surface: Surface;
  /** How long the page still waits for an answer. */
  readonly remainingSeconds: number;
  /** Where the page goes then. */
  readonly lateAddress: string;
  readonly passkeysAddress: string;
  readonly correction: Correction;
}

/** What was typed and has to be put right: a sentence about the name, a sentence about the proof. */
export interface Correction {
  readonly status?: number;
  readonly account?: string;
  readonly accountAlarm?: string;
  readonly proofAlarm?: string;
  /** Whether what was typed for the passphrase is what has to be put right. */
  readonly byPassphrase?: boolean;
  readonly retryAfterSeconds?: number;
}

/** The page that asks the person. The answer is posted back to the page's own address. */
export function buildConsentPage(question: ConsentQuestion): Page {
  const { correction, surface } = question;
  const content = html`<h1>Sign in to ${question.resourceName}</h1>
    <p class="lead"><strong>${question.clientName}</strong> asks to use ${question.resourceName} as you.</p>
    <dl class="facts">
      ${question.clientHost === undefined ? html`` : buildFact('client-host', 'App from', question.clientHost)}
      ${buildFact('resource', 'Server', question.resource)}
      ${
        question.redirectUri === undefined
          ? buildFact('destination', 'This device', question.clientName)
          : buildFact('destination', 'Returns to', describeDestination(question.redirectUri))
      }
    </dl>
    <h2 id="scopes-title">It will be able to</h2>
    <ul id="scopes" aria-labelledby="scopes-title">
      ${question.scopes.map((scope) => html`<li><span>${describeScope(scope)}</span> <code>${scope}</code></li>`)}
    </ul>
    <form method="post" id="answer" ${describePasskeys(surface.passkeys)}>
      <input type="hidden" name="csrf" value="${question.csrfToken}" />
      ${buildAccountField(correction.account ?? question.account, correction.accountAlarm)}
      ${surface.passkeys === undefined ? buildPassphraseChoice(correction) : buildPasskeyChoice(surface, correction)}
      <p class="aside">
        <button type="submit" id="cancel" name="decision" value="cancel" class="quiet" formnovalidate>
          Leave without an answer
        </button>
      </p>
    </form>
    <p class="foot">
      Allow only what you started yourself. This page waits ${describeWait(question.remainingSeconds)} for an
      answer.
      ${
        surface.passphrase
          ? html`<a href="${question.passkeysAddress}" target="_blank" rel="noopener"
              >${surface.passkeys === undefined ? 'Set up a passkey' : 'Passkeys'}</a
            >`
          : html``
      }
    </p>`;
  return {
    status: correction.status ?? 200,
    title: `Sign in to ${question.resourceName} · MCP OAuth Sandbox`,
    content,
    leaves: { afterSeconds: question.remainingSeconds, address: question.lateAddress },
    ...(surface.passkeys === undefined ? {} : { script: passkeySignInScript }),
    ...(correction.retryAfterSeconds === undefined
      ? {}
      : { retryAfterSeconds: correction.retryAfterSeconds }),
  };
}

function buildFact(id: string, term: string, description: string): Markup {
  return html`<div>
    <dt>${term}</dt>
    <dd id="${id}">${description}</dd>
  </div>`;
}

function buildAccountField(account: string, alarm: string | undefined): Markup {
  return html`<label for="account">Sign in as</label>
    <input
      type="text"
      id="account"
      name="account"
      value="${account}"
      maxlength="${String(accountLengthLimit)}"
      ${describeAlarm('account', alarm, true)}
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      required
      ${alarm === undefined ? html`` : html`autofocus`}
    />
    ${buildAlarm('account', alarm)}
    <p class="hint" id="account-hint">Any name will do. Each name has its own notes.</p>`;
}

/** Where there is no passkey: the passphrase, and Allow beside Deny. */
function buildPassphraseChoice({ proofAlarm, accountAlarm, byPassphrase }: Correction): Markup {
  return html`${buildPassphraseField(proofAlarm, byPassphrase === true, accountAlarm === undefined)}
    <div class="actions">${buildAllow('primary')} ${deny}</div>`;
}

/**
 * Where there is one: the passkey first, and the passphrase behind a word. Without script the passkey stays hidden
 * and the passphrase is open.
 */
function buildPasskeyChoice(surface: Surface, { proofAlarm, byPassphrase }: Correction): Markup {
  const [besidePassphrase, besidePasskey] = byPassphrase === true ? [proofAlarm] : [undefined, proofAlarm];
  const passphrase = html`<details id="with-passphrase" open>
    <summary>Use the passphrase instead</summary>
    ${buildPassphraseField(besidePassphrase, true, false)}
    <div class="actions">${buildAllow('')}</div>
  </details>`;
  return html`<input type="hidden" name="assertion" value="" />
    <div id="with-passkey" class="actions" hidden>
      <button type="submit" id="passkey" name="decision" value="allow" class="primary" formnovalidate>
        Allow with passkey
      </button>
    </div>
    <p class="alarm" id="passkey-alarm" role="alert">${besidePasskey ?? ''}</p>
    <noscript><p class="hint">A passkey needs script, which this browser does not run here.</p></noscript>
    ${surface.passphrase ? passphrase : html``}
    <div class="actions">${deny}</div>`;
}

function buildPassphraseField(alarm: string | undefined, isInvalid: boolean, isFirst: boolean): Markup {
  return html`<label for="passphrase">Passphrase</label>
    <input
      type="password"
      id="passphrase"
      name="passphrase"
      ${describeAlarm('passphrase', alarm, isInvalid)}
      autocomplete="current-password"
      required
      ${isFirst ? html`autofocus` : html``}
    />
    ${buildAlarm('passphrase', alarm)}
    <p class="hint" id="passphrase-hint">
      Shown where this sandbox was started; in VS Code, run “MCP OAuth: Copy Sandbox Passphrase”.
    </p>`;
}

function buildAllow(look: 'primary' | ''): Markup {
  return html`<button type="submit" id="allow" name="decision" value="allow" class="${look}">
    ${look === '' ? 'Allow with passphrase' : 'Allow'}
  </button>`;
}

const deny = html`<button type="submit" id="deny" name="decision" value="deny" formnovalidate>Deny</button>`;

/** The attributes of a field with a hint below it, and with an alarm where there is one. */
function describeAlarm(field: string, alarm: string | undefined, isInvalid: boolean): Markup {
  if (alarm === undefined) return html`aria-describedby="${field}-hint"`;
  const words = html`aria-describedby="${field}-alarm ${field}-hint"`;
  return isInvalid ? html`${words} aria-invalid="true"` : words;
}

function buildAlarm(field: string, alarm: string | undefined): Markup {
  return alarm === undefined ? html`` : html`<p class="alarm" id="${field}-alarm" role="alert">${alarm}</p>`;
}

/** What the script asks the browser for. */
function describePasskeys(question: PasskeyQuestion | undefined): Markup {
  if (question === undefined) return html``;
  const { challenge, relyingParty, passkeys } = question;
  const known = passkeys.map(({ id, transports }) => ({ id, transports }));
  return html`data-challenge="${challenge}" data-relying-party="${relyingParty}"
  data-passkeys="${JSON.stringify(known)}"`;
}

/** In whole minutes, rounded down; of the seconds in which the page comes to be shown nobody has to hear. */
function describeWait(seconds: number): string {
  const minutes = Math.floor((seconds + unspokenSeconds) / 60);
  if (minutes < 1) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

/** Where a person ends up, short enough to be read: a host, or scheme and host for an app's own scheme. */
function describeDestination(redirectUri: string): string {
  const url = URL.parse(redirectUri);
  if (!url) return redirectUri;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return url.host === '' ? `${url.protocol} (an app on this computer)` : `${url.protocol}//${url.host}`;
  }
  return isLoopbackHost(url.hostname) ? `${url.host} (this computer)` : url.host;
}
