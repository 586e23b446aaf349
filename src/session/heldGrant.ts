/** One account's grant as a session holds it: renewed, presented, given up. Says nothing of the state; the session draws it from here. */
import { toAuthError } from '../oauth/authError.ts';
import type { Proofs } from '../oauth/dpop.ts';
import { mayAsk } from './attempt.ts';
import { present, type Authorization } from './authorization.ts';
import { logFailure } from './ports.ts';
import { grantKey, grantRecords, type GrantRecord } from './records.ts';
import type { renew, Renewal, Renewing } from './renewal.ts';
import { Retry, type Pause } from './retry.ts';
import type { GrantEnding, GrantFacts } from './state.ts';
import { isNearEnd, isRenewable } from './storedGrants.ts';
import { findRecord, keepRecord } from './storedRecord.ts';

/** Servers count the life of a token in whole seconds. */
const granularityMs = 1_000;

export class HeldGrant {
  /** Under which the grant is stored; the same for as long as it is the same account. */
  readonly key: string;
  private readonly renewing: Renewing;
  private held: GrantRecord;
  /** Made when they are first needed. */
  private made: Promise<Proofs> | undefined;
  private renewal: Promise<Renewal> | undefined;
  /** Of renewals, and of keeping what they brought. */
  private readonly retry: Retry;
  /** Whether the store failed to take the grant as it is now. */
  private isUnsaved = false;
  private lastUsedAtMs = -Infinity;
  /** The token that the server did not take, while there is no other. */
  private distrusted: string | undefined;
  /** The token that the server took last. */
  private taken: string | undefined;

  constructor(renewing: Renewing, grant: GrantRecord) {
    this.renewing = renewing;
    this.key = grantKey(renewing.server, grant);
    this.held = grant;
    this.retry = new Retry(renewing.ports);
  }

  get record(): GrantRecord {
    return this.held;
  }

  /** Whether the store has an earlier grant of this account than the one that it failed to take. */
  isNewerThan(grant: GrantRecord): boolean {
    return this.isUnsaved && this.held.grantedAtMs > grant.grantedAtMs;
  }

  /** Proofs remember the nonces of servers, and so live as long as their key is used. */
  replace(grant: GrantRecord): void {
    if (grant.proofKey?.d !== this.held.proofKey?.d) this.made = undefined;
    this.held = grant;
    this.retry.noteSuccess();
    this.isUnsaved = false;
  }

  get facts(): GrantFacts {
    const { account, scopes, expiresAtMs } = this.held;
    const { server } = this.renewing;
    const renewable = mayAsk(server) && isRenewable(server, this.held);
    return { account, scopes, expiresAtMs, renewable };
  }

  /** Whether the token may be sent now. */
  get isGood(): boolean {
    const { ending, expiresAtMs } = this.held;
    if (ending !== undefined || this.isDistrusted) return false;
    return expiresAtMs === undefined || expiresAtMs > this.nowMs;
  }

  /** Whether the server may take the token for over: by its own clock, on which it counts whole seconds. */
  get mayHaveRunOut(): boolean {
    const { expiresAtMs = Infinity } = this.held;
    return expiresAtMs - this.nowMs <= granularityMs;
  }

  /** Whether the token should be replaced before it is sent, and can be. */
  get wantsRenewal(): boolean {
    const isDue = this.isUnsaved || this.isDistrusted || isNearEnd(this.held, this.nowMs);
    return this.held.ending === undefined && isDue && this.facts.renewable;
  }

  /** The server did not take the token as it is: it is not sent again, but may be replaced. */
  distrust(): void {
    this.distrusted = this.held.accessToken;
  }

  noteTaken(): void {
    this.taken = this.held.accessToken;
  }

  /** Whether the server has taken the token as it is, be it for another request. */
  get wasTaken(): boolean {
    return this.taken === this.held.accessToken;
  }

  /** Whether the server has taken a token of this grant, be it one before this. */
  get isKnownToServer(): boolean {
    return this.taken !== undefined;
  }

  /** Whether somebody uses the token that is about to end, so that the next one is worth a request of its own. */
  get isInUse(): boolean {
    return this.lastUsedAtMs >= this.held.grantedAtMs;
  }

  /** Why there was no new token, while it is too early for another try (checklist 11.12). */
  get pause(): Pause | undefined {
    return this.retry.pause;
  }

  /** Why there was no new token at the last try; the next one may be due by now. */
  get lastFailure(): Pause | undefined {
    return this.retry.last;
  }

