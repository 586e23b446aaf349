/** One server's sign-in: its state, its grant, and everything that may happen to them. */
import { type AuthError, toAuthError } from '../oauth/authError.ts';
import type { PendingAuthorization } from '../oauth/authorization.ts';
import { signInBarrier, type Server } from '../servers/server.ts';
import { Listeners } from './listeners.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { GrantRecord, grantKey, readRecord } from './records.ts';
import { redeem, signIn, type SignInServer } from './signIn.ts';
import { transition, type GrantFacts, type SessionEvent, type SessionState } from './state.ts';

/** How a sign-in ended that did not fail. Cancelled is an outcome, not an error. */
export type SignInResult = 'granted' | 'cancelled' | 'not_needed';

/** What a request to the server may carry. */
export type Authorization =
  | { readonly kind: 'token'; readonly accessToken: string }
  /** Nothing of ours: the server asks for none, or has not said yet, or its configured headers say all. */
  | { readonly kind: 'none' }
  /** A person has to act first. */
  | { readonly kind: 'blocked'; readonly state: SessionState };

export class Session {
  readonly server: Server;
  private readonly ports: SessionPorts;
  private readonly listeners = new Listeners<SessionState>();
  private readonly unsubscribe: Unsubscribe;
  private current: SessionState;
  private grant: GrantRecord | undefined;
  private attempt: { readonly abort: AbortController; readonly result: Promise<SignInResult> } | undefined;

  private constructor(server: Server, ports: SessionPorts) {
    this.server = server;
    this.ports = ports;
    const barrier = signInBarrier(server);
    this.current =
      barrier === undefined
        ? { kind: 'needs_auth', reason: 'never_signed_in' }
        : { kind: 'no_auth', reason: barrier };
    this.unsubscribe = ports.store.onDidChange((key) => {
      if (key === grantKey(server)) void this.load('signed_out');
    });
  }

  /** A session with the state that its stored grant gives it. Touches no network. */
  static async open(server: Server, ports: SessionPorts): Promise<Session> {
    const session = new Session(server, ports);
    await session.load('never_signed_in');
    return session;
  }

  get state(): SessionState {
    return this.current;
  }

  /** When the state may change by time alone, milliseconds since the epoch. */
  get nextChangeAtMs(): number | undefined {
    const state = this.current.kind === 'authorizing' ? this.current.before : this.current;
    return state.kind === 'connected' ? state.expiresAtMs : undefined;
  }

