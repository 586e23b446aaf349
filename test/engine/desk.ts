/**
 * The ports of a session as a test holds them: a clock turned by hand, records in memory that windows can share, a
 * browser whose person acts as the world says, and a log to search.
 */
import { AuthError } from '../../src/oauth/authError.ts';
import type { FindService } from '../../src/oauth/habits.ts';
import type {
  AddressKind,
  DeviceCode,
  Log,
  RecordStore,
  RedirectAddress,
  RedirectSettings,
  SessionPorts,
} from '../../src/session/ports.ts';
import type { RedirectKind } from '../../src/servers/server.ts';
import { LocalLock } from '../../src/session/localLock.ts';
import { Session } from '../../src/session/session.ts';
import type { Server } from '../../src/servers/server.ts';
import { ManualClock } from './manualClock.ts';

export { ManualClock };

export class MemoryRecords implements RecordStore {
  readonly records = new Map<string, string>();
  /** Shared by the windows that share the records. */
  readonly lock = new LocalLock();
  failsToRead = false;
  failsToWrite = false;
  private readonly listeners = new Set<(key: string) => void>();

  read(key: string): Promise<string | undefined> {
    if (this.failsToRead) return Promise.reject(new Error('The keyring is locked.'));
    return Promise.resolve(this.records.get(key));
  }

  write(key: string, value: string): Promise<void> {
    if (this.failsToWrite) return Promise.reject(new Error('The disk is full.'));
    this.records.set(key, value);
    this.tell(key);
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    if (this.records.delete(key)) this.tell(key);
    return Promise.resolve();
  }

  keys(): Promise<readonly string[]> {
    return Promise.resolve([...this.records.keys()]);
  }

