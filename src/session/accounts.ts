/** The grants of one server, one for each account, and which of them is used here. */
import type { Account } from '../oauth/account.ts';
import { isPersonsToName } from './accountNames.ts';
import { HeldGrant } from './heldGrant.ts';
import { grantKey, type GrantRecord } from './records.ts';
import type { Renewing } from './renewal.ts';

/** One account of a server, as others may see it. */
export interface AccountGrant {
  /** The same at every start and in every window. */
  readonly key: string;
  readonly account: Account;
  readonly scopes: readonly string[];
  /** The token as it is held, not renewed; undefined once the grant is over. */
  readonly accessToken: string | undefined;
  /** Milliseconds since the epoch; undefined where the server did not say. */
  readonly expiresAtMs: number | undefined;
  readonly grantedAtMs: number;
  /** Whether the token is of use only with a proof of our key for each request (RFC 9449). */
  readonly isBound: boolean;
  /** Whether it is the one that is used. */
  readonly isActive: boolean;
  /** Whether the server told nothing that the account could be called by. */
  readonly isPersonsToName: boolean;
}

export class Accounts {
  private readonly renewing: Renewing;
  private readonly held = new Map<string, HeldGrant>();
  private activeKey: string | undefined;
  /** Whether some may be stored that could not be read. */
  private isUnread = false;

  constructor(renewing: Renewing) {
    this.renewing = renewing;
  }

  /** The grant that is used: the one that was chosen for this workspace, else the newest that works. */
  get active(): HeldGrant | undefined {
    return this.find(this.activeKey) ?? this.find(this.chosen) ?? this.newest;
  }

  get all(): readonly HeldGrant[] {
    return [...this.held.values()];
  }

  get shown(): readonly AccountGrant[] {
    const { active } = this;
    return this.all.map((held) => {
      const { record, facts } = held;
      const isOver = record.ending !== undefined || (!held.isGood && !facts.renewable);
      return {
        key: held.key,
        account: record.account,
        scopes: record.scopes,
        accessToken: isOver ? undefined : record.accessToken,
        expiresAtMs: record.expiresAtMs,
        grantedAtMs: record.grantedAtMs,
        isBound: record.proofKey !== undefined,
        isActive: held === active,
        isPersonsToName: isPersonsToName(record.account, this.renewing.server),
      };
    });
  }

  /** What is stored was read, but for what cannot be read now where `isUnread`. */
  noteRead(isUnread: boolean): void {
    this.isUnread = isUnread;
  }

  /** Whether what could not be read may be the one to use. */
  get isIncomplete(): boolean {
    return this.isUnread && (this.held.size === 0 || this.isChosenMissing);
  }

  find(key: string | undefined): HeldGrant | undefined {
    return key === undefined ? undefined : this.held.get(key);
  }

  withToken(accessToken: string): HeldGrant | undefined {
    return this.all.find(({ record }) => record.accessToken === accessToken);
  }

  /** Takes a grant as it is now, in place of the one that the same account had. */
  hold(grant: GrantRecord): HeldGrant {
    const known = this.held.get(grantKey(this.renewing.server, grant));
    known?.replace(grant);
    const held = known ?? new HeldGrant(this.renewing, grant);
    this.held.set(held.key, held);
    return held;
  }

  /** What is used now stays so, whatever else another window signs in to, and in this workspace also after a restart. */
  settle(): void {
    // Another one has to do until the one that was chosen can be read.
    if (this.isUnread && this.isChosenMissing) return;
    this.activeKey = this.active?.key;
    const { preferences } = this.renewing.ports;
    if (this.held.size > 1 && this.find(this.chosen) === undefined)
      preferences.write(this.renewing.server.name, this.activeKey);
  }

  /** From now on this one is used, in this workspace also after a restart. */
  activate(key: string): void {
    this.activeKey = key;
    const { preferences } = this.renewing.ports;
    const { name } = this.renewing.server;
    if ((this.held.size > 1 || this.chosen !== undefined) && this.chosen !== key)
      preferences.write(name, key);
  }

  drop(key: string): void {
    this.held.delete(key);
    if (this.activeKey === key) this.activeKey = undefined;
    const { preferences } = this.renewing.ports;
    if (this.chosen === key) preferences.write(this.renewing.server.name, undefined);
    this.settle();
  }

  /**
   * Signing in again has shown another account: one that is over, or had no name, is not kept beside it. A server that says
   * something else each time would fill the store.
   */
  letGo(before: HeldGrant): void {
    const { server, ports } = this.renewing;
    const isNameless = before.record.account.id === server.name;
    if (!isNameless && (before.isGood || before.wantsRenewal)) return;
    this.drop(before.key);
    // Not revoked: it may be the same person's, and some servers would end the new sign-in with it.
    ports.store
      .remove(before.key)
      .catch((thrown: unknown) =>
        ports.log.error('replaced_grant_not_removed', { server: server.name }, thrown),
      );
  }

  private get chosen(): string | undefined {
    return this.renewing.ports.preferences.read(this.renewing.server.name);
  }

  private get isChosenMissing(): boolean {
    return this.chosen !== undefined && this.find(this.chosen) === undefined;
  }

  private get newest(): HeldGrant | undefined {
    const byAge = [...this.held.values()].sort(
      (one, other) => other.record.grantedAtMs - one.record.grantedAtMs,
    );
    return byAge.find(({ record }) => record.ending === undefined) ?? byAge[0];
  }
}
