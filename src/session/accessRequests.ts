/**
 * What to do when a server refuses a request: find another token, ask the person for more access, or leave it at that
 * (checklist 12). One question to the person at a time, and none twice about the same.
 */
import { judgeRefusal, type RefusalMeaning, type ServerRefusal } from '../oauth/refusal.ts';
import { covers, union } from '../oauth/scopes.ts';
import { SharedWork } from '../oauth/sharedWork.ts';
import type { Challenge } from '../oauth/wire/challenge.ts';
import type { SessionPorts } from './ports.ts';
import type { Session } from './session.ts';
import type { Trace } from './trace.ts';

/** What is to become of a request that the server refused. */
export interface RefusalAnswer {
  readonly meaning: RefusalMeaning;
  /** Whether it may be sent again. */
  readonly again: boolean;
  /** Whether that was the one remedy for refusals of this meaning. */
  readonly isSpent: boolean;
  /** When it may be after all, where a new token could not be had for a reason that passes; since the epoch. */
  readonly retryAtMs?: number;
}

/** How often more access is asked for within a while, whatever the server says (checklist 12.4, field case 20). */
const maxStepUps = 2;
const whileMs = 600_000;
/** A token of less age is not replaced because some caller was refused: that may have been with the one before. */
const youthMs = 60_000;

export class AccessRequests {
  private readonly session: Session;
  private readonly ports: SessionPorts;
  /** What was asked for and did not help, or was not wanted: not asked again until somebody signs in by hand. */
  private readonly asked = new Map<string, number>();
  private stepUp: { readonly wish: string; readonly question: SharedWork<boolean> } | undefined;

  constructor(session: Session, ports: SessionPorts) {
    this.session = session;
    this.ports = ports;
  }

  /** Somebody signed in by hand: what was settled before may be asked again. */
  forget(): void {
    this.asked.clear();
  }

  /**
   * A caller that was given the token of this account says that the server did not take it. Not everybody is sure which one
   * that was.
   */
  async noteRefused(key: string): Promise<void> {
    const grant = this.session.accounts.find((one) => one.key === key);
    if (grant?.accessToken === undefined || this.ports.clock.now() - grant.grantedAtMs < youthMs) return;
    await this.session.upkeep.replaceToken(grant.accessToken);
  }

  /**
   * Whether the refused request may be sent again.
   * @param before what the same request was refused for already: the same remedy is not tried twice.
   */
  async resolve(
    received: ServerRefusal,
    before: ReadonlySet<RefusalMeaning>,
    signal: AbortSignal,
  ): Promise<RefusalAnswer> {
    const refusal = withoutEcho(received);
    const meaning = judgeRefusal(refusal);
    const trace = this.session.traces.begin('refused_request');
    trace.decide({ id: 'refusal_judged', status: refusal.status, meaning });
    // Field case 19 is about a token that is fresh, and that nobody has got through with.
    const excuse =
      meaning === 'token_rejected' ? this.session.upkeep.excuseOf(refusal.accessToken) : undefined;
    const isOver = before.has(meaning) && excuse === undefined;
    if (isOver) trace.decide({ id: 'remedy_spent' });
    let again = false;
    try {
      again = isOver
        ? await this.giveUp(meaning, refusal)
        : await this.remedy(meaning, refusal, trace, signal);
    } finally {
      trace.end(again ? 'sent_again' : 'not_sent_again');
    }
    this.ports.log.info('request_refused', {
      server: this.session.server.name,
      meaning,
      again: String(again),
    });
    const isUnreplaced = meaning === 'token_rejected' && !again && !isOver;
    const retryAtMs = isUnreplaced ? this.session.upkeep.retryAtMs(refusal.accessToken) : undefined;
    return {
      meaning,
      again,
      isSpent: excuse === undefined || excuse === 'taken',
      ...(retryAtMs !== undefined && { retryAtMs }),
    };
  }

  private async remedy(
    meaning: RefusalMeaning,
    refusal: ServerRefusal,
    trace: Trace,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { challenge, accessToken = '', nonce = '' } = refusal;
    switch (meaning) {
      case 'denied':
        return false;
      case 'nonce_wanted':
        await this.session.noteNonce(accessToken, nonce);
        return true;
      case 'more_scopes_wanted':
      case 'stronger_sign_in_wanted':
        return challenge !== undefined && this.widen(challenge, accessToken, trace, signal);
      case 'token_rejected':
        return this.replace(accessToken, challenge, trace, signal);
      case 'sign_in_wanted':
        return this.session.demandSignIn().kind !== 'no_auth' && this.invite(challenge, trace, signal);
    }
  }

