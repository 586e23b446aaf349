/** The page of the guide to a client that is registered by hand: what to register, where, and what to bring back. */
import { tokenEndpointAuthMethods, type OAuthSettings } from '../../servers/server.ts';
import type { KnownService } from '../../oauth/habits.ts';
import { guideMessages as messages } from '../messages/guide.ts';
import { guideScript } from './guideScript.ts';
import type { RegistrableUri } from '../redirects.ts';
import type { GuideNotice } from './guideRequests.ts';
import { html, Markup } from './markup.ts';
import type { FramedPage } from './pageFrame.ts';

export interface GuideContent {
  readonly server: { readonly name: string; readonly url: string };
  /** The authorization server, else the server. */
  readonly host: string;
  readonly notice: GuideNotice;
  /** Whether the page takes the place of one about another authorization server. */
  readonly isMoved?: boolean;
  readonly uris: readonly RegistrableUri[];
  readonly service: KnownService | undefined;
  /** Whether the authorization server is a sandbox that this editor has started. */
  readonly isSandbox?: boolean;
  readonly settings: Pick<OAuthSettings, 'clientId' | 'tokenEndpointAuthMethod'>;
  /** Whether there is a secret for that client id; the page never gets it. */
  readonly isSecretKept: boolean;
}

export function guidePage(content: GuideContent): Omit<FramedPage, 'language'> {
  const { server } = content;
  const title = messages.heading(server.name);
  return {
    title,
    script: guideScript,
    body: html`<header>
        <h1>${title}</h1>
        <p class="quiet address">${server.url}</p>
      </header>
      ${content.isMoved === true ? html`<div class="notice" id="moved"><p>${messages.moved(content.host)}</p></div>` : ''}
      ${noticePart(content.notice)}
      <ol class="steps">
        <li>${redirectPart(content)}</li>
        <li>${registerPart(content)}</li>
        <li>${enterPart(content)}</li>
      </ol>`,
  };
}

function noticePart({ isFailure, sentence, quote }: GuideNotice): Markup {
  return html`<div class="${isFailure ? 'notice' : 'notice calm'}" id="notice">
    <p id="notice-sentence">${sentence}</p>
    <p id="notice-from" ${hiddenIf(quote === undefined)}>${quote?.from ?? ''}</p>
    <blockquote id="notice-words" ${hiddenIf(quote === undefined)}>${quote?.words ?? ''}</blockquote>
  </div>`;
}

function redirectPart({ uris }: GuideContent): Markup {
  if (uris.length === 0)
    return html`<h2>${messages.redirectHeading(1)}</h2>
      <p>${messages.noRedirect()}</p>`;
  const rows = uris.map(
    ({ kind, uri }, index) =>
      html`<li>
        <div><code>${uri}</code><span class="quiet">${messages.redirectName(kind)}</span></div>
        <button
          type="button"
          class="narrow"
          data-copy="${String(index)}"
          aria-label="${messages.copyOf(uri)}"
          data-copied="${messages.copied()}"
        >
          ${messages.copy()}
        </button>
      </li>`,
  );
  return html`<h2>${messages.redirectHeading(uris.length)}</h2>
    <p>${messages.redirectLead(uris.length)}</p>
    <ul class="uris">
      ${rows}
    </ul>
    ${uris.some(isForAnyPort) ? html`<p class="hint">${messages.anyPort()}</p>` : ''}
    <p class="unseen" role="status" id="copied"></p>`;
}

/** An address of this computer without a port. */
function isForAnyPort({ uri }: RegistrableUri): boolean {
  return /^http:\/\/(?:127\.0\.0\.1|localhost)\/callback$/.test(uri);
}

function registerPart({ service, host, uris, isSandbox = false }: GuideContent): Markup {
  if (isSandbox)
    return html`<h2>${messages.registerHeading(messages.sandbox())}</h2>
      <p>${messages.sandboxLead()}</p>
      <div class="step-action">
        <button type="button" id="open">${messages.openSandboxPage()}</button>
      </div>`;
  const { name, registrationPage, registration = [] } = service ?? {};
  const page = registrationPage === undefined ? undefined : new URL(registrationPage).host;
  // A port to be chosen first is asked for only where none stands in the address.
  const hints = registration
    .filter((hint) => hint !== 'exact_port' || uris.some(isForAnyPort))
    .map((hint) => html`<li>${messages.hint(hint, name ?? host)}</li>`);
  return html`<h2>${messages.registerHeading(name)}</h2>
    ${page === undefined ? html`<p>${messages.registerLead(host)}</p>` : ''}
    ${
      hints.length > 0
        ? html`<ul class="hints">
            ${hints}
          </ul>`
        : ''
    }
    ${
      page === undefined
        ? ''
        : html`<div class="step-action">
            <button type="button" id="open">${messages.openPage(name ?? host)}</button>
            <p class="hint">${messages.leadsTo(page)}</p>
          </div>`
    }`;
}

