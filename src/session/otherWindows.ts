/** Reads the grants of a server, and takes over what other windows do to them: signing in, renewing, signing out. */
import type { Server } from '../servers/server.ts';
import type { Accounts } from './accounts.ts';
import { mayAsk } from './attempt.ts';
import type { GrantKeys } from './grantKeys.ts';
import type { GrantNews } from './grantNews.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { grantRecords, type GrantRecord } from './records.ts';
import type { SignInRun } from './signInRun.ts';
import type { Standing } from './standing.ts';
import { isFor } from './storedGrants.ts';
import { findRecord } from './storedRecord.ts';
import { Turns } from './turns.ts';

/** The session that follows. */
export interface Follower {
  readonly server: Server;
  readonly ports: SessionPorts;
  readonly grants: Accounts;
  readonly run: SignInRun;
  readonly standing: Standing;
}

export class OtherWindows {
  private readonly follower: Follower;
  /** One change after another, so that the last word stays. No step waits for one that comes after it. */
  private readonly turns = new Turns();
  /** What could not be read when it changed: somebody may have signed out. */
  private readonly missed = new Set<string>();
  private catchingUp: Promise<void> | undefined;
  private readonly unsubscribe: Unsubscribe;

  constructor(follower: Follower, news: GrantNews) {
    this.follower = follower;
    this.unsubscribe = news.onDidChange(follower.server, (key) => this.look(key));
  }

  /**
   * Reads what is stored; what changes meanwhile is looked at after it.
   * @param keys of all grants, where somebody asks for them already.
   */
  load(keys?: Promise<GrantKeys | undefined>): Promise<void> {
    return this.turns.run(async () => this.follower.standing.load(await keys));
  }

  /** Looks again at what could not be read (field case 32). */
  async catchUp(): Promise<void> {
    if (this.missed.size === 0 && !this.follower.grants.isIncomplete) return;
    // However many ask, one look is taken.
    this.catchingUp ??= this.lookAgain().finally(() => (this.catchingUp = undefined));
    await this.catchingUp;
  }

  /** Takes over what is stored under this key. */
  look(key: string): void {
    const { server, ports } = this.follower;
    this.turns
      .run(() => this.follow(key))
      .catch((thrown: unknown) => ports.log.error('change_not_followed', { server: server.name }, thrown));
  }

  dispose(): void {
    this.unsubscribe();
  }

  private lookAgain(): Promise<void> {
    for (const key of this.missed) this.look(key);
    return this.turns.run(() => this.follower.standing.loadUnread());
  }

  private async follow(key: string): Promise<void> {
    const { server, ports, grants, standing } = this.follower;
    const found = await findRecord(ports, key, grantRecords);
    if (found.kind === 'unreadable') this.missed.add(key);
    else this.missed.delete(key);
    if (found.kind === 'absent' && grants.find(key) !== undefined) {
      grants.drop(key);
      standing.draw('signed_out');
    }
    if (found.kind === 'record' && mayAsk(server) && isFor(server, found.record))
      await this.take(key, found.record);
  }

  private async take(key: string, record: GrantRecord): Promise<void> {
    const { grants, run, standing } = this.follower;
    const before = grants.find(key)?.record;
    if (run.hasObtained(record) || JSON.stringify(record) === JSON.stringify(before)) return;
    if (grants.find(key)?.isNewerThan(record) === true) return;
    const { active } = grants;
    const isWorking = active !== undefined && active.record.ending === undefined;
    // A token that was merely renewed is no such news.
    const isNew = before === undefined || before.signInId !== record.signInId;
    const isAwaited = isNew && record.ending === undefined && (await run.isAnsweredElsewhere());
    grants.hold(record);
    if (before === undefined && (!isWorking || isAwaited)) grants.activate(key);
    grants.settle();
    if (before === undefined || grants.active?.key === key) standing.draw('signed_out');
    if (isAwaited) run.adopt();
    standing.tell();
  }
}
