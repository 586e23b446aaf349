/** How a session reaches the outside. Each host brings its own; none of them knows the protocol. */
import type { LogFields } from './logLine.ts';
import type { AuthError } from '../oauth/authError.ts';
import type { Clock } from '../oauth/clock.ts';
import type { FindService } from '../oauth/habits.ts';
import type { Fetch, Exchange, Lookup } from '../oauth/transport.ts';
import type { OAuthSettings, RedirectKind } from '../servers/server.ts';
import type { Trace } from './trace.ts';

/** Undoes a subscription. */
export type Unsubscribe = () => void;

/** Encrypted key-value store; several windows may share it. Values are JSON with secrets in it. */
export interface RecordStore {
  read(key: string): Promise<string | undefined>;
  write(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
  /** Calls back with the key of a record that changed, in this window or another. */
  onDidChange(listener: (key: string) => void): Unsubscribe;
}

/** One holder at a time of a name, over all windows and programs that share the records. */
export interface Lock {
  /**
   * Runs `work` when nobody else holds `name`, and lets the name go afterwards, however it ends.
   * @param signal gives up the wait; work that has begun is not interrupted.
   * @throws what `work` throws; the signal's reason when it was aborted while waiting.
   */
  hold<Result>(name: string, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

/** Shows an address to the person in a browser of their own (checklist 7.12). */
export interface Browser {
  /** False where it could not be opened, or the person did not want it to be. */
  open(url: string): Promise<boolean>;
  /** True where a page that did not open stands ready for the person all the same, to be opened later or elsewhere. */
  readonly offersPage?: boolean;
}

/** What a person chose about the way back to the editor. */
export type RedirectSettings = Pick<OAuthSettings, 'redirectPort' | 'redirectHost' | 'relayUrl'>;

/** A kind of redirect that has an address. */
export type AddressKind = Exclude<RedirectKind, 'device'>;

/** Where an authorization answer will arrive, prepared for one attempt. */
export interface RedirectAddress {
  /** What the authorization server is told. */
  readonly redirectUri: string;
  /** Where it is seen to arrive. */
  readonly arrivalUri: string;
  /** For a relay: the editor's address as a browser reaches it, which the relay is told in `state`. */
  readonly relayTarget?: string;
  /** False where the next attempt has another one, so that nobody is to be told to register this one by hand. */
  readonly lasts?: boolean;
  /** Gives back what the address holds, such as a port. */
  close(): void;
}

/** Gets authorization answers from the browser back to us. */
export interface RedirectReceiver {
  /** What this host can offer at all, best first. */
  readonly kinds: readonly RedirectKind[];
  /**
   * A fresh address for one attempt, listening where its kind has to.
   * @throws AuthError `redirect_unavailable` where it cannot be had, such as a busy port.
   */
  prepare(kind: AddressKind, settings: RedirectSettings): Promise<RedirectAddress>;
  /** Resolves with the whole address that arrived carrying `state`; rejects with the signal's reason. */
  receive(state: string, signal: AbortSignal): Promise<string>;
}

/** What a person has to type at another place (RFC 8628 §3.3). */
export interface DeviceCode {
  readonly userCode: string;
  /** Host of the authorization server that made the code; whoever enters it lets that one's client in. */
  readonly issuerHost: string;
  /** Where it is typed; safe to open. */
  readonly verificationUri: string;
  /** The same with the code in it. */
  readonly verificationUriComplete: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** The person in front of this host, where a sign-in has to ask or tell them something. */
export interface Person {
  /** Shows a device code until the signal says that it is over. */
  showDeviceCode(server: string, code: DeviceCode, signal: AbortSignal): void;
  /** Whether a server that asks for more access while it is used may open the browser for it now. */
  allowsMoreAccess(server: string, scopes: readonly string[], signal: AbortSignal): Promise<boolean>;
  /** Whether a server that asks for a sign-in while it is used may open the browser for it now. */
  allowsSignIn(server: string, signal: AbortSignal): Promise<boolean>;
  /**
   * What to call a further account of a server that does not say whose it is; undefined where the person leaves it open.
   */
  nameAccount(server: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Which of several accounts of a server is used here; another workspace may use another. */
export interface AccountPreferences {
  /** The key of the grant that was chosen last, see `grantKey`. */
  read(server: string): string | undefined;
  write(server: string, grantKey: string | undefined): void;
}

/** Text of a file that a person named in the settings. */
export type ReadFile = (path: string) => Promise<string>;

/** A log whose fields are structured, so that what is secret can be kept out by construction. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  /** Something failed; `cause` may hold what a person must not see and is reduced to names and codes. */
  error(event: string, fields: LogFields, cause: unknown): void;
}

export interface SessionPorts {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly store: RecordStore;
  /** Over everybody who uses the same store. */
  readonly lock: Lock;
  readonly preferences: AccountPreferences;
  readonly browser: Browser;
  readonly redirects: RedirectReceiver;
  readonly person: Person;
  readonly readFile: ReadFile;
  readonly log: Log;
  /** From 0 up to 1, so that many who wait do not all come back at once. */
  readonly random: () => number;
  /** The addresses behind a host name; an empty list where they cannot be known, as behind a proxy. */
  readonly lookup: Lookup;
  /** Sent as `software_version` at registration. */
  readonly softwareVersion: string;
  /** Address of our client metadata document, where one is published (checklist 4.4). */
  readonly clientDocument: () => string | undefined;
  /** Whose habits are known; those of `oauth/habits.ts` where a host gives none. */
  readonly knownService?: FindService;
  /** Of the attempt that these ports are for; a host gives none. */
  readonly trace?: Trace;
}

/** The line that a finished request leaves in the log. */
export function logExchange(log: Log, server: string, exchange: Exchange): void {
  log.info('request', { server, ...exchange });
}

/** The line that a failure leaves in the log; lists have no place in it. */
export function logFailure(log: Log, event: string, server: string, { code, facts, cause }: AuthError): void {
  const { redirectUris, ...rest } = facts;
  const listed = redirectUris === undefined ? {} : { redirectUris: redirectUris.join(' ') };
  log.error(event, { server, failure: code, ...rest, ...listed }, cause);
}
