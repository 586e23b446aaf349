/** The sessions of all servers: opened and closed as the configuration says, one timer for all of them. */
import { DocumentCache } from '../oauth/documentCache.ts';
import type { PendingAuthorization } from '../oauth/pendingAuthorization.ts';
import { stateOf } from '../oauth/receivedAddress.ts';
import { identityOf, type Server } from '../servers/server.ts';
import { Listeners } from './listeners.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { sweepPending, takePending } from './pendingAttempts.ts';
import type { AccountWish, PendingRecord } from './records.ts';
import { Session } from './session.ts';
import { sweepAside } from './storedRecord.ts';

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
  private readonly documents: DocumentCache;
  private readonly listeners = new Listeners<SessionsChange>();
  private sessions: readonly Session[] = [];
  private updating: Promise<void> = Promise.resolve();
  private stopTimer: () => void = () => undefined;
  private disposed = false;

  constructor(ports: SessionPorts) {
    this.ports = ports;
    this.documents = new DocumentCache(ports.clock);
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

  /** Follows the configuration; an unchanged server keeps its session, and with it a sign-in that runs. */
  update(servers: readonly Server[]): Promise<void> {
    const update = this.updating.then(() => this.replace(servers));
    // One update that failed must not keep the next from being followed.
    this.updating = update.catch(() => undefined);
    return update;
  }

  /**
   * Whose attempt an authorization answer belongs to that nobody in this window waits for: one that another window or
   * an earlier run began. Its record is taken away, so that it is finished once. Unknown states are ignored silently
   * (checklist 9.7).
   */
  async claim(received: string): Promise<Claimed | undefined> {
    const state = stateOf(received);
    const pending = state === undefined ? undefined : await takePending(this.ports, state);
    if (pending === undefined) return undefined;
    const { authorization, serverName, serverUrl, wish } = pending;
    const known = this.find(serverName);
    if (known?.server.url === serverUrl) return { session: known, authorization, wish };
    // The server may be one of another window's alone; the grant goes to the store, where that window finds it.
    const visiting = { name: serverName, url: serverUrl, headers: {}, oauth: {} };
    return { session: await Session.open(visiting, this.ports, this.documents), authorization, wish };
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
    this.documents.forget(session.server.url);
    session.noteForgotten();
  }

  /** Ends with what must not be broken off when everything else ends. */
  async settled(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.settled()));
  }

  dispose(): void {
    this.disposed = true;
    this.stopTimer();
    for (const session of this.sessions) session.dispose();
  }

  private async replace(servers: readonly Server[]): Promise<void> {
    if (this.disposed) return;
    // A thousand servers are not compared with each other one by one.
    const kept = new Map(this.sessions.map((session) => [identityOf(session.server), session]));
    const wanted = new Set(servers.map(identityOf));
    for (const [identity, session] of kept) {
      if (wanted.has(identity)) continue;
      session.dispose();
      kept.delete(identity);
    }
    // Asked once for all: there may be many servers and few that are signed in to.
    const keys = servers.length > kept.size ? await this.keys() : undefined;
    this.sessions = await Promise.all(
      servers.map(async (server) => kept.get(identityOf(server)) ?? (await this.open(server, keys))),
    );
    this.schedule();
    this.listeners.tell({ kind: 'servers' });
  }

  /** A keyring that is missing or locked must not keep everything else from working (field case 32). */
  private async keys(): Promise<readonly string[] | undefined> {
    try {
      return await this.ports.store.keys();
    } catch (thrown) {
      this.ports.log.error('records_not_listed', {}, thrown);
      return undefined;
    }
  }

  private async open(server: Server, keys: readonly string[] | undefined): Promise<Session> {
    const session = await Session.open(server, this.ports, this.documents, keys);
    session.onDidChange(() => {
      this.schedule();
      this.listeners.tell({ kind: 'state', session });
    });
    return session;
  }

  /** One timer for all servers; it looks at the clock often enough to see that the computer has slept. */
  private schedule(): void {
    this.stopTimer();
    if (this.disposed) return;
    const { clock } = this.ports;
    const times = this.sessions.flatMap(({ nextChangeAtMs }) => nextChangeAtMs ?? []);
    if (times.length === 0) return;
    const nowMs = clock.now();
    // What is over already has been drawn, and waits for somebody who uses it.
    const ahead = times.map((time) => time - nowMs).filter((ms) => ms > 0);
    const waitMs = Math.min(Math.max(minWaitMs, Math.min(...ahead)), longestWaitMs);
    this.stopTimer = clock.after(waitMs, () => {
      const hasJumped = Math.abs(clock.now() - nowMs - waitMs) > jumpMs;
      try {
        for (const session of this.sessions) session.passTime(hasJumped);
      } finally {
        this.schedule();
      }
    });
  }
}
