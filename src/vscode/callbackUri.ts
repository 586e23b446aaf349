/**
 * Receives authorization answers through the editor's URI handler, at the address that `asExternalUri` gives: it works
 * on the desktop, on a remote and in the browser-hosted editor, and needs no port.
 */
import { env, Uri, type UriHandler } from 'vscode';
import { receivedAddress, stateOf } from '../oauth/redirect.ts';
import type { RedirectAddress, RedirectReceiver } from '../session/ports.ts';

export class CallbackUri implements UriHandler, RedirectReceiver {
  private readonly extensionId: string;
  private readonly onUnclaimed: (received: string) => void;
  private readonly waiting = new Map<string, (received: string) => void>();

  /** @param onUnclaimed gets answers that nobody in this window waits for. */
  constructor(extensionId: string, onUnclaimed: (received: string) => void) {
    this.extensionId = extensionId;
    this.onUnclaimed = onUnclaimed;
  }

  async prepare(): Promise<RedirectAddress> {
    const arrival = Uri.from({ scheme: env.uriScheme, authority: this.extensionId, path: '/callback' });
    const external = await env.asExternalUri(arrival);
    const arrivalUri = arrival.toString(true);
    // On the desktop the window's number is left out, so that one registration serves every window; the attempt is on
    // record and any window finishes it. `toString(true)` because the encoded form is never delivered.
    return {
      arrivalUri,
      redirectUri: external.scheme === arrival.scheme ? arrivalUri : external.toString(true),
    };
  }

  receive(state: string, signal: AbortSignal): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    // An aborted signal fires no event.
    if (signal.aborted) reject(signal.reason as Error);
    const stop = () => reject(signal.reason as Error);
    this.waiting.set(state, resolve);
    signal.addEventListener('abort', stop, { once: true });
    return promise.finally(() => {
      this.waiting.delete(state);
      signal.removeEventListener('abort', stop);
    });
  }

  handleUri(uri: Uri): void {
    const received = receivedAddress(uri);
    const claim = this.waiting.get(stateOf(received) ?? '');
    if (claim === undefined) this.onUnclaimed(received);
    else claim(received);
  }
}
