/** The sessions of all servers: opened and closed as the configuration says, one timer for all of them. */
import type { PendingAuthorization } from '../oauth/pendingAuthorization.ts';
import { stateOf } from '../oauth/receivedAddress.ts';
import { identityOf, type Server } from '../servers/server.ts';
import { FoldedNews } from './foldedNews.ts';
import { GrantKeys } from './grantKeys.ts';
import { Listeners } from './listeners.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { sweepPending, takePending } from './pendingAttempts.ts';
import type { AccountWish, PendingRecord } from './records.ts';
import { Session } from './session.ts';
import { sharedBySessions, type SharedBySessions } from './sharedBySessions.ts';
import { sweepAside } from './storedRecord.ts';
import { Turns } from './turns.ts';

/** What changed: which servers there are, or one session's state. */
export type SessionsChange =
  { readonly kind: 'servers' } | { readonly kind: 'state'; readonly session: Session };

/** An attempt whose answer arrived here, and the session that it is for. */
export interface Claimed {
  readonly session: Session;
  readonly authorization: PendingAuthorization;
  readonly wish: AccountWish;
}

/** How long at the most nobody looks at the clock while a grant may run out. */
const longestWaitMs = 60_000;
const minWaitMs = 1_000;
/** A timer that rings so much earlier or later than it was set to tells of a clock that was moved, or of sleep. */
const jumpMs = 30_000;

export class Sessions {
  private readonly ports: SessionPorts;
  private readonly shared: SharedBySessions;
  private readonly listeners = new Listeners<SessionsChange>();
  private readonly sum: FoldedNews;
  private sessions: readonly Session[] = [];
  /** What each stands for, written down once: a thousand are not compared with each other one by one. */
  private identities: ReadonlyMap<Session, string> = new Map();
  /** Those that change by time alone. */
  private readonly timed = new Set<Session>();
  /** Sessions whose entry is gone or changed, while something of theirs must not be broken off. */
  private readonly leaving = new Set<Session>();
  private readonly updates = new Turns();
  private stopTimer: () => void = () => undefined;
  /** Milliseconds since the epoch; in the past while it rings. */
  private ringsAtMs = Infinity;
  private disposed = false;

  constructor(ports: SessionPorts) {
    this.ports = ports;
    this.shared = sharedBySessions(ports);
    this.sum = new FoldedNews(ports.clock, (thrown) => ports.log.error('listener_failed', {}, thrown));
  }

  get all(): readonly Session[] {
    return this.sessions;
  }

  find(name: string): Session | undefined {
    return this.sessions.find(({ server }) => server.name === name);
  }