  onDidChange(listener: (state: SessionState) => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  /**
   * Signs the person in; a second caller joins the attempt that runs.
   * @throws AuthError also kept as the state.
   */
  signIn(): Promise<SignInResult> {
    if (this.attempt !== undefined) return this.attempt.result;
    const abort = new AbortController();
    const result = this.attemptSignIn(abort.signal).finally(() => (this.attempt = undefined));
    this.attempt = { abort, result };
    return result;
  }

  cancelSignIn(): void {
    this.attempt?.abort.abort();
  }

  /** Forgets the grant on this machine. */
  async signOut(): Promise<void> {
    this.cancelSignIn();
    await this.ports.store.remove(grantKey(this.server));
    this.take(undefined, 'signed_out');
    this.ports.log.info('signed_out', { server: this.server.name });
  }

  /** What the next request may carry; judged by the clock, so that an expired token is never sent. */
  authorization(): Authorization {
    this.passTime();
    const state = this.current.kind === 'authorizing' ? this.current.before : this.current;
    if (state.kind === 'no_auth') return { kind: 'none' };
    if (state.kind === 'connected' && this.grant !== undefined) {
      return { kind: 'token', accessToken: this.grant.accessToken };
    }
    // Nobody knows yet whether the server asks for a sign-in: its answer to a request of a caller tells.
    if (this.current.kind === 'needs_auth' && this.current.reason === 'never_signed_in')
      return { kind: 'none' };
    return { kind: 'blocked', state: this.current };
  }

  /** The server answered 401 to `accessToken`: it is not sent again, also not after a restart. */
  async rejectToken(accessToken: string): Promise<void> {
    if (this.grant?.accessToken !== accessToken) return;
    this.dispatch({ kind: 'token_rejected' });
    const stored = await readRecord(this.ports.store, grantKey(this.server), GrantRecord);
    // Another window, or this one, may have signed in meanwhile; that grant stays untouched.
    if (stored?.accessToken !== accessToken || this.grant.accessToken !== accessToken) return;
    try {
      await this.ports.store.write(grantKey(this.server), JSON.stringify({ ...stored, rejected: true }));
    } catch (thrown) {
      this.ports.log.error('rejection_not_kept', { server: this.server.name }, thrown);
    }
  }

  /** The server answered 401 to a request without a token; the state that follows. */
  demandSignIn(): SessionState {
    this.dispatch({ kind: 'sign_in_demanded' });
    return this.current;
  }

  /** Finishes an attempt that another window or an earlier run began. */
  async finish(pending: PendingAuthorization, received: string): Promise<void> {
    try {
      this.accept(await redeem(this.server, pending, received, this.ports, new AbortController().signal));
      this.cancelSignIn();
    } catch (thrown) {
      throw this.failed(thrown, this.attempt === undefined);
    }
  }

  /** Lets the clock speak: a grant may have run out. */
  passTime(): void {
    this.dispatch({ kind: 'time_passed', nowMs: this.ports.clock.now() });
  }

  dispose(): void {
    this.cancelSignIn();
    this.unsubscribe();
  }

  private async attemptSignIn(signal: AbortSignal): Promise<SignInResult> {
    const { server } = this;
    if (!mayAsk(server)) return 'not_needed';
    this.dispatch({ kind: 'sign_in_started' });
    this.ports.log.info('sign_in_started', { server: server.name });
    try {
      const outcome = await signIn(
        server,
        this.ports,
        (host) => this.dispatch({ kind: 'browser_opening', host }),
        signal,
      );
      if (outcome.kind === 'granted') this.accept(outcome.grant);
      else this.dispatch({ kind: 'sign_in_not_needed' });
      this.ports.log.info('sign_in_finished', { server: server.name, outcome: outcome.kind });
      return outcome.kind;
    } catch (thrown) {
      if (signal.aborted) {
        // Aborted because another window finished the attempt, or because the person had enough.
        const adopted = this.current.kind === 'connected';
        this.dispatch({ kind: 'sign_in_cancelled' });
        this.ports.log.info('sign_in_finished', {
          server: server.name,
          outcome: adopted ? 'granted' : 'cancelled',
        });
        return adopted ? 'granted' : 'cancelled';
      }
      throw this.failed(thrown);
    }
  }

  /** @param isState false while another attempt runs, whose state it is. */
  private failed(thrown: unknown, isState = true): AuthError {
    const error = toAuthError(thrown);
    this.ports.log.error(
      'sign_in_failed',
      { server: this.server.name, failure: error.code, ...error.facts },
      error.cause,
    );
    if (isState) this.dispatch({ kind: 'sign_in_failed', error });
    return error;
  }

  /** Reads the stored grant, which another window may have written or removed. */
  private async load(reasonIfAbsent: 'never_signed_in' | 'signed_out'): Promise<void> {
    if (!mayAsk(this.server)) return;
    const grant = await readRecord(this.ports.store, grantKey(this.server), GrantRecord);
    if (grant === undefined) {
      if (this.grant !== undefined || this.current.kind === 'connected') this.take(undefined, reasonIfAbsent);
      return;
    }
    const isNew = grant.accessToken !== this.grant?.accessToken;
    this.take(grant);
    if (isNew) this.cancelSignIn();
  }

  /** Takes the grant that an attempt obtained; whatever it is worth, the attempt is over. */
  private accept(grant: GrantRecord): void {
    this.grant = grant;
    this.dispatch({ kind: 'sign_in_granted', grant: factsOf(grant), nowMs: this.ports.clock.now() });
  }

  private take(
    grant: GrantRecord | undefined,
    reasonIfAbsent: 'never_signed_in' | 'signed_out' = 'signed_out',
  ): void {
    this.grant = grant;
    if (grant === undefined) {
      this.dispatch({ kind: 'grant_absent', reason: reasonIfAbsent });
      return;
    }
    const { rejected = false } = grant;
    this.dispatch({ kind: 'grant_present', grant: factsOf(grant), rejected, nowMs: this.ports.clock.now() });
  }

  /** The only writer of the state. */
  private dispatch(event: SessionEvent): void {
    const next = transition(this.current, event);
    if (JSON.stringify(next) === JSON.stringify(this.current)) return;
    this.current = next;
    this.listeners.tell(next);
  }
}

function factsOf({ account, scopes, expiresAtMs }: GrantRecord): GrantFacts {
  return { account, scopes, expiresAtMs };
}

function mayAsk(server: Server): server is SignInServer {
  return signInBarrier(server) === undefined;
}
