/** One server's sign-in: its state, the grants of its accounts, and everything that may happen to them. */
import type { PendingAuthorization } from '../oauth/authorization.ts';
import { DocumentCache } from '../oauth/documentCache.ts';
import type { Challenge } from '../oauth/wire/challenge.ts';
import { signInBarrier, type Server } from '../servers/server.ts';
import { AccessRequests } from './accessRequests.ts';
import { Accounts, type AccountGrant } from './accounts.ts';
import { mayAsk } from './attempt.ts';
import type { Authorization } from './authorization.ts';
import { grantKeeper, readGrants } from './grants.ts';
import { Listeners } from './listeners.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { OtherWindows } from './otherWindows.ts';
import type { AccountWish, GrantRecord } from './records.ts';
import { redeem } from './redemption.ts';
import { judgeFault } from './renewalFault.ts';
import { SignInRun, type SignInResult } from './signInRun.ts';
import { signOutOf } from './signOut.ts';
import { resting, transition, type NeedsAuthReason, type SessionEvent, type SessionState } from './state.ts';
import { Upkeep } from './upkeep.ts';

/** Whose grant a sign-in is to replace, by its key, or that of somebody who is not signed in yet. */
export type AccountChoice = { readonly key: string } | 'another';

export class Session {
  readonly server: Server;
  /** What to do when the server refuses a request. */
  readonly access: AccessRequests;
  /** What keeps the grants usable. */
  readonly upkeep: Upkeep;
  private readonly ports: SessionPorts;
  private readonly documents: DocumentCache;
  private readonly grants: Accounts;
  private readonly run: SignInRun;
  private readonly listeners = new Listeners<SessionState>();
  private readonly unsubscribe: Unsubscribe;
  private current: SessionState;

  private constructor(server: Server, ports: SessionPorts, documents: DocumentCache) {
    this.server = server;
    this.ports = ports;
    this.documents = documents;
    this.grants = new Accounts({ server, ports, documents });
    this.access = new AccessRequests(this, ports);
    const dispatch = (event: SessionEvent) => this.dispatch(event);
    const shared = {
      ...{ server, ports, documents, dispatch, grants: this.grants },
      state: () => resting(this.current),
      draw: (reasonIfAbsent: NeedsAuthReason) => this.draw(reasonIfAbsent),
      tell: () => this.tell(),
      accept: (grant: GrantRecord) => this.accept(grant),
    };
    this.upkeep = new Upkeep(shared);
    this.run = new SignInRun(shared);
    const barrier = signInBarrier(server);
    this.current =
      barrier === undefined
        ? { kind: 'needs_auth', reason: 'never_signed_in' }
        : { kind: 'no_auth', reason: barrier };
    const otherWindows = new OtherWindows({ ...shared, run: this.run });
    this.unsubscribe = otherWindows.listen();
  }

  /**
   * A session with the state that its stored grants give it. Touches no network.
   * @param keys of all records, where they are known already.
   */
  static async open(
    server: Server,
    ports: SessionPorts,
    documents = new DocumentCache(ports.clock),
    keys?: readonly string[],
  ): Promise<Session> {
    const session = new Session(server, ports, documents);
    if (!mayAsk(server)) return session;
    const stored = await readGrants(ports, server, keys ?? (await ports.store.keys()));
    for (const grant of stored.grants) session.grants.hold(grant);
    session.grants.settle();
    session.draw(stored.unused ?? 'never_signed_in');
    return session;
  }

  get state(): SessionState {
    return this.current;
  }

  /** When something has to happen by time alone, milliseconds since the epoch. */
  get nextChangeAtMs(): number | undefined {
    const state = resting(this.current);
    if (state.kind === 'offline') return state.retryAtMs;
    return state.kind === 'connected' ? state.expiresAtMs : undefined;
  }

  /** The token as it is held, not renewed; undefined unless there is a grant that works. */
  get accessToken(): string | undefined {
    return this.accounts.find(({ isActive }) => isActive)?.accessToken;
  }

  get accounts(): readonly AccountGrant[] {
    return resting(this.current).kind === 'no_auth' ? [] : this.grants.shown;
  }

  /** The scopes of the grant, and those that it was asked with. */
  get scopes(): { readonly granted: readonly string[]; readonly requested: readonly string[] } {
    const { scopes = [], requestedScopes = [] } = this.grants.active?.record ?? {};
    return { granted: scopes, requested: requestedScopes };
  }