  onDidChange(listener: (change: SessionsChange) => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  /**
   * For who looks at all servers with each change: changes that come close after each other are one, so that a thousand
   * that wake together are not looked at a thousand times.
   */
  onDidChangeSum(listener: () => void): Unsubscribe {
    return this.sum.add(listener);
  }

  /** Follows the configuration; an unchanged server keeps its session, and with it a sign-in that runs. */
  update(servers: readonly Server[]): Promise<void> {
    return this.updates.run(async () => {
      if (!this.disposed) await this.replace(servers);
    });
  }

  /**
   * Whose attempt an authorization answer belongs to that nobody in this window waits for: one that another window or
   * an earlier run began. Its record is taken away, so that it is finished once. Unknown states are ignored silently
   * (checklist 9.7).
   */
  async claim(received: string): Promise<Claimed | undefined> {
    const state = stateOf(received);
    const pending = state === undefined ? undefined : await takePending(this.ports, state);
    if (pending?.kind !== 'record') return undefined;
    const { authorization, serverName, serverUrl, wish } = pending.record;
    const known = this.find(serverName);
    if (known?.server.url === serverUrl) return { session: known, authorization, wish };
    // The server may be one of another window's alone; the grant goes to the store, where that window finds it.
    const visiting = { name: serverName, url: serverUrl, headers: {}, oauth: {} };
    const session = await Session.open(visiting, this.ports, this.shared);
    return { session, authorization, wish };
  }

  /** Removes what attempts left behind that never came to an end; the attempts that may still be finished. */
  async sweep(): Promise<readonly PendingRecord[]> {
    const keys = await this.ports.store.keys();
    await sweepAside(this.ports, keys);
    return sweepPending(this.ports, keys);
  }

  /** Signs out of a server with all accounts, and leaves nothing of it on this machine but its entry in the settings. */
  async forget(session: Session): Promise<void> {
    await session.signOutOfAll();
    const { forgetServer } = await import('./dealings.ts');
    await forgetServer(session.server, this.ports);
    this.shared.documents.forget(session.server.url);
    session.noteForgotten();
  }

  /** Ends with what must not be broken off when everything else ends. */
  async settled(): Promise<void> {
    await Promise.all([...this.sessions, ...this.leaving].map((session) => session.settled()));
  }

  dispose(): void {
    this.disposed = true;
    this.stopTimer();
    this.sum.dispose();
    for (const session of this.sessions) session.dispose();
  }

  private async replace(servers: readonly Server[]): Promise<void> {
    const wanted = new Map(servers.map((server) => [identityOf(server), server]));
    const kept = new Map<string, Session>();
    for (const [session, identity] of this.identities)
      if (wanted.has(identity)) kept.set(identity, session);
      else this.leave(session);
    // Asked once for all: there may be many servers and few that are signed in to. Each listens before it is answered.
    const keys = wanted.size > kept.size ? this.keys() : undefined;
    const opened = await Promise.all(
      [...wanted].map(async ([identity, server]) => {
        const session = kept.get(identity) ?? (await this.open(server, keys));
        return [session, identity] as const;
      }),
    );
    this.identities = new Map(opened);
    this.sessions = [...this.identities.keys()];
    // Closed while they were opened.
    if (this.disposed) {
      this.dispose();
      return;
    }
    this.schedule();
    this.tell({ kind: 'servers' });
  }

  private leave(session: Session): void {
    session.dispose();
    this.leaving.add(session);
    void session.settled().finally(() => this.leaving.delete(session));
  }

  private tell(change: SessionsChange): void {
    try {
      this.listeners.tell(change);
    } finally {
      this.sum.note();
    }
  }

  /** A keyring that is missing or locked must not keep everything else from working (field case 32). */
  private async keys(): Promise<GrantKeys | undefined> {
    try {
      return new GrantKeys(await this.ports.store.keys());
    } catch (thrown) {
      this.ports.log.error('records_not_listed', {}, thrown);
      return undefined;
    }
  }

  private async open(server: Server, keys?: Promise<GrantKeys | undefined>): Promise<Session> {
    const session = await Session.open(server, this.ports, this.shared, keys);
    session.onDidChange(() => {
      this.noteTime(session);
      this.tell({ kind: 'state', session });
    });
    return session;
  }

  /** One timer for all servers; it looks at the clock often enough to see that the computer has slept. */
  private schedule(nowMs = this.ports.clock.now()): void {
    this.stopTimer();
    this.timed.clear();
    if (this.disposed) return;
    for (const session of this.sessions) if (session.nextChangeAtMs !== undefined) this.timed.add(session);
    const waits = [...this.timed].map((session) => waitFor(session, nowMs));
    if (waits.length > 0) this.wait(Math.min(...waits), nowMs);
  }

  /** One of them has changed: the others are not asked again. */
  private noteTime(session: Session): void {
    if (this.disposed || !this.identities.has(session)) return;
    if (session.nextChangeAtMs === undefined) {
      if (this.timed.delete(session) && this.timed.size === 0) this.stopTimer();
      return;
    }
    const isFirst = this.timed.size === 0;
    this.timed.add(session);
    const nowMs = this.ports.clock.now();
    const waitMs = waitFor(session, nowMs);
    if (isFirst || nowMs + waitMs < this.ringsAtMs) this.wait(waitMs, nowMs);
  }

  private wait(waitMs: number, nowMs: number): void {
    const { clock } = this.ports;
    this.stopTimer();
    this.ringsAtMs = nowMs + waitMs;
    this.stopTimer = clock.after(waitMs, () => {
      const rungAtMs = clock.now();
      const hasJumped = Math.abs(rungAtMs - nowMs - waitMs) > jumpMs;
      try {
        for (const session of this.sessions) session.passTime(hasJumped);
      } finally {
        // As of then: what has run out since was not looked at.
        this.schedule(rungAtMs);
      }
    });
  }
}

/** Until when it changes by time alone, milliseconds. What is over already has been drawn, and waits for somebody who uses it. */
function waitFor({ nextChangeAtMs = Infinity }: Session, nowMs: number): number {
  const aheadMs = nextChangeAtMs - nowMs;
  return aheadMs > 0 ? Math.min(Math.max(minWaitMs, aheadMs), longestWaitMs) : longestWaitMs;
}