  /** When a grant that the store failed to take is offered to it again. */
  get saveAtMs(): number | undefined {
    return this.isUnsaved ? this.retry.last?.untilMs : undefined;
  }

  /** The next try need not wait. */
  endPause(): void {
    this.retry.noteSuccess();
  }

  /** However many ask, one renewal runs (field case 2); it goes on though nobody waits for it any more. */
  renew(): Promise<Renewal> {
    this.renewal ??= this.renewOnce().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  /** Ends with the renewal that runs, and with what could not be kept before. */
  async settled(): Promise<void> {
    await this.renewal;
    if (this.isUnsaved) await this.renew();
  }

  async present(): Promise<Authorization> {
    this.lastUsedAtMs = this.nowMs;
    return present(this.held, await this.proofs);
  }

  async noteNonce(nonce: string): Promise<void> {
    await (await this.proofs)?.noteNonce(this.held.accessToken, new URL(this.renewing.server.url), nonce);
  }

  /** Gives the grant up, also after a restart; what somebody has signed in to meanwhile stays untouched. */
  async end(ending: GrantEnding): Promise<void> {
    const { ports } = this.renewing;
    const ended = { ...this.held, ending };
    this.held = ended;
    try {
      await ports.lock.hold(this.key, async () => {
        const found = await findRecord(ports, this.key, grantRecords);
        if (found.kind !== 'record' || found.record.accessToken !== ended.accessToken) return;
        await keepRecord(ports, this.key, grantRecords, { ...found.record, ending });
      });
    } catch (thrown) {
      ports.log.error('ending_not_kept', { server: this.renewing.server.name }, thrown);
    }
  }

  /**
   * What the account is called from now on, everywhere. It stays the same account.
   * @throws AuthError `storage_failed`
   */
  async rename(label: string): Promise<void> {
    const { ports } = this.renewing;
    await ports.lock.hold(this.key, async () => {
      const found = await findRecord(ports, this.key, grantRecords);
      // Whoever signed out meanwhile has the last word.
      if (found.kind !== 'record') return;
      const account = { ...found.record.account, label };
      await keepRecord(ports, this.key, grantRecords, { ...found.record, account });
    });
    this.held = { ...this.held, account: { ...this.held.account, label } };
  }

  private get proofs(): Promise<Proofs> | undefined {
    const { proofKey } = this.held;
    if (proofKey !== undefined)
      this.made ??= import('./dealings.ts')
        .then(({ Proofs }) => Proofs.of(proofKey))
        .catch((thrown: unknown) => {
          // What could not be loaded now may be later.
          this.made = undefined;
          throw thrown;
        });
    return this.made;
  }

  private get isDistrusted(): boolean {
    return this.distrusted === this.held.accessToken;
  }

  private get nowMs(): number {
    return this.renewing.ports.clock.now();
  }

  private async renewOnce(): Promise<Renewal> {
    const { ports, server, traces } = this.renewing;
    const trace = traces.begin('renewal');
    const renewal = await renewalOf(
      { ...this.renewing, ports: { ...ports, trace } },
      this.held,
      this.isUnsaved,
    );
    if (renewal.kind === 'ended' || renewal.kind === 'failed') trace.fail(renewal.error);
    else trace.end(renewal.kind);
    switch (renewal.kind) {
      case 'renewed':
        this.replace(renewal.grant);
        this.isUnsaved = renewal.unsaved !== undefined;
        if (renewal.unsaved !== undefined) {
          this.retry.noteFailure(renewal.unsaved);
          logFailure(ports.log, 'renewal_not_kept', server.name, renewal.unsaved);
        }
        ports.log.info('renewed', { server: server.name });
        break;
      case 'adopted':
        this.replace(renewal.grant);
        break;
      case 'ended':
        this.replace(renewal.grant);
        logFailure(ports.log, 'renewal_failed', server.name, renewal.error);
        break;
      case 'failed':
        this.retry.noteFailure(renewal.error);
        logFailure(ports.log, 'renewal_failed', server.name, renewal.error);
        break;
      case 'gone':
        break;
    }
    return renewal;
  }
}

const renewalOf: typeof renew = async (...renewed) => {
  try {
    const { renew } = await import('./dealings.ts');
    return await renew(...renewed);
  } catch (thrown) {
    return { kind: 'failed', error: toAuthError(thrown) };
  }
};
