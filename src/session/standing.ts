/** Where a session stands: its state, worked out from its grants, and everybody who wants to hear of it. */
import { signInBarrier, type Server } from '../servers/server.ts';
import type { AuthError } from '../oauth/authError.ts';
import type { Accounts } from './accounts.ts';
import { mayAsk } from './attempt.ts';
import type { NotedError } from './details.ts';
import { GrantKeys } from './grantKeys.ts';
import { Listeners } from './listeners.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { grantKey } from './records.ts';
import {
  resting,
  transition,
  type NeedsAuthReason,
  type RestingState,
  type SessionEvent,
  type SessionState,
} from './state.ts';
import { Retry } from './retry.ts';
import { readGrants } from './storedGrants.ts';

export class Standing {
  /** Tries to reach the server itself. */
  readonly contact: Retry;
  private readonly server: Server;
  private readonly ports: SessionPorts;
  private readonly grants: Accounts;
  private readonly listeners = new Listeners<SessionState>();
  private current: SessionState;
  private noted: NotedError | undefined;

  constructor(server: Server, ports: SessionPorts, grants: Accounts) {
    this.server = server;
    this.ports = ports;
    this.grants = grants;
    this.contact = new Retry(ports);
    const barrier = signInBarrier(server);
    this.current =
      barrier === undefined
        ? { kind: 'needs_auth', reason: 'never_signed_in' }
        : { kind: 'no_auth', reason: barrier };
  }

  get state(): SessionState {
    return this.current;
  }

  /** The state, also behind an attempt that runs. */
  get resting(): RestingState {
    return resting(this.current);
  }

  /** What failed last, also where a working grant was not touched by it. */
  get lastError(): NotedError | undefined {
    return this.noted;
  }

  onDidChange(listener: (state: SessionState) => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  /** The only writer of the state. */
  dispatch(event: SessionEvent): void {
    if (startsOver(event)) {
      this.noted = undefined;
      this.contact.noteSuccess();
    } else if ('error' in event) this.noteError(event.error);
    const next = transition(this.current, event);
    if (next === this.current || JSON.stringify(next) === JSON.stringify(this.current)) return;
    this.current = next;
    this.tell();
  }

  noteError(error: AuthError): void {
    // Drawn again it is no other failure.
    if (this.noted?.error !== error) this.noted = { error, atMs: this.ports.clock.now() };
  }

  /** The accounts have changed, or their tokens, be the state what it was. */
  tell(): void {
    try {
      this.listeners.tell(this.current);
    } catch (thrown) {
      // Who draws a state wrongly changes nothing about it.
      this.ports.log.error('listener_failed', { server: this.server.name }, thrown);
    }
  }

  /** Works the state out from the grants. */
  draw(reasonIfAbsent: NeedsAuthReason): void {
    const { active } = this.grants;
    if (active === undefined) {
      // Nobody can sign in where the settings say that nobody is asked.
      if (mayAsk(this.server)) this.dispatch({ kind: 'grant_absent', reason: reasonIfAbsent });
      return;
    }
    const { record, facts, pause, isGood } = active;
    const nowMs = this.ports.clock.now();
    this.dispatch({ kind: 'grant_present', grant: facts, ending: record.ending, nowMs });
    // With a good token it is the server itself that cannot be reached, else the one that gives new ones.
    const lost = isGood ? this.contact.pause : pause;
    if (lost !== undefined)
      this.dispatch({ kind: 'contact_lost', error: lost.error, retryAtMs: lost.untilMs });
  }

  noteTime(): void {
    this.dispatch({ kind: 'time_passed', nowMs: this.ports.clock.now() });
    const state = this.resting;
    // Where the clock was ahead and is right again, nothing has run out.
    if (state.kind === 'expired' && state.reason === 'ran_out' && this.grants.active?.isGood === true)
      this.draw('signed_out');
  }

  /**
   * Reads what is stored. What cannot be read now is looked at again with {@link loadUnread} (field case 32).
   * @param known the keys of all grants, where they are known already.
   */
  async load(known?: GrantKeys, isSecondLook = false): Promise<void> {
    const { server, ports, grants } = this;
    if (!mayAsk(server)) return;
    // Of a thousand servers most have nothing stored, and stand as they began.
    if (known?.named(server.name).length === 0) return;
    try {
      const stored = await readGrants(ports, server, known ?? new GrantKeys(await ports.store.keys()));
      grants.noteRead(stored.isUnread);
      // What is held already may be newer than what is stored, and waits for its next try.
      for (const grant of stored.grants)
        if (grants.find(grantKey(server, grant)) === undefined) grants.hold(grant);
      grants.settle();
      // A second look that finds nothing has no news.
      if (!isSecondLook || grants.active !== undefined) this.draw(stored.unused ?? 'never_signed_in');
    } catch (thrown) {
      grants.noteRead(true);
      ports.log.error('grants_not_read', { server: server.name }, thrown);
    }
  }

  async loadUnread(): Promise<void> {
    if (this.grants.isIncomplete) await this.load(undefined, true);
  }
}

/** Somebody signed in, or out: what failed before is of no interest any more. */
function startsOver({ kind }: SessionEvent): boolean {
  return kind === 'sign_in_granted' || kind === 'sign_in_not_needed' || kind === 'grant_absent';
}
