/** One server's sign-in: its state, the grants of its accounts, and everything that may happen to them. */
import type { DocumentCache } from '../oauth/documentCache.ts';
import type { PendingAuthorization } from '../oauth/pendingAuthorization.ts';
import type { Challenge } from '../oauth/wire/challenge.ts';
import type { Server } from '../servers/server.ts';
import { AccessRequests } from './accessRequests.ts';
import { Accounts, type AccountGrant } from './accounts.ts';
import { mayAsk } from './attempt.ts';
import { unavailable, withoutGrant, type Authorization } from './authorization.ts';
import { detailsOf, type SignInDetails } from './details.ts';
import type { GrantKeys } from './grantKeys.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { OtherWindows } from './otherWindows.ts';
import { grantKey, type AccountWish, type GrantRecord } from './records.ts';
import { judgeFault } from './renewalFault.ts';
import type { SignInReason } from './signIn.ts';
import type { SignInPage } from './signInPage.ts';
import { sharedBySessions, type SharedBySessions } from './sharedBySessions.ts';
import { SignInRun, type SignInResult } from './signInRun.ts';
import { signOutOf } from './signOut.ts';
import { Standing } from './standing.ts';
import type { SessionState } from './state.ts';
import { isFor } from './storedGrants.ts';
import { traced, type Traces } from './trace.ts';
import { Upkeep } from './upkeep.ts';

/** For one request: a new token may be over, too, by the time it is here, where tokens are short or computers sleep. */
const mostRenewals = 3;

/** Whose grant a sign-in is to replace, by its key, or that of somebody who is not signed in yet. */
export type AccountChoice = { readonly key: string } | 'another';

export class Session {
  readonly server: Server;
  /** What to do when the server refuses a request. */
  readonly access: AccessRequests;
  /** What was tried lately, and what came of it. */
  readonly traces: Traces;
  /** What keeps the grants usable. */
  readonly upkeep: Upkeep;
  private readonly ports: SessionPorts;
  private readonly documents: DocumentCache;
  private readonly grants: Accounts;
  private readonly run: SignInRun;
  private readonly standing: Standing;
  private readonly others: OtherWindows;

  private constructor(server: Server, given: SessionPorts, { documents, news }: SharedBySessions) {
    const { ports, traces } = traced(server, given);
    this.server = server;
    this.traces = traces;
    this.ports = ports;
    this.documents = documents;
    this.grants = new Accounts({ server, ports, documents, traces });
    this.access = new AccessRequests(this, ports);
    this.standing = new Standing(server, ports, this.grants);
    const { grants, standing } = this;
    this.upkeep = new Upkeep({ server, ports, grants, standing, traces });
    const accept = (grant: GrantRecord, reason: SignInReason) => this.accept(grant, reason);
    this.run = new SignInRun({ server, ports, documents, standing, traces, accept });
    this.others = new OtherWindows({ server, ports, grants, standing, run: this.run }, news);
  }

  /**
   * A session with the state that its stored grants give it. Touches no network.
   * @param keys of all grants, where somebody asks for them already.
   */
  static async open(
    server: Server,
    ports: SessionPorts,
    shared = sharedBySessions(ports),
    keys?: Promise<GrantKeys | undefined>,
  ): Promise<Session> {
    const session = new Session(server, ports, shared);
    await session.others.load(keys);
    return session;
  }

  get state(): SessionState {
    return this.standing.state;
  }

  /** When something has to happen by time alone, milliseconds since the epoch. */
  get nextChangeAtMs(): number | undefined {
    const state = this.standing.resting;
    if (state.kind === 'offline') return state.retryAtMs;
    return state.kind === 'connected' ? state.expiresAtMs : this.grants.active?.saveAtMs;
  }

  /** The token as it is held, not renewed; undefined unless there is a grant that works. */
  get accessToken(): string | undefined {
    return this.accounts.find(({ isActive }) => isActive)?.accessToken;
  }

  get accounts(): readonly AccountGrant[] {
    return this.standing.resting.kind === 'no_auth' ? [] : this.grants.shown;
  }

  /** The scopes of the grant, and those that it was asked with. */
  get scopes(): { readonly granted: readonly string[]; readonly requested: readonly string[] } {
    const { scopes = [], requestedScopes = [] } = this.grants.active?.record ?? {};
    return { granted: scopes, requested: requestedScopes };
  }

  get details(): SignInDetails {
    return detailsOf(this.server, this.grants.active, this.standing.lastError);
  }

  onDidChange(listener: (state: SessionState) => void): Unsubscribe {
    return this.standing.onDidChange(listener);
  }

