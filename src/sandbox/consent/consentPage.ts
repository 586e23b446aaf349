// The one page a person sees: which app asks, where it will be sent back to, what it wants, and as whom to sign in.
// Works without script. Every word that comes from the client is escaped by the template.
import { html } from '../pages/markup.ts';
import type { Page } from '../pages/page.ts';
import { isLoopbackHost } from '../http/loopback.ts';
import { describeScope } from '../authorization/scopes.ts';

/** What the consent page says. `alarm` is a sentence about the account field that has to be put right. */
export interface ConsentQuestion {
  readonly clientName: string;
  readonly redirectUri: string;
  readonly resourceName: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly account: string;
  readonly csrfToken: string;
  readonly alarm?: string;
}

/** The longest account name, in characters. */
export const accountLengthLimit = 64;

/** The page that asks the person. The answer is posted back to the page's own address. */
export function buildConsentPage(question: ConsentQuestion): Page {
  const { alarm } = question;
  const content = html`<h1>Sign in to ${question.resourceName}</h1>
    <p class="lead"><strong>${question.clientName}</strong> asks to use ${question.resourceName} as you.</p>
    <dl class="facts">
      <div>
        <dt>Server</dt>
        <dd>${question.resource}</dd>
      </div>
      <div>
        <dt>Returns to</dt>
        <dd id="destination">${describeDestination(question.redirectUri)}</dd>
      </div>
    </dl>
    <h2 id="scopes-title">It will be able to</h2>
    <ul id="scopes" aria-labelledby="scopes-title">
      ${question.scopes.map((scope) => html`<li><span>${describeScope(scope)}</span> <code>${scope}</code></li>`)}
    </ul>
    <form method="post" autocomplete="off">
      <input type="hidden" name="csrf" value="${question.csrfToken}" />
      <label for="account">Sign in as</label>
      <input
        type="text"
        id="account"
        name="account"
        value="${question.account}"
        maxlength="${String(accountLengthLimit)}"
        aria-describedby="account-hint${alarm === undefined ? '' : ' account-alarm'}"
        aria-invalid="${alarm === undefined ? 'false' : 'true'}"
        autocapitalize="none"
        spellcheck="false"
        required
        autofocus
      />
      ${alarm === undefined ? html`` : html`<p class="alarm" id="account-alarm" role="alert">${alarm}</p>`}
      <p class="hint" id="account-hint">Any name will do. Each name has its own notes.</p>
      <div class="actions">
        <button type="submit" id="allow" name="decision" value="allow" class="primary">Allow</button>
        <button type="submit" id="deny" name="decision" value="deny" formnovalidate>Deny</button>
      </div>
    </form>
    <p class="foot">
      Allow only what you started yourself. This is a sandbox to try signing in: no password, and everything
      in it is gone when it stops.
    </p>`;
  return {
    status: alarm === undefined ? 200 : 422,
    title: `Sign in to ${question.resourceName} · MCP OAuth Sandbox`,
    content,
  };
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
