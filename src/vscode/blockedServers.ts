/**
 * Whom to ask to sign in, and when: servers whose requests were refused because a person has to act are gathered for a
 * moment and brought up together, each of them once (field case 24).
 */
import type { Clock } from '../oauth/clock.ts';
import type { Session } from '../session/session.ts';
import type { Sessions, SessionsChange } from '../session/sessions.ts';
import { needsPerson, type SessionState } from '../session/state.ts';

/**
 * Others that are blocked by the same start of the editor or the same chat message come within this of each other, and so
 * do those that have waited for a sign-in.
 */
const gatherMs = 1_000;

export class BlockedServers {
  private readonly sessions: Pick<Sessions, 'all' | 'onDidChange'>;
  private readonly clock: Clock;
  private readonly bringUp: (blocked: readonly Session[]) => void;
  private readonly gathered = new Set<Session>();
  /**
   * In which state each was brought up: not again, whatever was answered, until that changes or somebody begins to sign
   * in. News of another account is no change.
   */
  private readonly broughtUp = new Map<Session, SessionState>();
  private readonly signingIn = new WeakSet<Session>();
  /** When somebody last left off signing in, milliseconds since the epoch: who has just pressed Cancel is not asked. */
  private readonly leftAtMs = new WeakMap<Session, number>();
  private readonly stopFollowing: () => void;
  private stopTimer: () => void = () => undefined;

  constructor(
    sessions: Pick<Sessions, 'all' | 'onDidChange'>,
    clock: Clock,
    bringUp: (blocked: readonly Session[]) => void,
  ) {
    this.sessions = sessions;
    this.clock = clock;
    this.bringUp = bringUp;
    this.stopFollowing = sessions.onDidChange((change) => this.follow(change));
  }

  dispose(): void {
    this.stopTimer();
    this.stopFollowing();
  }

  /** A request to this server was refused because a person has to act. */
  note(session: Session): void {
    if (this.gathered.has(session) || this.broughtUp.has(session)) return;
    const leftAtMs = this.leftAtMs.get(session);
    if (leftAtMs !== undefined && this.clock.now() - leftAtMs < gatherMs) return;
    this.gathered.add(session);
    this.stopTimer();
    this.stopTimer = this.clock.after(gatherMs, () => this.release());
  }

  private release(): void {
    const { all } = this.sessions;
    // Meanwhile somebody may have signed in, or taken the server out of the settings.
    const blocked = [...this.gathered].filter(
      (session) => all.includes(session) && needsPerson(session.state),
    );
    this.gathered.clear();
    for (const session of blocked) this.broughtUp.set(session, session.state);
    if (blocked.length > 0) this.bringUp(blocked);
  }

  private follow(change: SessionsChange): void {
    if (change.kind === 'state') {
      const { session } = change;
      if (this.broughtUp.get(session) !== session.state) this.broughtUp.delete(session);
      this.noteSignIn(session);
      return;
    }
    for (const session of this.broughtUp.keys())
      if (!this.sessions.all.includes(session)) this.broughtUp.delete(session);
  }

  private noteSignIn(session: Session): void {
    if (session.state.kind === 'authorizing') this.signingIn.add(session);
    else if (this.signingIn.delete(session) && needsPerson(session.state))
      this.leftAtMs.set(session, this.clock.now());
  }
}
