/** The page with a code that is typed elsewhere: the code large, where to enter it, and how long it holds. */
import { deviceCodeMessages as messages } from '../messages/deviceCode.ts';
import { html } from './markup.ts';
import type { FramedPage } from './pageFrame.ts';

/** What the page may ask for. */
export type DeviceCodeRequest = 'copy' | 'open' | 'copyAndOpen';

/** Undefined for what is no request. */
export function readDeviceCodeRequest(received: unknown): DeviceCodeRequest | undefined {
  const requests: readonly DeviceCodeRequest[] = ['copy', 'open', 'copyAndOpen'];
  return requests.find((request) => request === received);
}

/** What the page is told: how long the code holds, and what came of a button. */
export type DeviceCodeNews =
  | { readonly kind: 'lifetime'; readonly text: string }
  | { readonly kind: 'outcome'; readonly text: string; readonly isFailure: boolean };

export interface DeviceCodeContent {
  readonly server: string;
  /** Where the code is entered. */
  readonly host: string;
  readonly issuerHost: string;
  readonly userCode: string;
  readonly lifetime: string;
}

export function deviceCodePage(content: DeviceCodeContent): Omit<FramedPage, 'language'> {
  const { server, host, issuerHost, userCode, lifetime } = content;
  const title = messages.heading(server);
  return {
    title,
    script,
    body: html`<div class="centred">
      <h1>${title}</h1>
      <p>${messages.enterAt(host)}</p>
      ${host === issuerHost ? '' : html`<div class="notice"><p>${messages.otherHost(host, issuerHost)}</p></div>`}
      <p class="code">
        <span aria-hidden="true" id="code">${userCode}</span><span class="unseen">${spelled(userCode)}</span>
      </p>
      <div class="actions">
        <button type="button" class="primary" data-ask="copyAndOpen">${messages.copyAndOpen()}</button>
        <button type="button" data-ask="copy">${messages.copy()}</button>
        <button type="button" data-ask="open">${messages.open(host)}</button>
      </div>
      <p class="outcome" id="outcome" role="status" aria-live="polite"></p>
      <p class="quiet" id="lifetime" aria-live="off">${lifetime}</p>
      <p class="quiet">${messages.closesItself()}</p>
    </div>`,
  };
}

/** A screen reader would say a word; who types the code wants its characters. */
function spelled(code: string): string {
  return Array.from(code).join(' ');
}

/** @param leftMs until the code runs out. */
export function lifetimeWords(leftMs: number): string {
  if (leftMs <= 0) return messages.over();
  const minutes = Math.floor(leftMs / 60_000);
  return minutes < 1 ? messages.secondsLeft() : messages.minutesLeft(minutes);
}

const script = `
for (const button of document.querySelectorAll('[data-ask]'))
  button.addEventListener('click', () => ask(button.dataset.ask));
window.addEventListener('message', ({ data }) => {
  const shown = document.getElementById(data.kind === 'lifetime' ? 'lifetime' : 'outcome');
  shown.textContent = data.text;
  if (data.kind === 'outcome') shown.classList.toggle('failed', data.isFailure);
});
`;
