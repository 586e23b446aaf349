/**
 * Remembers the documents of discovery with their validators, and what servers said at first contact, so that a second
 * sign-in asks for nothing that is fresh (RFC 9111, checklist 3.12, design 5.1). In memory alone, and bounded.
 */
import { AuthError } from './authError.ts';
import type { Clock } from './clock.ts';
import type { Decide } from './decision.ts';
import { freshForMs, saysFreshness } from './freshness.ts';
import { parseJson } from './jsonBody.ts';
import { retryAfterOf } from './retryAfter.ts';
import { requireSecureUrl, type UrlPolicy } from './secureUrl.ts';
import { SharedWork } from './sharedWork.ts';
import { isBusy, type Purpose, type Transport } from './transport.ts';
import type { Challenge } from './wire/challenge.ts';

export interface Wanted {
  readonly purpose: Purpose;
  readonly address: string;
  /** Sent beside `accept`; the same address with other headers is another document. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Asks the server although what is kept is fresh. */
  readonly revalidates?: boolean;
}

export interface Answer {
  /** HTTP status; 200 for what was kept. */
  readonly status: number;
  /** A JSON object, or undefined where there is none (checklist 2.6). */
  readonly body: object | undefined;
  readonly isKept: boolean;
  /** How long the server asks us to wait, where it gives no document. */
  readonly retryAfterSeconds?: number;
}

/** Reads documents for one discovery, each address once. */
export interface DocumentReader {
  readonly policy: UrlPolicy;
  readonly decide: Decide;
  /** @throws AuthError of the transport; the signal's reason when aborted. */
  read(wanted: Wanted): Promise<Answer>;
  /** Whether reading would cost no request. */
  isFresh(wanted: Wanted): boolean;
}

/** What a server said to a request without credentials. */
export interface Contact {
  readonly challenge: Challenge | undefined;
  /** Whether it was said so lately that it need not be asked again. */
  readonly isFresh: boolean;
}

interface Kept {
  readonly body: object;
  readonly validators: Readonly<Record<string, string>>;
  readonly keptAtMs: number;
  readonly freshForMs: number;
  /** Whose sign-ins rest on it. */
  readonly usedFor: Set<string>;
}

interface Running {
  readonly work: SharedWork<Answer>;
  readonly usedFor: Set<string>;
}

interface KeptContact {
  readonly challenge: Challenge | undefined;
  /** What was sent along, which may decide the answer. */
  readonly headers: string;
  readonly keptAtMs: number;
}

export const maxKeptDocuments = 200;
/** What is longer is used once; real documents have a few kilobytes. */
const maxKeptLength = 65_536;
const contactFreshForMs = 600_000;

export class DocumentCache {
  private readonly clock: Clock;
  /** Both in the order of use, the oldest first. */
  private readonly kept = new Map<string, Kept>();
  private readonly contacts = new Map<string, KeptContact>();
  private readonly running = new Map<string, Running>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @param usedFor whose sign-in it is: a server's address, as {@link forget} is told. */
  readerFor(usedFor: string, transport: Transport, signal: AbortSignal): DocumentReader {
    const asked = new Map<string, Promise<Answer>>();
    return {
      policy: transport.policy,
      decide: transport.decide,
      isFresh: (wanted) => this.freshCopy(keyOf(wanted)) !== undefined,
      read: (wanted) => {
        const key = keyOf(wanted);
        const ask = () => this.read(key, wanted, usedFor, transport, signal);
        const again = (answer: Answer) => (answer.isKept && wanted.revalidates === true ? ask() : answer);
        const answer = asked.get(key)?.then(again) ?? ask();
        asked.set(key, answer);
        return answer;
      },
    };
  }

  /** What the server said at first contact, however long ago; undefined where it was asked with other headers. */
  contactOf(serverUrl: string, headers: Readonly<Record<string, string>>): Contact | undefined {
    const contact = this.contacts.get(serverUrl);
    if (contact?.headers !== JSON.stringify(headers)) return undefined;
    return { challenge: contact.challenge, isFresh: this.isWithin(contactFreshForMs, contact.keptAtMs) };
  }

  rememberContact(
    serverUrl: string,
    headers: Readonly<Record<string, string>>,
    challenge: Challenge | undefined,
  ): void {
    const contact = { challenge, headers: JSON.stringify(headers), keptAtMs: this.clock.now() };
    remember(this.contacts, serverUrl, contact);
  }

  /** Lets the next sign-in to this server ask anew: what is known of it has led to nothing, or has been superseded. */
  forget(serverUrl: string): void {
    this.contacts.delete(serverUrl);
    // What is on its way was asked for before, and is not kept when it comes.
    for (const entries of [this.kept, this.running])
      for (const [key, { usedFor }] of entries) if (usedFor.has(serverUrl)) entries.delete(key);
  }

