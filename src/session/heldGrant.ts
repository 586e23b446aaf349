/** The grant that a session holds: renewed, presented, given up. Says nothing of the state; the session draws it from here. */
import { type AuthError, toAuthError } from '../oauth/authError.ts';
import type { DocumentCache } from '../oauth/documentCache.ts';
import { Proofs } from '../oauth/dpop.ts';
import type { Server } from '../servers/server.ts';
import { mayAsk } from './attempt.ts';
import { present, type Authorization } from './authorization.ts';
import { logFailure, type SessionPorts } from './ports.ts';
import { GrantRecord, grantKey, keepRecord, readRecord } from './records.ts';
import { giveBack } from './revocation.ts';
import { isNearEnd, isRenewable, renew } from './renewal.ts';
import type { GrantFacts } from './state.ts';

export class HeldGrant {
  private readonly server: Server;
  private readonly ports: SessionPorts;
  private readonly documents: DocumentCache;
  private held: GrantRecord | undefined;
  private proofs: Promise<Proofs> | undefined;
  private renewal: Promise<AuthError | undefined> | undefined;
  private signOuts = 0;

  constructor(server: Server, ports: SessionPorts, documents: DocumentCache) {
    this.server = server;
    this.ports = ports;
    this.documents = documents;
  }

  get record(): GrantRecord | undefined {
    return this.held;
  }

  /** Proofs remember the nonces of servers, and so live as long as their key is used. */
  hold(grant: GrantRecord | undefined): void {
    const key = grant?.proofKey;
    if (key === undefined) this.proofs = undefined;
    else if (key.d !== this.held?.proofKey?.d) this.proofs = Proofs.of(key);
    this.held = grant;
  }

  /** Somebody signs out: also of what is on its way. */
  noteSignOut(): void {
    this.signOuts += 1;
  }

  /** To be called before a grant is asked for; what it returns gives the grant back where somebody has signed out since. */
  begin(): (grant: GrantRecord) => Promise<'late' | 'in_time'> {
    const { signOuts } = this;
    return async (grant) => {
      if (signOuts === this.signOuts) return 'in_time';
      await giveBack(this.server, grant, this.ports);
      if (this.held?.accessToken === grant.accessToken) this.hold(undefined);
      return 'late';
    };
  }

  factsOf(grant: GrantRecord): GrantFacts {
    const { account, scopes, expiresAtMs } = grant;
    const renewable = mayAsk(this.server) && isRenewable(this.server, grant);
    return { account, scopes, expiresAtMs, renewable };
  }

  /** Whether the token should be replaced before it is sent, and can be. */
  get wantsRenewal(): boolean {
    const { held } = this;
    return held !== undefined && isNearEnd(held, this.ports.clock.now()) && this.factsOf(held).renewable;
  }

  /** However many ask, one renewal runs (field case 2). Why it failed, or undefined where there is a new token. */
  renew(): Promise<AuthError | undefined> {
    this.renewal ??= this.renewOnce().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  async present(): Promise<Authorization | undefined> {
    const { held } = this;
    return held && present(held, await this.proofs);
  }

  async noteNonce(accessToken: string, nonce: string): Promise<void> {
    await (await this.proofs)?.noteNonce(accessToken, new URL(this.server.url), nonce);
  }

  /** Keeps that the token is not to be sent again, also not after a restart. */
  async keepRejection(accessToken: string): Promise<void> {
    const stored = await readRecord(this.ports.store, grantKey(this.server), GrantRecord);
    // Another window, or this one, may have signed in meanwhile; that grant stays untouched.
    if (stored?.accessToken !== accessToken || this.held?.accessToken !== accessToken) return;
    try {
      await this.ports.store.write(grantKey(this.server), JSON.stringify({ ...stored, rejected: true }));
    } catch (thrown) {
      this.ports.log.error('rejection_not_kept', { server: this.server.name }, thrown);
    }
  }

  private async renewOnce(): Promise<AuthError | undefined> {
    const { held, server, ports, documents } = this;
    if (held === undefined || !mayAsk(server)) return undefined;
    const judge = this.begin();
    try {
      const renewed = await renew(server, held, ports, documents, new AbortController().signal);
      // Whoever signed out or in meanwhile has the last word; what nobody keeps is given back.
      if ((await judge(renewed)) === 'late') return undefined;
      if (this.held === undefined) await giveBack(server, renewed, ports);
      if (this.held?.accessToken !== held.accessToken) return undefined;
      // Held before it is kept: the old token is spent, and a store that fails must not cost the new one (checklist 11.10).
      this.hold(renewed);
      await keepRecord(ports.store, grantKey(server), renewed);
      ports.log.info('renewed', { server: server.name });
      return undefined;
    } catch (thrown) {
      const error = toAuthError(thrown);
      logFailure(ports.log, 'renewal_failed', server.name, error);
      return error;
    }
  }
}
