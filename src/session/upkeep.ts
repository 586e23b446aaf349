/** Keeps the grants of a server usable: new tokens before the old ones end, and another try when the server is back. */
import { toAuthError, type AuthError } from '../oauth/authError.ts';
import { contactServer } from '../oauth/firstContact.ts';
import type { Server } from '../servers/server.ts';
import type { Accounts } from './accounts.ts';
import { openTransport } from './attempt.ts';
import type { HeldGrant } from './heldGrant.ts';
import type { SessionPorts } from './ports.ts';
import type { Renewal } from './renewal.ts';
import { judgeFault } from './renewalFault.ts';
import type { Standing } from './standing.ts';
import type { Traces } from './trace.ts';

/** How a token that the server did not take was replaced: not now, for a reason that may be mended, or never. */
export type Replacement = 'replaced' | 'not_now' | 'over';

/** The session whose grants they are. */
export interface Kept {
  readonly server: Server;
  readonly ports: SessionPorts;
  readonly grants: Accounts;
  readonly standing: Standing;
  readonly traces: Traces;
}

export class Upkeep {
  private readonly kept: Kept;
  /** A server that answers nobody is knocked at once at a time. */
  private knocking: Promise<AuthError | undefined> | undefined;

  constructor(kept: Kept) {
    this.kept = kept;
  }

  /** Why there is no new token, or undefined where there is one, be it another window's. */
  async freshen(held: HeldGrant): Promise<AuthError | undefined> {
    const { pause } = held;
    if (pause !== undefined) return pause.error;
    const before = held.record;
    const renewal = await held.renew();
    // A grant that was given up meanwhile is nobody's news.
    if (this.kept.grants.find(held.key) === held) this.drawRenewal(held, before.accessToken, renewal);
    return renewal.kind === 'ended' || renewal.kind === 'failed' ? renewal.error : undefined;
  }

  /**
   * A token that lasts that long at the least, where one can be had; of a token that never lasts so long, one that is
   * not half over.
   */
  async extend(lastsMs: number): Promise<void> {
    const { active } = this.kept.grants;
    if (active?.isGood !== true || !active.facts.renewable) return;
    const { expiresAtMs = Infinity, grantedAtMs } = active.record;
    const leftMs = expiresAtMs - this.kept.ports.clock.now();
    if (leftMs < Math.min(lastsMs, (expiresAtMs - grantedAtMs) / 2)) await this.freshen(active);
  }

  /** The server answered 401 to `accessToken`, which should have been good. */
  async replaceToken(accessToken: string): Promise<Replacement> {
    const { grants } = this.kept;
    const held = grants.withToken(accessToken);
    // Replaced already while the request was on its way; what replaced it may have to be replaced in turn.
    if (held === undefined) return isUsable(grants.active) ? 'replaced' : 'over';
    if (!held.facts.renewable || held.record.ending !== undefined) return 'over';
    held.distrust();
    const error = await this.freshen(held);
    if (error !== undefined && !held.isGood) return judgeFault(error) === 'final' ? 'over' : 'not_now';
    return isUsable(grants.find(held.key)) ? 'replaced' : 'over';
  }

  /**
   * Tries now what is otherwise tried when it is due: a new token, or whether the server can be reached.
   * @param isAsked true where a person wants it now, whatever the pause.
   * @returns why it did not work.
   */
  async tryNow(isAsked: boolean): Promise<AuthError | undefined> {
    const { active } = this.kept.grants;
    if (active === undefined || active.record.ending !== undefined) return undefined;
    if (isAsked) active.noteSuccess();
    return active.wantsRenewal || (isAsked && active.facts.renewable)
      ? this.freshen(active)
      : (this.knocking ??= this.knock(active).finally(() => (this.knocking = undefined)));
  }

  /** A request did not reach the server: it is tried again by itself (field case 3). */
  noteUnreachable(error: AuthError): void {
    const { active } = this.kept.grants;
    if (active?.isGood !== true) return;
    const retryAtMs = active.pause?.untilMs ?? active.noteFailure(error);
    this.kept.standing.dispatch({ kind: 'contact_lost', error, retryAtMs });
  }

  noteReached(): void {
    const { active } = this.kept.grants;
    if (this.kept.standing.resting.kind !== 'offline' || active?.isGood !== true) return;
    active.noteSuccess();
    this.kept.standing.dispatch({ kind: 'contact_made' });
  }

  /** @param hasJumped true where time went by unseen, such as while the computer slept (field case 31). */
  passTime(hasJumped: boolean): void {
    const { active } = this.kept.grants;
    const state = this.kept.standing.resting;
    const isDue = state.kind === 'offline' && (hasJumped || state.retryAtMs <= this.kept.ports.clock.now());
    // What was used before the computer slept will be used again: its first caller should not have to wait.
    const isMissed = hasJumped && active?.isInUse === true && active.wantsRenewal;
    const isSaveDue = (active?.saveAtMs ?? Infinity) <= this.kept.ports.clock.now();
    // What a pause was for may be over: time went by.
    if (hasJumped && active?.saveAtMs === undefined) active?.noteSuccess();
    if (!isDue && !isMissed && !isSaveDue) return;
    this.tryNow(false).catch((thrown: unknown) =>
      this.kept.ports.log.error('try_failed', { server: this.kept.server.name }, thrown),
    );
  }

  private drawRenewal(held: HeldGrant, before: string, renewal: Renewal): void {
    const { grants, standing } = this.kept;
    if (renewal.kind === 'ended' && held === grants.active) standing.noteError(renewal.error);
    if (renewal.kind === 'gone') {
      grants.drop(held.key);
      standing.draw(renewal.reason);
    } else if (held !== grants.active) {
      standing.tell();
    } else if (renewal.kind === 'failed') {
      this.drawFailure(held, renewal.error);
    } else {
      standing.draw('signed_out');
      if (renewal.kind === 'renewed' && renewal.unsaved !== undefined)
        standing.dispatch({ kind: 'renewal_stuck', error: renewal.unsaved });
      if (before !== held.record.accessToken) standing.tell();
    }
  }

  /** A token that is still good is used meanwhile. */
  private drawFailure(held: HeldGrant, error: AuthError): void {
    const { pause } = held;
    if (judgeFault(error) !== 'passing') this.kept.standing.dispatch({ kind: 'renewal_stuck', error });
    else if (!held.isGood && pause !== undefined)
      this.kept.standing.dispatch({ kind: 'contact_lost', error, retryAtMs: pause.untilMs });
  }

  /** An answer to a request without credentials shows that the server can be reached. */
  private async knock(active: HeldGrant): Promise<AuthError | undefined> {
    const { server, standing, traces } = this.kept;
    const trace = traces.begin('contact');
    const ports = { ...this.kept.ports, trace };
    try {
      const { signal } = new AbortController();
      await contactServer(openTransport(server, ports), server.url, server.headers, signal);
      trace.end('reached');
      active.noteSuccess();
      standing.dispatch({ kind: 'contact_made' });
      return undefined;
    } catch (thrown) {
      const error = trace.fail(toAuthError(thrown));
      standing.dispatch({ kind: 'contact_lost', error, retryAtMs: active.noteFailure(error) });
      return error;
    }
  }
}

/** Whether there is a token, or one can be had without the person. */
function isUsable(held: HeldGrant | undefined): boolean {
  return held !== undefined && held.record.ending === undefined && (held.isGood || held.facts.renewable);
}
