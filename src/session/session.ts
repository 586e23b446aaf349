/** One server's sign-in: its state, its grant, and everything that may happen to them. */
import { type AuthError, toAuthError } from '../oauth/authError.ts';
import type { PendingAuthorization } from '../oauth/authorization.ts';
import { DocumentCache } from '../oauth/documentCache.ts';
import { covers } from '../oauth/scopes.ts';
import type { Challenge } from '../oauth/wire/challenge.ts';
import { signInBarrier, type Server } from '../servers/server.ts';
import { AccessRequests } from './accessRequests.ts';
import { mayAsk, type Opening } from './attempt.ts';
import type { Authorization } from './authorization.ts';
import { HeldGrant } from './heldGrant.ts';
import { Listeners } from './listeners.ts';
import { logFailure, type SessionPorts, type Unsubscribe } from './ports.ts';
import { readGrant } from './grants.ts';
import { grantKey, type GrantRecord } from './records.ts';
import { redeem } from './redemption.ts';
import { isFinal } from './renewal.ts';
import { revokeGrant } from './revocation.ts';
import { signIn, type SignInReason } from './signIn.ts';
import { transition, type RestingState, type SessionEvent, type SessionState } from './state.ts';

/** How a sign-in ended that did not fail. Cancelled is an outcome, not an error. */
export type SignInResult = 'granted' | 'cancelled' | 'not_needed';

export class Session {
  readonly server: Server;
  /** What to do when the server refuses a request. */
  readonly access: AccessRequests;
  private readonly ports: SessionPorts;
  private readonly documents: DocumentCache;
  private readonly grant: HeldGrant;
  private readonly listeners = new Listeners<SessionState>();
  private readonly unsubscribe: Unsubscribe;
  private current: SessionState;
  private attempt: { readonly abort: AbortController; readonly result: Promise<SignInResult> } | undefined;

