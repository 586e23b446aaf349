/** The sessions of all servers: opened and closed as the configuration says, one timer for all of them. */
import type { PendingAuthorization } from '../oauth/authorization.ts';
import { DocumentCache } from '../oauth/documentCache.ts';
import { stateOf } from '../oauth/redirect.ts';
import { isSameServer, type Server } from '../servers/server.ts';
import { Listeners } from './listeners.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { pendingKey, readPending, sweepPending } from './records.ts';
import { Session } from './session.ts';

/** What changed: which servers there are, or one session's state. */
export type SessionsChange =
  { readonly kind: 'servers' } | { readonly kind: 'state'; readonly session: Session };

/** Timers hold 31 bits of milliseconds; one that long is set anew when it fires. */
const longestTimerMs = 2_147_483_647;

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
  async claim(
    received: string,
  ): Promise<{ session: Session; authorization: PendingAuthorization } | undefined> {
    const state = stateOf(received);
    const pending = state && (await readPending(this.ports.store, state, this.ports.clock.now()));
    if (!pending) return undefined;
    const { authorization, serverName, serverUrl } = pending;
    await this.ports.store.remove(pendingKey(authorization.state));
    const known = this.find(serverName);
    if (known?.server.url === serverUrl) return { session: known, authorization };
    // The server may be one of another window's alone; the grant goes to the store, where that window finds it.
    const visiting = { name: serverName, url: serverUrl, headers: {}, oauth: {} };
    return { session: await Session.open(visiting, this.ports, this.documents), authorization };
  }

  /** Removes what attempts left behind that never came to an end. */
  sweep(): Promise<void> {
    return sweepPending(this.ports.store, this.ports.clock.now());
  }

  dispose(): void {
    this.disposed = true;
    this.stopTimer();
    for (const session of this.sessions) session.dispose();
  }

  private async replace(servers: readonly Server[]): Promise<void> {
    if (this.disposed) return;
    const kept = this.sessions.filter((session) =>
      servers.some((server) => isSameServer(server, session.server)),
    );
    for (const session of this.sessions) if (!kept.includes(session)) session.dispose();
    this.sessions = await Promise.all(
      servers.map(
        async (server) =>
          kept.find((session) => isSameServer(server, session.server)) ?? (await this.open(server)),
      ),
    );
    this.schedule();
    this.listeners.tell({ kind: 'servers' });
  }

  private async open(server: Server): Promise<Session> {
    const session = await Session.open(server, this.ports, this.documents);
    session.onDidChange(() => {
      this.schedule();
      this.listeners.tell({ kind: 'state', session });
    });
    return session;
  }

  private schedule(): void {
    this.stopTimer();
    if (this.disposed) return;
    const times = this.sessions.flatMap(({ nextChangeAtMs }) => nextChangeAtMs ?? []);
    if (times.length === 0) return;
    const waitMs = Math.max(0, Math.min(...times) - this.ports.clock.now());
    this.stopTimer = this.ports.clock.after(Math.min(waitMs, longestTimerMs), () => {
      for (const session of this.sessions) session.passTime();
      this.schedule();
    });
  }
}