function enterPart({ settings, isSecretKept, uris, service }: GuideContent): Markup {
  const { clientId = '', tokenEndpointAuthMethod: method } = settings;
  // Google's desktop clients take nothing else.
  const only =
    service?.registration?.includes('choose_desktop_app') === true && uris.length > 1 ? 'loopback' : 'all';
  return html`<h2>${messages.enterHeading()}</h2>
    <form id="client" novalidate autocomplete="off">
      <label for="client-id">${messages.clientId()}</label>
      <div class="field">
        <input
          id="client-id"
          type="text"
          required
          spellcheck="false"
          autocapitalize="off"
          aria-describedby="client-id-problem client-id-hint"
          value="${clientId}"
          data-kept="${isSecretKept ? clientId : ''}"
        />
      </div>
      <p class="problem" id="client-id-problem"></p>
      <p class="hint" id="client-id-hint">${messages.clientIdHint()}</p>
      <label for="client-secret">${messages.clientSecret()} <small>${messages.optional()}</small></label>
      <div class="field">
        <input
          id="client-secret"
          type="password"
          spellcheck="false"
          autocapitalize="off"
          autocomplete="new-password"
          aria-describedby="client-secret-problem secret-kept client-secret-hint"
        />
        <button
          type="button"
          class="narrow"
          id="show"
          aria-label="${messages.showSecret()}"
          data-show="${messages.show()}"
          data-show-label="${messages.showSecret()}"
          data-hide="${messages.hide()}"
          data-hide-label="${messages.hideSecret()}"
        >
          ${messages.show()}
        </button>
      </div>
      <p class="problem" id="client-secret-problem"></p>
      <p class="hint" id="secret-kept" data-words="${messages.secretKept()}"></p>
      <p class="hint" id="client-secret-hint">${messages.secretHint()}</p>
      <details ${new Markup(method === undefined && only === 'all' ? '' : 'open')}>
        <summary>${messages.more()}</summary>
        ${uris.length > 1 ? redirectSelect(uris, only) : uris.map(onlyRedirect)}
        ${uris.map(({ portToSet }) => (portToSet === undefined ? new Markup('') : html`<p class="hint">${messages.portToSet(portToSet)}</p>`))}
        <label for="auth-method">${messages.authMethod()}</label>
        <div class="field">
          <select id="auth-method" aria-describedby="auth-method-hint">
            ${options(
              ['automatic', ...tokenEndpointAuthMethods],
              messages.authMethodName,
              method ?? 'automatic',
            )}
          </select>
        </div>
        <p class="hint" id="auth-method-hint">${messages.authMethodHint()}</p>
      </details>
      <div class="actions"><button type="submit" class="primary" id="save">${messages.save()}</button></div>
      <p class="outcome" id="outcome" role="status" aria-live="polite"></p>
    </form>`;
}

/** Without a choice it is saved all the same: other ways have addresses that nobody was told to register. */
function onlyRedirect({ kind }: RegistrableUri): Markup {
  return html`<input type="hidden" id="redirect" value="${kind}" />`;
}

function redirectSelect(uris: readonly RegistrableUri[], only: string): Markup {
  const names = new Map<string, string>(uris.map(({ kind, uri }) => [kind, uri]));
  return html`<label for="redirect">${messages.redirectChoice()}</label>
    <div class="field">
      <select id="redirect">
        ${options(['all', ...names.keys()], (kind) => names.get(kind) ?? messages.allRedirects(), only)}
      </select>
    </div>`;
}

function options<Value extends string>(
  values: readonly Value[],
  nameOf: (value: Value) => string,
  chosen: Value,
): readonly Markup[] {
  return values.map(
    (value) =>
      html`<option value="${value}" ${new Markup(value === chosen ? 'selected' : '')}>
        ${nameOf(value)}
      </option>`,
  );
}

function hiddenIf(isHidden: boolean): Markup {
  return new Markup(isHidden ? 'hidden' : '');
}
