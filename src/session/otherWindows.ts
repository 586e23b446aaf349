/** Takes over what other windows do to the grants of a server: signing in, renewing, signing out. */
import { covers } from '../oauth/scopes.ts';
import type { Server } from '../servers/server.ts';
import type { Accounts } from './accounts.ts';
import { mayAsk } from './attempt.ts';
import { isFor } from './grants.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { grantRecords, serverOfGrantKey, type GrantRecord } from './records.ts';
import type { SignInRun } from './signInRun.ts';
import type { NeedsAuthReason } from './state.ts';
import { findRecord } from './storedRecord.ts';

/** The session that follows. */
export interface Follower {
  readonly server: Server;
  readonly ports: SessionPorts;
  readonly grants: Accounts;
  readonly run: SignInRun;
  /** Works the state out from the grants. */
  readonly draw: (reasonIfAbsent: NeedsAuthReason) => void;
  /** Says that a grant has changed, be the state what it was. */
  readonly tell: () => void;
}

export class OtherWindows {
  private readonly follower: Follower;
  /** One change after another, so that the last word stays. */
  private following: Promise<unknown> = Promise.resolve();

  constructor(follower: Follower) {
    this.follower = follower;
  }

  listen(): Unsubscribe {
    const { server, ports } = this.follower;
    return ports.store.onDidChange((key) => {
      const owner = serverOfGrantKey(key);
      if (owner?.name !== server.name || owner.url !== server.url) return;
      this.following = this.following.then(() => this.follow(key));
    });
  }

  private async follow(key: string): Promise<void> {
    const { server, ports, grants, draw } = this.follower;
    const found = await findRecord(ports, key, grantRecords);
    if (found.kind === 'absent' && grants.find(key) !== undefined) {
      grants.drop(key);
      draw('signed_out');
    }
    if (found.kind === 'record' && mayAsk(server) && isFor(server, found.record))
      this.take(key, found.record);
  }

  private take(key: string, record: GrantRecord): void {
    const { grants, run, draw, tell } = this.follower;
    const before = grants.find(key)?.record;
    if (run.hasObtained(record) || JSON.stringify(record) === JSON.stringify(before)) return;
    const { active } = grants;
    const isWorking = active !== undefined && active.record.ending === undefined;
    // Another window finished what this one waits for; a token that was merely renewed is no such news.
    const isAwaited = before === undefined || !isWorking || !covers(before.scopes, record.scopes);
    grants.hold(record);
    if (before === undefined && (!isWorking || run.isRunning)) grants.activate(key);
    grants.settle();
    if (before === undefined || grants.active?.key === key) draw('signed_out');
    if (isAwaited && record.ending === undefined) run.adopt();
    tell();
  }
}