  private async read(
    key: string,
    wanted: Wanted,
    usedFor: string,
    transport: Transport,
    signal: AbortSignal,
  ): Promise<Answer> {
    // Another server may have been allowed what lies nearer than this one may lead to (checklist 16.1).
    requireSecureUrl(wanted.address, transport.policy);
    const copy = wanted.revalidates === true ? undefined : this.freshCopy(key);
    if (copy !== undefined) {
      copy.usedFor.add(usedFor);
      transport.decide({ id: 'document_remembered', address: wanted.address });
      remember(this.kept, key, copy);
      return { status: 200, body: copy.body, isKept: true };
    }
    const running = this.requestFor(key, wanted, transport);
    running.usedFor.add(usedFor);
    return running.work.join(signal);
  }

  private freshCopy(key: string): Kept | undefined {
    const copy = this.kept.get(key);
    return copy !== undefined && this.isWithin(copy.freshForMs, copy.keptAtMs) ? copy : undefined;
  }

  /** False also for a time to come: the clock was turned back, and nobody knows how far. */
  private isWithin(limitMs: number, sinceMs: number): boolean {
    const passedMs = this.clock.now() - sinceMs;
    return passedMs >= 0 && passedMs < limitMs;
  }

  /** The request that runs already, or a new one; what one policy forbids is not asked for another's sake. */
  private requestFor(key: string, wanted: Wanted, transport: Transport): Running {
    const { nearest, serverHost = '' } = transport.policy;
    const runningKey = JSON.stringify([nearest, serverHost, key]);
    const before = this.running.get(runningKey);
    if (before !== undefined && !before.work.isOver) return before;
    const usedFor = new Set<string>();
    const work = new SharedWork(async (signal) => {
      try {
        return await this.request(key, wanted, transport, signal, (kept) => {
          if (this.running.get(runningKey) === running) remember(this.kept, key, { ...kept, usedFor });
        });
      } finally {
        if (this.running.get(runningKey) === running) this.running.delete(runningKey);
      }
    });
    const running: Running = { usedFor, work };
    this.running.set(runningKey, running);
    return running;
  }

  private async request(
    key: string,
    wanted: Wanted,
    transport: Transport,
    signal: AbortSignal,
    keep: (kept: Omit<Kept, 'usedFor'>) => void,
  ): Promise<Answer> {
    const copy = this.kept.get(key);
    const response = await transport.send(wanted.purpose, wanted.address, {
      headers: { accept: 'application/json', ...wanted.headers, ...copy?.validators },
      signal,
    });
    const { status, headers } = response;
    const keptAtMs = this.clock.now();
    const lifetimeMs = freshForMs(headers, keptAtMs);
    if (status === 304 && copy !== undefined) {
      if (lifetimeMs === undefined) this.kept.delete(key);
      else keep({ ...copy, keptAtMs, freshForMs: saysFreshness(headers) ? lifetimeMs : copy.freshForMs });
      return { status: 200, body: copy.body, isKept: false };
    }
    // What a server in trouble says is no reason to doubt what it said before.
    if (!isBusy(status)) this.kept.delete(key);
    const text = status === 200 ? await response.text() : '';
    const body = parseJson(text);
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      return { status, body: undefined, isKept: false, ...retryAfterOf(headers) };
    const validators = validatorsOf(headers);
    const isUseful = lifetimeMs !== undefined && (lifetimeMs > 0 || Object.keys(validators).length > 0);
    if (isUseful && text.length <= maxKeptLength)
      keep({ body, validators, keptAtMs, freshForMs: lifetimeMs });
    return { status, body, isKept: false };
  }
}

/** `server_busy` for an answer whose status says no more than that. */
export function busyError({ address }: Wanted, { status, retryAfterSeconds }: Answer): AuthError {
  const { host } = new URL(address);
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new AuthError('server_busy', { host, status, ...wait });
}

function keyOf({ address, headers = {} }: Wanted): string {
  return JSON.stringify([address, headers]);
}

/** RFC 9110 §13.1: what the server can tell an unchanged document by. */
function validatorsOf(headers: Headers): Record<string, string> {
  const etag = headers.get('etag');
  const modified = headers.get('last-modified');
  return {
    ...(etag !== null && { 'if-none-match': etag }),
    ...(modified !== null && { 'if-modified-since': modified }),
  };
}

function remember<Value>(entries: Map<string, Value>, key: string, value: Value): void {
  entries.delete(key);
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > maxKeptDocuments && oldest !== undefined) entries.delete(oldest);
}
