// The pages of the device grant (RFC 8628 §3.3): type the code that the device shows, compare it, and be told that
// the device goes on. The consent page comes between the last two. The forms are oidc-provider's own.
import type { Client, ErrorOut, KoaContextWithOIDC, UnknownObject } from 'oidc-provider';

import { html, Markup } from '../pages/markup.ts';
import type { Page } from '../pages/page.ts';
import { buildErrorPage, sendPage } from '../pages/page.ts';
import { nameClient } from './clientName.ts';

/** As oidc-provider's `features.deviceFlow` takes them. */
export const devicePages = { userCodeInputSource, userCodeConfirmSource, successSource };

const title = 'Sign in on a device · MCP OAuth Sandbox';

function userCodeInputSource(ctx: KoaContextWithOIDC, form: string, out?: ErrorOut, error?: Error): void {
  const alarm = error && describeCodeTrouble(error);
  if (error !== undefined && alarm === undefined) {
    sendPage(ctx, error.name === 'AbortedError' ? declined : buildEnd(ctx.status, out));
    return;
  }
  const content = html`<h1>Sign in on a device</h1>
    <p class="lead"><label for="user-code">Type the code that the device shows.</label></p>
    ${nameField(form, alarm)}
    ${alarm === undefined ? html`` : html`<p class="alarm" id="user-code-alarm" role="alert">${alarm}</p>`}
    <div class="actions">
      <button type="submit" id="continue" form="op.deviceInputForm" class="primary">Continue</button>
    </div>
    <p class="foot">Type a code only from a device in front of you, never one that somebody sent you.</p>`;
  sendPage(ctx, { status: alarm === undefined ? 200 : 422, title, content });
}

function userCodeConfirmSource(
  ctx: KoaContextWithOIDC,
  form: string,
  client: Client,
  _deviceInfo: UnknownObject,
  userCode: string,
): void {
  const content = html`<h1>Is it this device?</h1>
    <p class="lead"><strong>${nameClient(client)}</strong> shows this code:</p>
    <p class="code" id="user-code">${userCode}</p>
    ${new Markup(form)}
    <div class="actions">
      <button type="submit" id="continue" form="op.deviceConfirmForm" class="primary" autofocus>
        Continue
      </button>
      <button type="submit" id="deny" form="op.deviceConfirmForm" name="abort" value="yes">Deny</button>
    </div>
    <p class="foot">
      Continue only if the device in front of you shows the same code. You are asked once more.
    </p>`;
  sendPage(ctx, { status: 200, title, content });
}

function successSource(ctx: KoaContextWithOIDC): void {
  const client = ctx.oidc.client === undefined ? 'The device' : nameClient(ctx.oidc.client);
  const content = html`<h1>The device is signed in</h1>
    <p class="lead"><strong>${client}</strong> goes on by itself. You can close this page.</p>`;
  sendPage(ctx, { status: 200, title, content });
}

/** What is wrong with the code, without repeating it; `undefined` if something else went wrong. */
function describeCodeTrouble(error: Error): string | undefined {
  switch (error.name) {
    case 'NoCodeError':
      return 'Type the code.';
    case 'NotFoundError':
      return 'There is no such code. Compare it with the device.';
    case 'ExpiredError':
      return 'This code is too old. Let the device show a new one.';
    case 'AlreadyUsedError':
      return 'This code was used before. Let the device show a new one.';
    default:
      return undefined;
  }
}

const declined: Page = {
  status: 200,
  title,
  content: html`<h1>You declined</h1>
    <p class="lead">The device gets no access and is told so. You can close this page.</p>`,
};

function buildEnd(status: number, out: ErrorOut | undefined): Page {
  const sentence = out?.error_description ?? 'The server failed.';
  return buildErrorPage(status, sentence, out?.error ?? 'server_error');
}

/** Names the one visible field of oidc-provider's form and leaves out its script, which the policy would refuse. */
function nameField(form: string, alarm: string | undefined): Markup {
  const state = alarm === undefined ? '' : ' aria-invalid="true" aria-describedby="user-code-alarm"';
  const named = form
    .replace(/ onfocus="[^"]*"/, '')
    .replace(' placeholder="Enter code"', '')
    .replace(
      'name="user_code"',
      `name="user_code" id="user-code"${state} autocapitalize="characters" spellcheck="false"`,
    );
  return new Markup(named);
}
