/**
 * What a session did lately, for a person who wants to know why: each attempt as the requests that it made and the
 * decisions that it took. In memory alone, bounded, and without anything that is secret.
 */
import { AuthError, quotable, type AuthErrorFacts } from '../oauth/authError.ts';
import type { Clock } from '../oauth/clock.ts';
import type { Decision } from '../oauth/decision.ts';
import type { Exchange } from '../oauth/transport.ts';
import type { Server } from '../servers/server.ts';
import { concealedLog, concealerFor, type Conceal } from './concealment.ts';
import type { SessionPorts } from './ports.ts';

export type AttemptKind = 'sign_in' | 'renewal' | 'refused_request' | 'contact';

/** How an attempt ended; `answered_elsewhere` where another window, and `failed` where nobody, brought it to its end. */
export type AttemptOutcome =
  | 'granted'
  | 'not_needed'
  | 'cancelled'
  | 'answered_elsewhere'
  | 'renewed'
  | 'adopted'
  | 'gone'
  | 'sent_again'
  | 'not_sent_again'
  | 'reached'
  | 'failed';

/** Times are in milliseconds since the epoch; that of a request is when it was sent. */
export type TraceEntry = { readonly atMs: number } & (
  | ({
      readonly kind: 'request';
      /** How often the same was asked in a row, with the same answer. */
      readonly times: number;
    } & Exchange)
  | { readonly kind: 'decision'; readonly decision: Decision }
);

export const mostOfAKind = 4;
export const mostEntries = 120;
/** So many are always kept from the beginning, where discovery is. */
export const keptFirst = 60;
const longestList = 30;
/** What is shorter stands in many a word that is no secret. */
const shortestSecret = 6;

/** One attempt. */
export class Trace {
  readonly kind: AttemptKind;
  readonly startedAtMs: number;
  readonly entries: TraceEntry[] = [];
  /** How many entries there was no room for. */
  omitted = 0;
  outcome: AttemptOutcome | undefined;
  endedAtMs: number | undefined;
  /** Why it failed, with nothing that another error caused it. */
  error: AuthError | undefined;
  private readonly clock: Clock;
  private readonly conceal: Conceal;
  private secrets: string[] = [];

  constructor(kind: AttemptKind, clock: Clock, conceal: Conceal) {
    this.kind = kind;
    this.startedAtMs = clock.now();
    this.clock = clock;
    this.conceal = conceal;
  }

  /** What must not be shown from now on, whoever repeats it. */
  hide(...secrets: readonly (string | undefined)[]): void {
    for (const secret of secrets)
      if (secret !== undefined && secret.length >= shortestSecret && !this.secrets.includes(secret))
        this.secrets.push(secret, encodeURIComponent(secret.toWellFormed()));
    this.secrets.sort((one, other) => other.length - one.length);
  }

  decide(decision: Decision): void {
    this.add({ kind: 'decision', atMs: this.clock.now(), decision: this.clean(decision) });
  }

  exchange(exchange: Exchange): void {
    const last = this.entries.at(-1);
    const { purpose, method, outcome, durationMs } = exchange;
    const address = this.shown(exchange.address);
    const isSame =
      last?.kind === 'request' &&
      last.purpose === purpose &&
      last.method === method &&
      last.address === address &&
      last.outcome === outcome;
    if (isSame) this.entries.pop();
    const atMs = isSame ? last.atMs : this.clock.now() - durationMs;
    const times = isSame ? last.times + 1 : 1;
    this.add({ kind: 'request', atMs, times, purpose, method, address, outcome, durationMs });
  }

  /** What an attempt comes to; nothing is added any more. */
  end(outcome: AttemptOutcome): void {
    if (this.endedAtMs !== undefined) return;
    this.outcome = outcome;
    this.endedAtMs = this.clock.now();
    this.secrets = [];
  }

  /** The same for an attempt that failed; returns the failure as it may be told. */
  fail(error: AuthError): AuthError {
    const told = this.cleaned(error);
    if (this.endedAtMs === undefined) this.error = new AuthError(told.code, told.facts);
    this.end('failed');
    return told;
  }

  /** A failure without what is hidden, whatever the server has put into its words. */
  cleaned({ code, facts, cause }: AuthError): AuthError {
    // What is to be registered, and with whom, has to stand exactly so.
    const { redirectUris, issuer, ...others } = facts;
    const exact = { ...(redirectUris && { redirectUris }), ...(issuer !== undefined && { issuer }) };
    const cleaned: AuthErrorFacts = { ...this.clean(others), ...exact };
    return new AuthError(code, cleaned, cause);
  }

  /** A text without what is hidden. An address loses its query and its credentials, which may be keys. */
  shown(text: string): string {
    const place = text.replace(/^([a-z][\w+.-]*:\/\/)(?:[^/?#]*@)?([^?#]*).*$/is, '$1$2');
    return quotable(this.conceal(place), this.secrets) ?? '';
  }

  private add(entry: TraceEntry): void {
    if (this.endedAtMs !== undefined) return;
    if (this.entries.length >= mostEntries) {
      this.entries.splice(keptFirst, 1);
      this.omitted += 1;
    }
    this.entries.push(entry);
  }

  private clean<Facts extends object>(facts: Facts): Facts {
    const cleaned = Object.entries(facts).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value)
        ? value.slice(0, longestList).map((one: unknown) => this.shown(String(one)))
        : typeof value === 'string'
          ? this.shown(value)
          : value,
    ]);
    return Object.fromEntries(cleaned) as Facts;
  }
}

/** The attempts of one session. */
export class Traces {
  /** Takes out of a text what the person entered as a secret for this server. */
  readonly conceal: Conceal;
  private readonly clock: Clock;
  private attempts: readonly Trace[] = [];

  constructor(clock: Clock, conceal: Conceal) {
    this.clock = clock;
    this.conceal = conceal;
  }

  /** The newest first. */
  get all(): readonly Trace[] {
    return this.attempts;
  }

  /** A kind that happens often takes no room from the others. */
  begin(kind: AttemptKind): Trace {
    const trace = new Trace(kind, this.clock, this.conceal);
    const ofKind = this.attempts.filter((attempt) => attempt.kind === kind);
    const oldest = ofKind.length < mostOfAKind ? undefined : ofKind.at(-1);
    this.attempts = [trace, ...this.attempts.filter((attempt) => attempt !== oldest)];
    return trace;
  }
}

/** What a session works with: a log without what was entered as a secret, and room for its attempts. */
export function traced(
  server: Server,
  ports: SessionPorts,
): { readonly ports: SessionPorts; readonly traces: Traces } {
  const conceal = concealerFor(server);
  return {
    ports: { ...ports, log: concealedLog(ports.log, conceal) },
    traces: new Traces(ports.clock, conceal),
  };
}
