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
    if (pause !== undefined) {
      // Good when the pause began, the old token may be over or refused by now.
      if (held === this.kept.grants.active) this.drawFailure(held, pause.error);
      return pause.error;
    }
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
   * Why a refusal of this token is no word about the sign-in: it was replaced while the request was on its way, or may have
   * run out, or the server has taken it before, so that something has happened to it since. Undefined where it is.
   */
  excuseOf(accessToken = ''): 'replaced' | 'ran_out' | 'taken' | undefined {
    const held = this.kept.grants.withToken(accessToken);
    if (held === undefined) return 'replaced';
    if (held.mayHaveRunOut) return 'ran_out';
    return held.wasTaken ? 'taken' : undefined;
  }

  /**
   * Whether the server takes this token, which it refused for one request: asked with a hello of our own, where it took
   * the one before. It may be that request that it refuses, such as a tool whose own sign-in failed, or a session of
   * somebody else. A server that does not say is not taken to refuse the token.
   */
  async isTakenElsewhere(accessToken = ''): Promise<boolean> {
    const { server } = this.kept;
    const held = this.kept.grants.withToken(accessToken);
    if (held?.isGood !== true || !held.isKnownToServer) return false;
    const presented = await held.present();
    if (presented.kind !== 'token') return false;
    const trace = this.kept.traces.begin('contact');
    try {
      const credentials = await presented.headersFor('POST', new URL(server.url));
      const ports = { ...this.kept.ports, trace };
      const headers = { ...server.headers, ...credentials };
      const { signal } = new AbortController();
      const { kind } = await contactServer(openTransport(server, ports), server.url, headers, signal);
      trace.end('reached');
      return kind === 'open';
    } catch (thrown) {
      trace.fail(toAuthError(thrown));
      return true;
    }
  }

  /** When another try is due to replace this token, where the last one failed for a reason that passes. */
  retryAtMs(accessToken: string | undefined): number | undefined {
    const held = accessToken === undefined ? undefined : this.kept.grants.withToken(accessToken);
    const failure = held?.isGood === false ? held.lastFailure : undefined;
    return failure !== undefined && judgeFault(failure.error) === 'passing' ? failure.untilMs : undefined;
  }

  /**
   * Tries now what is otherwise tried when it is due: a new token, or whether the server can be reached.
   * @param isAsked true where a person wants it now, whatever the pause.
   * @returns why it did not work.
   */
  async tryNow(isAsked: boolean): Promise<AuthError | undefined> {
    const { active } = this.kept.grants;
    if (active === undefined || active.record.ending !== undefined) return undefined;
    if (isAsked) this.endPauses(active);
    const renews = active.wantsRenewal || (isAsked && active.facts.renewable);
    const error = renews ? await this.freshen(active) : undefined;
    // Without a new token the server can be asked all the same whether it is there, while the old one is good.
    const isLost = active.isGood && this.kept.standing.resting.kind === 'offline';
    if (renews && (error === undefined || !isLost)) return error;
    this.knocking ??= this.knock(active).finally(() => (this.knocking = undefined));
    return (await this.knocking) ?? error;
  }

  /**
   * A request did not reach the server: it is tried again by itself (field case 3). Renewals go on, which are asked for
   * elsewhere.
   */
  noteUnreachable(error: AuthError): void {
    const { grants, standing } = this.kept;
    if (grants.active?.isGood !== true) return;
    const { untilMs } = standing.contact.pause ?? standing.contact.noteFailure(error);
    standing.dispatch({ kind: 'contact_lost', error, retryAtMs: untilMs });
  }

  /** @param taken the token that came with the request, where the server took it. */
  noteReached(taken?: string): void {
    const { grants, standing } = this.kept;
    standing.contact.noteSuccess();
    if (taken !== undefined && grants.active?.record.accessToken === taken) grants.active.noteTaken();
    if (standing.resting.kind !== 'offline' || grants.active?.isGood !== true) return;
    standing.dispatch({ kind: 'contact_made' });
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
    if (hasJumped && active !== undefined && active.saveAtMs === undefined) this.endPauses(active);
    if (!isDue && !isMissed && !isSaveDue) return;
    this.tryNow(false).catch((thrown: unknown) =>
      this.kept.ports.log.error('try_failed', { server: this.kept.server.name }, thrown),
    );
  }

  private endPauses(active: HeldGrant): void {
    active.endPause();
    this.kept.standing.contact.noteSuccess();
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
      standing.contact.noteSuccess();
      // Where the token has run out meanwhile, it is the authorization server that is waited for.
      if (active.isGood || active.pause === undefined) standing.dispatch({ kind: 'contact_made' });
      return undefined;
    } catch (thrown) {
      const error = trace.fail(toAuthError(thrown));
      const { untilMs } = standing.contact.noteFailure(error);
      standing.dispatch({ kind: 'contact_lost', error, retryAtMs: untilMs });
      return error;
    }
  }
}

/** Whether there is a token, or one can be had without the person. */
function isUsable(held: HeldGrant | undefined): boolean {
  return held !== undefined && held.record.ending === undefined && (held.isGood || held.facts.renewable);
}
