/** Takes over what other windows do to the grants of a server: signing in, renewing, signing out. */
import type { Server } from '../servers/server.ts';
import type { Accounts } from './accounts.ts';
import { mayAsk } from './attempt.ts';
import type { GrantNews } from './grantNews.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { grantRecords, type GrantRecord } from './records.ts';
import type { SignInRun } from './signInRun.ts';
import type { Standing } from './standing.ts';
import { isFor } from './storedGrants.ts';
import { findRecord } from './storedRecord.ts';

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
  /** One change after another, so that the last word stays. */
  private following: Promise<unknown> = Promise.resolve();

  constructor(follower: Follower) {
    this.follower = follower;
  }

  listen(news: GrantNews): Unsubscribe {
    const { server, ports } = this.follower;
    return news.onDidChange(server, (key) => {
      this.following = this.following
        .then(() => this.follow(key))
        .catch((thrown: unknown) => ports.log.error('change_not_followed', { server: server.name }, thrown));
    });
  }

  private async follow(key: string): Promise<void> {
    const { server, ports, grants, standing } = this.follower;
    const found = await findRecord(ports, key, grantRecords);
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