  onDidChange(listener: (state: SessionState) => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  /**
   * Signs the person in; a second caller joins the attempt that runs.
   * @param challenge what the server said to a request that it refused, where that is why.
   * @param account the key of the one whose grant is to be replaced, the active one by default, or another one.
   * @throws AuthError also kept as the state.
   */
  signIn(challenge?: Challenge, account?: AccountChoice): Promise<SignInResult> {
    if (challenge === undefined && !this.run.isRunning) this.access.forget();
    const isAnother = account === 'another';
    const held =
      account === undefined ? this.grants.active : this.grants.find(isAnother ? undefined : account.key);
    const wish: AccountWish = {
      ...(held !== undefined && { previous: held.record.account }),
      ...(isAnother && { isAnother }),
    };
    return this.run.start({
      wish,
      ...(challenge !== undefined && { challenge }),
      ...(held !== undefined && { previous: held.record }),
    });
  }

  cancelSignIn(): void {
    this.run.cancel();
  }

  /** Uses another of the accounts that are signed in, in this workspace. */
  switchAccount(key: string): void {
    if (this.grants.find(key) === undefined) return;
    this.grants.activate(key);
    this.draw('signed_out');
  }

  /**
   * Forgets the grant of one account on this machine, and has the server revoke it where it can.
   * @param key of the account; the active one by default.
   */
  async signOut(key: string | undefined = this.grants.active?.key): Promise<void> {
    this.run.noteSignOut();
    const held = this.grants.find(key);
    if (held !== undefined) this.grants.drop(held.key);
    this.draw('signed_out');
    this.ports.log.info('signed_out', { server: this.server.name });
    if (held !== undefined) await signOutOf(this.server, held, this.ports);
  }

  async signOutOfAll(): Promise<void> {
    const { all } = this.grants;
    if (all.length === 0) await this.signOut();
    await Promise.all(all.map(({ key }) => this.signOut(key)));
  }

  /** Nothing is left of the server: it is as if nobody had ever signed in. */
  noteForgotten(): void {
    this.access.forget();
    if (this.grants.active === undefined) this.draw('never_signed_in');
  }

  /**
   * What the next request may carry; a token that is about to end is replaced first.
   * @param key of the account; the active one by default.
   */
  async authorization(key?: string): Promise<Authorization> {
    this.noteTime();
    if (resting(this.current).kind === 'no_auth') return { kind: 'none' };
    const held = key === undefined ? this.grants.active : this.grants.find(key);
    if (held?.wantsRenewal === true) {
      const error = await this.upkeep.freshen(held);
      if (error !== undefined && !held.isGood && held.record.ending === undefined)
        return judgeFault(error) === 'passing' ? { kind: 'unavailable', error } : this.blocked;
    }
    // Signed out meanwhile it is held no longer.
    if (held?.isGood === true && this.grants.find(held.key) === held) return held.present();
    return held === undefined ? this.unauthorized : this.blocked;
  }

  /** The proof that goes with `accessToken` has to carry this nonce from now on (RFC 9449 §9). */
  async noteNonce(accessToken: string, nonce: string): Promise<void> {
    await this.grants.withToken(accessToken)?.noteNonce(nonce);
  }

  /** The server does not take `accessToken`: it is not sent again, also not after a restart. */
  async rejectToken(accessToken: string): Promise<void> {
    const held = this.grants.withToken(accessToken);
    if (held === undefined || held.record.ending !== undefined) return;
    const ending = { reason: 'rejected', host: new URL(this.server.url).host } as const;
    if (held === this.grants.active) this.dispatch({ kind: 'grant_ended', ending });
    // The server may have moved to another authorization server (checklist 2.11).
    this.documents.forget(this.server.url);
    await held.end(ending);
  }

  /** The server answered 401 to a request without a token; the state that follows. */
  demandSignIn(): SessionState {
    this.dispatch({ kind: 'sign_in_demanded' });
    return this.current;
  }

  /** Finishes an attempt that another window or an earlier run began. */
  async finish(pending: PendingAuthorization, received: string, wish: AccountWish = {}): Promise<void> {
    const judge = this.run.begin();
    const { server, ports } = this;
    const { signal } = new AbortController();
    try {
      if (!mayAsk(server)) return;
      const keep = grantKeeper(server, wish, ports, signal);
      const grant = await redeem({ server, ports, keep, signal }, pending, received);
      if ((await judge(grant)) === 'in_time') this.accept(grant);
      this.run.adopt();
    } catch (thrown) {
      throw this.run.failed(thrown, !this.run.isRunning);
    }
  }

  /**
   * Lets the clock speak: a grant may have run out, a try may be due.
   * @param hasJumped true where time went by unseen, such as while the computer slept (field case 31).
   */
  passTime(hasJumped = false): void {
    this.noteTime();
    this.upkeep.passTime(hasJumped);
  }

  /** Ends with what must not be broken off: a refresh that was sent. */
  async settled(): Promise<void> {
    await Promise.all(this.grants.all.map((held) => held.settled()));
  }

  dispose(): void {
    this.cancelSignIn();
    this.unsubscribe();
  }

  private noteTime(): void {
    this.dispatch({ kind: 'time_passed', nowMs: this.ports.clock.now() });
  }

  private get blocked(): Authorization {
    return { kind: 'blocked', state: this.current };
  }

  /** Nobody knows yet whether the server asks for a sign-in: its answer to a request of a caller tells. */
  private get unauthorized(): Authorization {
    const { current } = this;
    const isUnknown =
      current.kind === 'needs_auth' &&
      (current.reason === 'never_signed_in' || current.reason === 'address_changed');
    return isUnknown ? { kind: 'none' } : this.blocked;
  }

  /** Takes the grant that an attempt obtained; whatever it is worth, the attempt is over. */
  private accept(grant: GrantRecord): void {
    const held = this.grants.hold(grant);
    this.grants.activate(held.key);
    this.dispatch({ kind: 'sign_in_granted', grant: held.facts, nowMs: this.ports.clock.now() });
    this.tell();
  }

  /** Works the state out from the grants. */
  private draw(reasonIfAbsent: NeedsAuthReason): void {
    const { active } = this.grants;
    if (active === undefined) {
      // Nobody can sign in where the settings say that nobody is asked.
      if (mayAsk(this.server)) this.dispatch({ kind: 'grant_absent', reason: reasonIfAbsent });
      return;
    }
    const { record, facts } = active;
    const nowMs = this.ports.clock.now();
    this.dispatch({ kind: 'grant_present', grant: facts, ending: record.ending, nowMs });
  }

  /** The accounts have changed, or their tokens, be the state what it was. */
  private tell(): void {
    this.listeners.tell(this.current);
  }

  /** The only writer of the state. */
  private dispatch(event: SessionEvent): void {
    const next = transition(this.current, event);
    if (next === this.current) return;
    if (JSON.stringify(next) === JSON.stringify(this.current)) return;
    this.current = next;
    this.listeners.tell(next);
  }
}