  private async replace(
    accessToken: string,
    challenge: Challenge | undefined,
    trace: Trace,
    signal: AbortSignal,
  ): Promise<boolean> {
    const replacement = await this.session.upkeep.replaceToken(accessToken);
    trace.decide({ id: 'token_replaced', replacement });
    if (replacement !== 'over') return replacement === 'replaced';
    await this.session.rejectToken(accessToken);
    return this.invite(challenge, trace, signal);
  }

  private async giveUp(meaning: RefusalMeaning, { accessToken = '' }: ServerRefusal): Promise<false> {
    // Field case 19: the new token is refused like the old one.
    if (meaning === 'token_rejected' && !(await this.session.upkeep.isTakenElsewhere(accessToken)))
      await this.session.rejectToken(accessToken);
    return false;
  }

  /**
   * A grant with more access, if the person agrees; a second caller with the same wish joins the first, and the question is
   * there as long as one of them is.
   */
  private async widen(
    challenge: Challenge,
    accessToken: string,
    trace: Trace,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { granted, requested } = this.session.scopes;
    const wanted = union(requested, challenge.scopes ?? []);
    const stronger = challenge.error === 'insufficient_user_authentication';
    // Checklist 12.5: it is granted already, and the server says no all the same; unless it was granted just now, to a
    // call that was refused at the same time.
    if (!stronger && covers(granted, wanted)) {
      trace.decide({ id: 'access_granted_already' });
      return this.session.accessToken !== accessToken;
    }
    const { acrValues, maxAgeSeconds } = challenge;
    const wish = JSON.stringify([[...wanted].sort(), acrValues, maxAgeSeconds]);
    if (signal.aborted) return false;
    if (this.stepUp !== undefined) {
      const { question } = this.stepUp;
      if (this.stepUp.wish === wish && !question.isOver) return answered(question, signal);
      await question.ended;
      return this.widen(challenge, accessToken, trace, signal);
    }
    const nowMs = this.ports.clock.now();
    const lately = [...this.asked.values()].filter((askedAtMs) => nowMs - askedAtMs < whileMs);
    if (this.asked.has(wish) || lately.length >= maxStepUps) {
      trace.decide({ id: 'questions_spent' });
      return false;
    }
    this.asked.set(wish, nowMs);
    const question = new SharedWork((nobodyWaits) =>
      this.ask(challenge, wanted, wish, trace, nobodyWaits).finally(() => (this.stepUp = undefined)),
    );
    this.stepUp = { wish, question };
    return answered(question, signal);
  }

  private async ask(
    challenge: Challenge,
    wanted: readonly string[],
    wish: string,
    trace: Trace,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { person } = this.ports;
    const allows = await person.allowsMoreAccess(this.session.server.name, wanted, signal);
    trace.decide({ id: 'person_asked', about: 'access', allows });
    if (!allows) {
      // Nobody said no: all callers had gone before the person answered.
      if (signal.aborted) this.asked.delete(wish);
      return false;
    }
    return this.signIn(challenge);
  }

  private async invite(
    challenge: Challenge | undefined,
    trace: Trace,
    signal: AbortSignal,
  ): Promise<boolean> {
    const allows = await this.ports.person.allowsSignIn(this.session.server.name, signal);
    trace.decide({ id: 'person_asked', about: 'sign_in', allows });
    return allows && this.signIn(challenge);
  }

  private async signIn(challenge: Challenge | undefined): Promise<boolean> {
    try {
      return (await this.session.signIn(challenge)) === 'granted';
    } catch {
      // The session keeps why, as its state and in the log.
      return false;
    }
  }
}

/** Whether it helped; it did not help who has gone. */
async function answered(question: SharedWork<boolean>, signal: AbortSignal): Promise<boolean> {
  try {
    return await question.join(signal);
  } catch (thrown) {
    if (signal.aborted) return false;
    throw thrown;
  }
}

/** Our token is no scope: a server that repeats it there would have it asked for, shown and kept. */
function withoutEcho(refusal: ServerRefusal): ServerRefusal {
  const { challenge, accessToken } = refusal;
  if (challenge?.scopes === undefined || accessToken === undefined) return refusal;
  const scopes = challenge.scopes.filter((scope) => !scope.includes(accessToken));
  return { ...refusal, challenge: { ...challenge, scopes } };
}