  onDidChange(listener: (key: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The keys of all records of a kind, in the order in which they came. */
  keysOf(kind: string): string[] {
    return [...this.records.keys()].filter((key) => key.startsWith(`${kind}:`));
  }

  /** The key of the one record of a kind. */
  keyOf(kind: 'grant' | 'registration' | 'pending'): string | undefined {
    return this.keysOf(kind)[0];
  }

  private tell(key: string): void {
    for (const listener of this.listeners) listener(key);
  }
}

export const callbackAddress = 'vscode://mcp-oauth.mcp-oauth/callback';

/** A browser and the person at it: the address that comes back, or nothing for now. */
export interface Browser {
  visit(url: string): Promise<string | undefined> | string | undefined;
}

/** One window of the editor. Windows that share `records` share their sign-ins. */
export class Desk {
  readonly clock = new ManualClock();
  readonly records: MemoryRecords;
  readonly log: string[] = [];
  readonly opened: string[] = [];
  /** What the person does with an opened address: the address that comes back, or nothing for now. */
  person: (url: string) => Promise<string | undefined> | string | undefined;
  browserOpens = true;
  /** Whether a page that did not open can be opened later. */
  browserOffersPage = false;
  redirectUri = callbackAddress;
  /** Whether the URI handler has the same address each time. */
  redirectLasts = true;
  /** The kinds of redirect that the host offers, best first. */
  redirectKinds: readonly RedirectKind[] = ['uriHandler', 'loopback', 'device', 'paste'];
  /** What was prepared, in order, with what the person had chosen about it. */
  readonly prepared: { readonly kind: RedirectKind; readonly settings: RedirectSettings }[] = [];
  /** Ports that somebody else holds. */
  readonly busyPorts = new Set<number>();
  /** Codes that the person was shown, and what is shown now. */
  readonly deviceCodes: DeviceCode[] = [];
  deviceCodeShown = false;
  /** Questions that came up while a server was used, and the answers to them. */
  readonly questions: { readonly server: string; readonly scopes?: readonly string[] }[] = [];
  allowsMoreAccess: boolean | ((signal: AbortSignal) => Promise<boolean>) = true;
  allowsSignIn = false;
  /** What the person calls a further account; undefined where they leave it open. */
  accountName: string | undefined;
  /** Servers for whose accounts the person was asked for a name. */
  readonly namesAsked: string[] = [];
  /** Grants that were chosen among several, by server. */
  readonly preferred = new Map<string, string>();
  readonly files = new Map<string, string>();
  clientDocument: string | undefined;
  /** Whose habits are known; those of the table where undefined. */
  knownService: FindService | undefined;
  /** Addresses behind names; a name that is missing cannot be looked up. */
  readonly names = new Map<string, readonly string[]>();
  private readonly waiting = new Map<string, (received: string) => void>();

  constructor(browser: Browser, records: MemoryRecords = new MemoryRecords()) {
    this.person = (url) => browser.visit(url);
    this.records = records;
  }

  get ports(): SessionPorts {
    const write = (event: string, fields: unknown, cause?: unknown) =>
      void this.log.push(`${event} ${JSON.stringify(fields)} ${String(cause)}`);
    const log: Log = { info: (event, fields) => write(event, fields), error: write };
    return {
      clock: this.clock,
      fetch: (url, init) => fetch(url, init),
      store: this.records,
      lock: this.records.lock,
      preferences: {
        read: (server) => this.preferred.get(server),
        write: (server, key) => {
          if (key === undefined) this.preferred.delete(server);
          else this.preferred.set(server, key);
        },
      },
      random: () => 0,
      log,
      softwareVersion: '1.2.3',
      browser: {
        open: async (url) => {
          this.opened.push(url);
          const received = await this.person(url);
          if (received !== undefined) this.deliver(received);
          return this.browserOpens;
        },
        offersPage: this.browserOffersPage,
      },
      person: {
        showDeviceCode: (_, code, signal) => {
          this.deviceCodes.push(code);
          this.deviceCodeShown = true;
          signal.addEventListener('abort', () => (this.deviceCodeShown = false), { once: true });
        },
        allowsMoreAccess: async (server, scopes, signal) => {
          this.questions.push({ server, scopes });
          const { allowsMoreAccess } = this;
          return typeof allowsMoreAccess === 'boolean' ? allowsMoreAccess : allowsMoreAccess(signal);
        },
        allowsSignIn: (server) => {
          this.questions.push({ server });
          return Promise.resolve(this.allowsSignIn);
        },
        nameAccount: (server) => {
          this.namesAsked.push(server);
          return Promise.resolve(this.accountName);
        },
      },
      readFile: (path) => {
        const text = this.files.get(path);
        return text === undefined ? Promise.reject(new Error('No such file.')) : Promise.resolve(text);
      },
      lookup: (name) => Promise.resolve(this.names.get(name) ?? []),
      clientDocument: () => this.clientDocument,
      ...(this.knownService !== undefined && { knownService: this.knownService }),
      redirects: {
        kinds: this.redirectKinds,
        prepare: (kind, settings) => {
          this.prepared.push({ kind, settings });
          return Promise.resolve().then(() => this.addressFor(kind, settings));
        },
        receive: (state, signal) =>
          new Promise((resolve, reject) => {
            signal.throwIfAborted();
            this.waiting.set(state, resolve);
            signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          }),
      },
    };
  }

  private addressFor(
    kind: AddressKind,
    { redirectPort = 41_000, relayUrl = '' }: RedirectSettings,
  ): RedirectAddress {
    const close = () => undefined;
    switch (kind) {
      case 'relay':
        return {
          redirectUri: relayUrl,
          arrivalUri: callbackAddress,
          relayTarget: `${callbackAddress}?windowId=1`,
          close,
        };
      case 'loopback':
      case 'paste': {
        if (this.busyPorts.has(redirectPort))
          throw new AuthError('redirect_unavailable', { setting: 'redirectPort' });
        const redirectUri = `http://127.0.0.1:${redirectPort}/callback`;
        return { redirectUri, arrivalUri: redirectUri, close };
      }
      case 'uriHandler':
        return {
          redirectUri: this.redirectUri,
          arrivalUri: this.redirectUri,
          lasts: this.redirectLasts,
          close,
        };
    }
  }

  /** Brings an answer to the only attempt that waits, as a relay would that does not look at the state. */
  deliver(received: string): void {
    for (const claim of this.waiting.values()) claim(received);
    this.waiting.clear();
  }

  open(server: Server): Promise<Session> {
    return Session.open(server, this.ports);
  }
}

export function serverAt(url: string, changes: Partial<Server> = {}): Server {
  return { name: 'notes', url, headers: {}, oauth: {}, ...changes };
}
