/**
 * VS Code's MCP client never tries again to start a server whose first request was refused, not even with its automatic
 * start: once somebody has signed in, such a server is started for it. Servers that run are left alone.
 */
import type { Clock } from '../oauth/clock.ts';
import type { Session } from '../session/session.ts';
import type { Sessions, SessionsChange } from '../session/sessions.ts';

/** The first request follows the start at once; one that is refused later is another one, of a server that runs. */
const firstRequestWithinMs = 60_000;

export class RefusedStarts {
  private readonly clock: Clock;
  private readonly start: (session: Session) => void;
  /** When VS Code last began to start a server, milliseconds since the epoch. */
  private readonly begunAtMs = new WeakMap<Session, number>();
  private readonly refused = new Set<Session>();
  private readonly stopFollowing: () => void;

  constructor(
    sessions: Pick<Sessions, 'all' | 'onDidChange'>,
    clock: Clock,
    start: (session: Session) => void,
  ) {
    this.clock = clock;
    this.start = start;
    this.stopFollowing = sessions.onDidChange((change) => this.follow(change, sessions));
  }

  dispose(): void {
    this.stopFollowing();
  }

  noteStart(session: Session): void {
    this.begunAtMs.set(session, this.clock.now());
    this.refused.delete(session);
  }

  /** A request to this server was refused because a person has to act. */
  noteBlocked(session: Session): void {
    const begunAtMs = this.begunAtMs.get(session);
    this.begunAtMs.delete(session);
    if (begunAtMs !== undefined && this.clock.now() - begunAtMs < firstRequestWithinMs)
      this.refused.add(session);
  }

  private follow(change: SessionsChange, { all }: Pick<Sessions, 'all'>): void {
    if (change.kind === 'servers') {
      for (const session of this.refused) if (!all.includes(session)) this.refused.delete(session);
      return;
    }
    const { session } = change;
    const { kind } = session.state;
    if ((kind === 'connected' || kind === 'no_auth') && this.refused.delete(session)) this.start(session);
  }
}
