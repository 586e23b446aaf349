/** Every way in which an authorization answer gets back to this editor, and what each tells the authorization server. */
import type { UriHandler } from 'vscode';
import { AuthError } from '../oauth/authError.ts';
import { receivedAddress, stateOf } from '../oauth/receivedAddress.ts';
import { redirectKinds, type OAuthSettings, type RedirectKind } from '../servers/server.ts';
import type { AddressKind, RedirectAddress, RedirectReceiver, RedirectSettings } from '../session/ports.ts';
import type { CallbackUri } from './callbackUri.ts';
import { asArrived } from './pastedAddress.ts';

/** The listener on this computer, which is Node's. */
export interface Loopback {
  prepare(settings: RedirectSettings): Promise<RedirectAddress>;
  receive(state: string, signal: AbortSignal): Promise<string>;
}

export interface RedirectsParts {
  /** The address of the URI handler; another one each time in some hosts. */
  readonly callback: () => Promise<CallbackUri>;
  /** An address of this computer as the person's browser reaches it. */
  readonly externalize: (uri: string) => Promise<string>;
  readonly loopback: Loopback;
  /** Gets answers that nobody in this window waits for. */
  readonly onUnclaimed: (received: string) => void;
}

/** What a person registers by hand. */
export interface RegistrableUri {
  readonly kind: Exclude<RedirectKind, 'device'>;
  readonly uri: string;
  /** The port that the address holds, where `redirectPort` has to be set to it for a sign-in to have this address. */
  readonly portToSet?: number;
}

/** For an address that has to stay the same, such as where a browser ends when nobody listens and the answer is pasted. */
const lastingPort = 47_712;

export class Redirects implements RedirectReceiver, UriHandler {
  readonly kinds: readonly RedirectKind[] = redirectKinds;
  private readonly parts: RedirectsParts;
  private readonly waiting = new Map<string, (received: string) => void>();
  /** Addresses of the attempts that run. */
  private readonly live = new Set<RedirectAddress>();

  constructor(parts: RedirectsParts) {
    this.parts = parts;
  }

  async prepare(kind: AddressKind, settings: RedirectSettings): Promise<RedirectAddress> {
    const prepared = await this.addressFor(kind, settings);
    const address: RedirectAddress = {
      ...prepared,
      close: () => {
        this.live.delete(address);
        prepared.close();
      },
    };
    this.live.add(address);
    return address;
  }

  /** Whichever way brings the answer: the URI handler, the listener on this computer, or the person who pastes it. */
  receive(state: string, signal: AbortSignal): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const over = new AbortController();
    const stop = () => reject(signal.reason as Error);
    // An aborted signal fires no event.
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    this.waiting.set(state, resolve);
    this.parts.loopback.receive(state, AbortSignal.any([signal, over.signal])).then(resolve, reject);
    return promise.finally(() => {
      this.waiting.delete(state);
      signal.removeEventListener('abort', stop);
      over.abort();
    });
  }

  handleUri(uri: Parameters<typeof receivedAddress>[0]): void {
    const received = receivedAddress(uri);
    if (!this.claim(received)) this.parts.onUnclaimed(received);
  }

  /** Whether an attempt of this window waits for the answer with this state. */
  waitsFor(state: string): boolean {
    return this.waiting.has(state);
  }

  get isWaiting(): boolean {
    return this.waiting.size > 0;
  }

  /** Delivers an address that a person pasted; false where nobody in this window waits for its state (checklist 8.8). */
  claimPasted(pasted: string): boolean {
    const routes = [...this.live].map(({ arrivalUri, redirectUri, relayTarget }) => ({
      arrivalUri,
      stations: [redirectUri, relayTarget],
    }));
    const arrived = routes.map((route) => asArrived(pasted, route)).find((address) => address !== pasted);
    return this.claim(arrived ?? pasted);
  }

  /** What has to be registered by hand for a server: the addresses that stay the same from one sign-in to the next. */
  async toRegister(settings: OAuthSettings): Promise<readonly RegistrableUri[]> {
    const { redirect } = settings;
    const kinds = redirect === undefined ? (['uriHandler', 'relay', 'loopback'] as const) : [redirect];
    const uris = await Promise.all(kinds.map((kind) => this.lastingAddress(kind, settings)));
    return uris.filter((uri) => uri !== undefined);
  }

  private async lastingAddress(
    kind: RedirectKind,
    settings: OAuthSettings,
  ): Promise<RegistrableUri | undefined> {
    switch (kind) {
      case 'uriHandler': {
        const { redirectUri, lasts } = await this.parts.callback();
        return lasts ? { kind, uri: redirectUri } : undefined;
      }
      case 'relay':
        return settings.relayUrl === undefined ? undefined : { kind, uri: settings.relayUrl };
      case 'loopback':
        return { kind, ...(await this.lastingLoopback(settings)) };
      case 'paste':
        return { kind, uri: pasteUri(settings) };
      case 'device':
        return undefined;
    }
  }

  private async lastingLoopback(settings: OAuthSettings): Promise<Omit<RegistrableUri, 'kind'>> {
    const { redirectPort } = settings;
    if (redirectPort !== undefined)
      return { uri: await this.parts.externalize(localUri(settings, redirectPort)) };
    // Without a port any may be used, which an authorization server has to allow for (RFC 8252 §7.3).
    const anyPort = { uri: localUri(settings) };
    // Asking may open a port on the way to the browser: only where the editor itself is in one.
    if ((await this.parts.callback()).lasts) return anyPort;
    const uri = await this.parts.externalize(localUri(settings, lastingPort));
    return withoutPort(uri) === anyPort.uri ? anyPort : { uri, portToSet: lastingPort };
  }

  private claim(received: string): boolean {
    const deliver = this.waiting.get(stateOf(received) ?? '');
    deliver?.(received);
    return deliver !== undefined;
  }

  /** @throws AuthError `redirect_unavailable` */
  private async addressFor(kind: AddressKind, settings: RedirectSettings): Promise<RedirectAddress> {
    if (kind === 'loopback') return this.parts.loopback.prepare(settings);
    const close = () => undefined;
    if (kind === 'paste') return { redirectUri: pasteUri(settings), arrivalUri: pasteUri(settings), close };
    const { redirectUri, arrivalUri, externalUri, lasts } = await this.parts.callback();
    if (kind === 'uriHandler') return { redirectUri, arrivalUri, lasts, close };
    const { relayUrl } = settings;
    if (relayUrl === undefined) throw new AuthError('redirect_unavailable', { setting: 'relayUrl' });
    return { redirectUri: relayUrl, arrivalUri, relayTarget: externalUri, close };
  }
}

function pasteUri(settings: RedirectSettings): string {
  return localUri(settings, settings.redirectPort ?? lastingPort);
}

function localUri({ redirectHost = '127.0.0.1' }: RedirectSettings, port?: number): string {
  return `http://${redirectHost}${port === undefined ? '' : `:${port}`}/callback`;
}

function withoutPort(uri: string): string {
  const url = new URL(uri);
  url.port = '';
  return url.href;
}