  /**
   * Signs the person in; a second caller joins the attempt that runs.
   * @param challenge what the server said to a request that it refused, where that is why.
   * @param account the key of the one whose grant is to be replaced, the active one by default, or another one.
   * @param scopes what somebody needs beside what the server and the settings ask for.
   * @throws AuthError also kept as the state.
   */
  signIn(
    challenge?: Challenge,
    account?: AccountChoice,
    scopes: readonly string[] = [],
  ): Promise<SignInResult> {
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
      scopes,
      ...(challenge !== undefined && { challenge }),
      ...(held !== undefined && { previous: held.record }),
    });
  }

  cancelSignIn(): void {
    this.run.cancel();
  }

  /** Where the person is waited for while somebody signs in, which the state has no address of. */
  get page(): SignInPage | undefined {
    return this.run.page;
  }

  /** Uses another of the accounts that are signed in, in this workspace. */
  switchAccount(key: string): void {
    if (this.grants.find(key) === undefined) return;
    this.grants.activate(key);
    this.standing.draw('signed_out');
  }

  /** @throws AuthError `storage_failed` */
  async renameAccount(key: string, label: string): Promise<void> {
    await this.grants.find(key)?.rename(label);
    this.standing.draw('signed_out');
    this.standing.tell();
  }

  /**
   * Forgets the grant of one account on this machine, and has the server revoke it where it can.
   * @param key of the account; the active one by default.
   */
  async signOut(key: string | undefined = this.grants.active?.key): Promise<void> {
    this.run.noteSignOut();
    const held = this.grants.find(key);
    if (held !== undefined) this.grants.drop(held.key);
    this.standing.draw('signed_out');
    this.ports.log.info('signed_out', { server: this.server.name });
    if (held !== undefined) await signOutOf(this.server, held, this.ports);
  }

  async signOutOfAll(): Promise<void> {
    const { all } = this.grants;
    if (all.length === 0) await this.signOut();
    await Promise.all(all.map(({ key }) => this.signOut(key)));
  }

  /** Nothing is left of what was: where nobody is signed in, it is as if nobody had ever tried to. */
  noteForgotten(): void {
    this.access.forget();
    if (this.grants.active === undefined) this.standing.draw('never_signed_in');
  }

  /**
   * What the next request may carry; a token that is about to end is replaced first.
   * @param key of the account; the active one by default.
   */
  async authorization(key?: string): Promise<Authorization> {
    await this.others.catchUp();
    this.standing.noteTime();
    if (this.standing.resting.kind === 'no_auth') return { kind: 'none' };
    const held = key === undefined ? this.grants.active : this.grants.find(key);
    for (let left = mostRenewals; held?.wantsRenewal === true && left > 0; left -= 1) {
      const error = await this.upkeep.freshen(held);
      if (error !== undefined && !held.isGood && held.record.ending === undefined)
        return judgeFault(error) === 'passing' ? unavailable(error, held.lastFailure?.untilMs) : this.blocked;
      if (held.isGood || this.grants.find(held.key) !== held) break;
    }
    // Signed out meanwhile it is held no longer.
    if (held?.isGood === true && this.grants.find(held.key) === held) return held.present();
    return held === undefined ? withoutGrant(this.state) : this.blocked;
  }

  /** The proof that goes with `accessToken` has to carry this nonce from now on (RFC 9449 §9). */
  async noteNonce(accessToken: string, nonce: string): Promise<void> {
    await this.grants.withToken(accessToken)?.noteNonce(nonce);
  }

  /** The server does not take `accessToken`: it is not sent again, also not after a restart. */
  async rejectToken(accessToken: string): Promise<void> {
    const held = this.grants.withToken(accessToken);
    // Refused for its age, it says nothing of the grant.
    if (held === undefined || held.record.ending !== undefined || held.mayHaveRunOut) return;
    const ending = { reason: 'rejected', host: new URL(this.server.url).host } as const;
    if (held === this.grants.active) this.standing.dispatch({ kind: 'grant_ended', ending });
    // The server may have moved to another authorization server (checklist 2.11).
    this.documents.forget(this.server.url);
    await held.end(ending);
  }

  /** The server answered 401 to a request without a token; the state that follows. */
  demandSignIn(): SessionState {
    this.standing.dispatch({ kind: 'sign_in_demanded' });
    if (this.grants.active !== undefined) this.standing.draw('never_signed_in');
    return this.state;
  }

  /** Finishes an attempt that another window or an earlier run began. */
  async finish(pending: PendingAuthorization, received: string, wish: AccountWish = {}): Promise<void> {
    const judge = this.run.begin();
    const { server } = this;
    const trace = this.traces.begin('sign_in');
    const ports = { ...this.ports, trace };
    const { signal } = new AbortController();
    try {
      if (!mayAsk(server)) return;
      const { grantKeeper, redeem } = await import('./dealings.ts');
      // What counts is what the settings said where the attempt began.
      const began = { ...wish, isIssuerChosen: wish.isIssuerChosen === true };
      const keep = grantKeeper(server, began, ports, signal);
      const grant = await redeem({ server, ports, keep, signal }, pending, received);
      // Here the settings may name another issuer, resource or client than where the attempt began.
      const isUsed = !((await judge(grant)) === 'late' || !isFor(server, grant));
      trace.end(isUsed ? 'granted' : 'cancelled');
      if (!isUsed) return;
      this.accept(grant);
      this.run.adopt();
    } catch (thrown) {
      throw this.run.failed(thrown, !this.run.isRunning, trace);
    }
  }

  /**
   * Lets the clock speak: a grant may have run out, a try may be due.
   * @param hasJumped true where time went by unseen, such as while the computer slept (field case 31).
   */
  passTime(hasJumped = false): void {
    this.standing.noteTime();
    this.upkeep.passTime(hasJumped);
  }

  /** Ends with what must not be broken off: a refresh that was sent. */
  async settled(): Promise<void> {
    await Promise.all(this.grants.all.map((held) => held.settled()));
  }

  dispose(): void {
    this.cancelSignIn();
    this.others.dispose();
  }

  private get blocked(): Authorization {
    return { kind: 'blocked', state: this.state };
  }

  /** Takes the grant that an attempt obtained; whatever it is worth, the attempt is over. */
  private accept(grant: GrantRecord, { previous, wish }: SignInReason = { wish: {} }): void {
    const held = this.grants.hold(grant);
    this.grants.activate(held.key);
    const before = previous && this.grants.find(grantKey(this.server, previous));
    if (before !== undefined && before !== held && wish.isAnother !== true) this.grants.letGo(before);
    this.standing.dispatch({ kind: 'sign_in_granted', grant: held.facts, nowMs: this.ports.clock.now() });
    this.standing.tell();
    // Between its keeping and now another window may have signed out of it, or in again.
    this.others.look(held.key);
  }
}