  private constructor(server: Server, ports: SessionPorts, documents: DocumentCache) {
    this.server = server;
    this.ports = ports;
    this.documents = documents;
    this.grant = new HeldGrant(server, ports, documents);
    this.access = new AccessRequests(this, ports);
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
  static async open(
    server: Server,
    ports: SessionPorts,
    documents = new DocumentCache(ports.clock),
  ): Promise<Session> {
    const session = new Session(server, ports, documents);
    await session.load('never_signed_in');
    return session;
  }

  get state(): SessionState {
    return this.current;
  }

  /** When the state may change by time alone, milliseconds since the epoch. */
  get nextChangeAtMs(): number | undefined {
    const state = this.restingState;
    return state.kind === 'connected' && !state.renewable ? state.expiresAtMs : undefined;
  }

  /** The token as it is held, not renewed; undefined unless connected. */
  get accessToken(): string | undefined {
    return this.restingState.kind === 'connected' ? this.grant.record?.accessToken : undefined;
  }

  /** The scopes of the grant, and those that it was asked with. */
  get scopes(): { readonly granted: readonly string[]; readonly requested: readonly string[] } {
    const { scopes = [], requestedScopes = [] } = this.grant.record ?? {};
    return { granted: scopes, requested: requestedScopes };
  }

  onDidChange(listener: (state: SessionState) => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  /**
   * Signs the person in; a second caller joins the attempt that runs.
   * @param challenge what the server said to a request that it refused, where that is why.
   * @throws AuthError also kept as the state.
   */
  signIn(challenge?: Challenge): Promise<SignInResult> {
    if (this.attempt !== undefined) return this.attempt.result;
    const abort = new AbortController();
    const { record } = this.grant;
    if (challenge === undefined) this.access.forget();
    const reason: SignInReason = {
      ...(challenge !== undefined && { challenge }),
      ...(record !== undefined && { previous: record }),
    };
    const result = this.attemptSignIn(reason, abort.signal).finally(() => (this.attempt = undefined));
    this.attempt = { abort, result };
    return result;
  }

  cancelSignIn(): void {
    this.attempt?.abort.abort();
  }

  /** Forgets the grant on this machine, and has the server revoke it where it can. */
  async signOut(): Promise<void> {
    this.cancelSignIn();
    this.grant.noteSignOut();
    const { record } = this.grant;
    await this.ports.store.remove(grantKey(this.server));
    this.take(undefined, 'signed_out');
    this.ports.log.info('signed_out', { server: this.server.name });
    if (record !== undefined) await revokeGrant(this.server, record, this.ports);
  }

  /** What the next request may carry; a token that is about to end is replaced first. */
  async authorization(): Promise<Authorization> {
    this.passTime();
    if (this.restingState.kind === 'no_auth') return { kind: 'none' };
    if (this.restingState.kind === 'connected' && this.grant.wantsRenewal) {
      const error = await this.renew();
      if (error !== undefined && !isFinal(error)) return { kind: 'unavailable', error };
    }
    if (this.restingState.kind === 'connected') {
      const authorization = await this.grant.present();
      if (authorization !== undefined) return authorization;
    }
    // Nobody knows yet whether the server asks for a sign-in: its answer to a request of a caller tells.
    if (this.current.kind === 'needs_auth' && this.current.reason === 'never_signed_in')
      return { kind: 'none' };
    return { kind: 'blocked', state: this.current };
  }

  /** The proof that goes with `accessToken` has to carry this nonce from now on (RFC 9449 §9). */
  noteNonce(accessToken: string, nonce: string): Promise<void> {
    return this.grant.noteNonce(accessToken, nonce);
  }

  /** The server answered 401 to `accessToken`, which should have been good: whether there is another one now. */
  async replaceToken(accessToken: string): Promise<boolean> {
    const { record } = this.grant;
    if (record === undefined) return false;
    if (record.accessToken !== accessToken) return this.restingState.kind === 'connected';
    return this.grant.factsOf(record).renewable && (await this.renew()) === undefined;
  }

  /** The server does not take `accessToken`: it is not sent again, also not after a restart. */
  async rejectToken(accessToken: string): Promise<void> {
    if (this.grant.record?.accessToken !== accessToken) return;
    this.dispatch({ kind: 'token_rejected' });
    // The server may have moved to another authorization server (checklist 2.11).
    this.documents.forget(this.server.url);
    await this.grant.keepRejection(accessToken);
  }

  /** The server answered 401 to a request without a token; the state that follows. */
  demandSignIn(): SessionState {
    this.dispatch({ kind: 'sign_in_demanded' });
    return this.current;
  }

  /** Finishes an attempt that another window or an earlier run began. */
  async finish(pending: PendingAuthorization, received: string): Promise<void> {
    const judge = this.grant.begin();
    try {
      const grant = await redeem(this.server, pending, received, this.ports, new AbortController().signal);
      if ((await judge(grant)) === 'late') this.take(this.grant.record);
      else this.accept(grant);
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

  private get restingState(): RestingState {
    return this.current.kind === 'authorizing' ? this.current.before : this.current;
  }

  /** Why there is no new token, or undefined where there is one. */
  private async renew(): Promise<AuthError | undefined> {
    const { record } = this.grant;
    const error = await this.grant.renew();
    if (error === undefined) this.take(this.grant.record);
    else if (record !== undefined && isFinal(error)) await this.rejectToken(record.accessToken);
    return error;
  }

  private async attemptSignIn(reason: SignInReason, signal: AbortSignal): Promise<SignInResult> {
    const { server, ports, documents } = this;
    if (!mayAsk(server)) return 'not_needed';
    this.dispatch({ kind: 'sign_in_started' });
    ports.log.info('sign_in_started', { server: server.name });
    const judge = this.grant.begin();
    try {
      const onOpening = (opening: Opening) => this.dispatch({ kind: 'browser_opening', ...opening });
      const outcome = await signIn(server, ports, documents, reason, onOpening, signal);
      if (outcome.kind === 'granted' && (await judge(outcome.grant)) === 'late') {
        this.take(this.grant.record);
        signal.throwIfAborted();
      }
      if (outcome.kind === 'granted') this.accept(outcome.grant);
      else this.dispatch({ kind: 'sign_in_not_needed' });
      ports.log.info('sign_in_finished', { server: server.name, outcome: outcome.kind });
      return outcome.kind;
    } catch (thrown) {
      if (!signal.aborted) throw this.failed(thrown);
      // Aborted because another window finished the attempt, or because the person had enough.
      const adopted = this.current.kind === 'connected';
      this.dispatch({ kind: 'sign_in_cancelled' });
      const outcome = adopted ? 'granted' : 'cancelled';
      ports.log.info('sign_in_finished', { server: server.name, outcome });
      return outcome;
    }
  }

  /** @param isState false while another attempt runs, whose state it is. */
  private failed(thrown: unknown, isState = true): AuthError {
    const error = toAuthError(thrown);
    logFailure(this.ports.log, 'sign_in_failed', this.server.name, error);
    if (isState) this.dispatch({ kind: 'sign_in_failed', error });
    return error;
  }

  /** Reads the stored grant, which another window may have written or removed. */
  private async load(reasonIfAbsent: 'never_signed_in' | 'signed_out'): Promise<void> {
    const { server } = this;
    if (!mayAsk(server)) return;
    const stored = await readGrant(this.ports.store, server);
    const before = this.grant.record;
    if (stored === undefined) {
      if (before !== undefined || this.current.kind === 'connected') this.take(undefined, reasonIfAbsent);
      return;
    }
    const wasWaitedFor =
      this.restingState.kind !== 'connected' || !covers(before?.scopes ?? [], stored.scopes);
    this.take(stored);
    // Another window finished what this one waits for; a token that was merely renewed is no such news.
    if (stored.accessToken !== before?.accessToken && wasWaitedFor) this.cancelSignIn();
  }

  /** Takes the grant that an attempt obtained; whatever it is worth, the attempt is over. */
  private accept(grant: GrantRecord): void {
    this.grant.hold(grant);
    const nowMs = this.ports.clock.now();
    this.dispatch({ kind: 'sign_in_granted', grant: this.grant.factsOf(grant), nowMs });
  }

  private take(
    grant: GrantRecord | undefined,
    reasonIfAbsent: 'never_signed_in' | 'signed_out' = 'signed_out',
  ): void {
    this.grant.hold(grant);
    if (grant === undefined) {
      this.dispatch({ kind: 'grant_absent', reason: reasonIfAbsent });
      return;
    }
    const { rejected = false } = grant;
    const nowMs = this.ports.clock.now();
    this.dispatch({ kind: 'grant_present', grant: this.grant.factsOf(grant), rejected, nowMs });
  }

  /** The only writer of the state. */
  private dispatch(event: SessionEvent): void {
    const next = transition(this.current, event);
    if (JSON.stringify(next) === JSON.stringify(this.current)) return;
    this.current = next;
    this.listeners.tell(next);
  }
}
