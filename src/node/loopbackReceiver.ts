/**
 * Receives authorization answers at a loopback address (RFC 8252 §7.3): each attempt has a port of its own, opened with
 * it and closed after its one answer (checklist 8.2).
 */
import type { Server } from 'node:http';
import { AuthError } from '../oauth/authError.ts';
import { stateOf } from '../oauth/receivedAddress.ts';
import { readRedirectParameters } from '../oauth/wire/authorization.ts';
import type { RedirectAddress, RedirectSettings } from '../session/ports.ts';
import { callbackPage, type CallbackPageTexts } from './callbackPage.ts';
import {
  callbackPath,
  createCallbackServer,
  type CallbackAnswer,
  type CallbackRequests,
} from './callbackServer.ts';
import { listenExclusively, systemCode } from './exclusivePort.ts';

/** The address of this computer as a browser reaches it, which may run on another one. */
export type Externalize = (uri: string) => Promise<string>;

export class LoopbackReceiver {
  private readonly texts: CallbackPageTexts;
  private readonly externalize: Externalize;
  private readonly waiting = new Map<string, (received: string) => void>();

  /** @param externalize by default for a browser on this computer. */
  constructor(texts: CallbackPageTexts, externalize: Externalize = (uri) => Promise.resolve(uri)) {
    this.texts = texts;
    this.externalize = externalize;
  }

  /** @throws AuthError `redirect_unavailable` where the port is busy or cannot be forwarded to the browser. */
  async prepare({
    redirectPort = 0,
    redirectHost = '127.0.0.1',
  }: RedirectSettings): Promise<RedirectAddress> {
    const hosts = new Set<string>();
    // Nobody is let in before the address is known, and with it the hosts.
    const doors = await openDoors(redirectHost, redirectPort, {
      hosts,
      answer: (query) => this.answer(arrivalUri + query, doors.close),
    });
    const { port, close } = doors;
    const arrivalUri = `http://${redirectHost}:${port}${callbackPath}`;
    try {
      // Kept exactly as it came: it is registered and sent so (field case 5).
      const redirectUri = await this.externalize(arrivalUri);
      for (const uri of [arrivalUri, redirectUri]) hosts.add(new URL(uri).host);
      return { redirectUri, arrivalUri, close };
    } catch (thrown) {
      close();
      throw new AuthError('redirect_unavailable', { setting: 'redirect', host: `127.0.0.1:${port}` }, thrown);
    }
  }

  /** Resolves with the whole address that arrived carrying `state`; rejects with the signal's reason. */
  receive(state: string, signal: AbortSignal): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const stop = () => reject(signal.reason as Error);
    // An aborted signal fires no event.
    if (signal.aborted) stop();
    this.waiting.set(state, resolve);
    signal.addEventListener('abort', stop, { once: true });
    return promise.finally(() => {
      this.waiting.delete(state);
      signal.removeEventListener('abort', stop);
    });
  }

  /** Delivers an address that came another way, such as one that a person pasted; false where nobody waits for it. */
  claim(received: string): boolean {
    const deliver = this.take(received);
    deliver?.(received);
    return deliver !== undefined;
  }

  private answer(received: string, close: () => void): CallbackAnswer {
    const deliver = this.take(received);
    if (deliver === undefined) return { page: callbackPage('unknown', this.texts) };
    const { error } = readRedirectParameters(new URL(received).searchParams);
    return {
      page: callbackPage(error.length > 0 ? 'failed' : 'done', this.texts),
      // Only now: closing cuts off what is still on its way to the browser.
      sent: () => {
        close();
        deliver(received);
      },
    };
  }

  /** One answer per state (checklist 8.6): who waited for it waits no longer. */
  private take(received: string): ((received: string) => void) | undefined {
    const state = stateOf(received) ?? '';
    const deliver = this.waiting.get(state);
    this.waiting.delete(state);
    return deliver;
  }
}

interface Doors {
  readonly port: number;
  readonly close: () => void;
}

/** How many free ports are tried where the one that IPv4 gave is taken on IPv6. */
const freePorts = 5;

/**
 * Listens on 127.0.0.1, and on ::1 too where the address says `localhost`: browsers take either (checklist 8.2).
 * @throws AuthError `redirect_unavailable`.
 */
async function openDoors(
  redirectHost: '127.0.0.1' | 'localhost',
  wanted: number,
  requests: CallbackRequests,
): Promise<Doors> {
  const refuse = (thrown: unknown): never => {
    const facts = { setting: 'redirectPort', host: `127.0.0.1:${wanted}` };
    throw new AuthError('redirect_unavailable', facts, thrown);
  };
  for (let left = freePorts; ; left -= 1) {
    const server = createCallbackServer(requests);
    const port = await listenExclusively(server, '127.0.0.1', wanted).catch(refuse);
    if (redirectHost !== 'localhost') return doorsOf([server], port);
    const second = createCallbackServer(requests);
    try {
      await listenExclusively(second, '::1', port);
      return doorsOf([server, second], port);
    } catch (thrown) {
      // A computer without IPv6 has nobody there; somebody who listens there could take the answer.
      if (systemCode(thrown) !== 'EADDRINUSE') return doorsOf([server], port);
      server.close();
      if (wanted !== 0 || left === 1) refuse(thrown);
    }
  }
}

function doorsOf(servers: readonly Server[], port: number): Doors {
  return {
    port,
    close() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
