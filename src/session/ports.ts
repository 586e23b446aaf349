/** How a session reaches the outside. Each host brings its own; none of them knows the protocol. */
import type { LogFields } from './logLine.ts';
import type { Clock } from '../oauth/clock.ts';
import type { Fetch, Exchange } from '../oauth/transport.ts';

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

/** Shows an address to the person in a browser of their own (checklist 7.12). */
export interface Browser {
  /** False where it could not be opened. */
  open(url: string): Promise<boolean>;
}

/** Where an authorization answer will arrive. */
export interface RedirectAddress {
  /** What the authorization server is told. */
  readonly redirectUri: string;
  /** Where the editor sees it arrive. */
  readonly arrivalUri: string;
}

/** Gets authorization answers from the browser back into the editor. */
export interface RedirectReceiver {
  /** A fresh address for one attempt. */
  prepare(): Promise<RedirectAddress>;
  /** Resolves with the whole address that arrived carrying `state`; rejects with the signal's reason. */
  receive(state: string, signal: AbortSignal): Promise<string>;
}

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
  readonly browser: Browser;
  readonly redirects: RedirectReceiver;
  readonly log: Log;
  /** Sent as `software_version` at registration. */
  readonly softwareVersion: string;
}

/** The line that a finished request leaves in the log. */
export function logExchange(log: Log, server: string, exchange: Exchange): void {
  log.info('request', { server, ...exchange });
}
