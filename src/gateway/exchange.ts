/** One request on its way through the gateway: authorized, sent, sent again where that helps, and answered. */
import type { Clock } from '../oauth/clock.ts';
import { judgeRefusal, type RefusalMeaning, type ServerRefusal } from '../oauth/refusal.ts';
import type { Authorization } from '../session/authorization.ts';
import { needsPerson, resting } from '../session/state.ts';
import { goneSignal, isListening, wantsEvents, type ClientCall } from './clientCall.ts';
import { forward, type Answer, type HeadersFor } from './forward.ts';
import { requestHeaders } from './headers.ts';
import { holdAside, holdStream, isAble } from './heldStream.ts';
import { refuseInText, refuseMessages, refuseMethod } from './mcpError.ts';
import type { MessageAddress } from './messageAddresses.ts';
import { awaitRetry, awaitSignIn } from './patience.ts';
import type { Refusal, Route } from './route.ts';
import { refusalWords } from './refusalWords.ts';
import { explanationOf, nonceIn, refusalIn } from './serverRefusal.ts';

/** What cannot be sent a second time should not be refused for a token that ends on the way. */
const uploadMs = 120_000;
/** Of one request: what others are let through with says nothing of a request that is refused again and again. */
const mostRefusals = 4;

export interface ExchangePorts {
  /** Limits how long a request waits for a sign-in. */
  readonly clock: Clock;
  /** A request that ended in an exception or got no answer; nothing of the cause is shown to the client. */
  onFault(cause: unknown): void;
}

export interface Passage {
  readonly call: ClientCall;
  readonly route: Route;
  /** Where messages of the older transport go; undefined for requests to the server's own address. */
  readonly messages: MessageAddress | undefined;
  /** Whether the client is known to speak Streamable HTTP, which it does not say in every request. */
  readonly isStreamable: boolean;
}

/** An answer of the server's, from the address that gave it; of a stream the account that it was asked for with. */
export interface Passed {
  readonly answer: Answer;
  readonly from: URL;
  readonly account: string | undefined;
}

export class Exchange {
  private readonly passage: Passage;
  private readonly ports: ExchangePorts;
  private hasWaited = false;
  private gone: AbortSignal | undefined;

  constructor(passage: Passage, ports: ExchangePorts) {
    this.passage = passage;
    this.ports = ports;
  }

  /** What the server answered, to be passed on; undefined where the client was answered in its place. */
  async run(): Promise<Passed | undefined> {
    const { call, route, messages } = this.passage;
    const tried = new Set<RefusalMeaning>();
    let refusals = 0;
    for (;;) {
      const authorization = await this.authorize();
      const account = isListening(call) ? route.account() : undefined;
      if (authorization.kind === 'blocked') return this.refuse(authorization);
      if (authorization.kind === 'unavailable') {
        this.ports.onFault(authorization.error);
        return this.refuse({ kind: 'unreachable', cause: authorization.error });
      }
      const address = messages?.target ?? route.serverUrl;
      const sent = await forward(call, address, this.headersWith(authorization), this.ports.clock);
      if (sent.kind !== 'answered') {
        if (sent.kind === 'unreachable' && !call.response.destroyed) {
          this.ports.onFault(sent.cause);
          route.noteReach({ unreachable: sent.cause });
        }
        return this.refuse(sent);
      }
      const { answer } = sent;
      route.noteReach({ taken: takenWith(answer, authorization) });
      const refusal = refusalIn(answer, authorization);
      if (refusal === undefined) {
        const nonce = nonceIn(answer);
        if (authorization.kind === 'token' && nonce !== undefined)
          await route.noteNonce(authorization.accessToken, nonce);
        return { ...sent, account };
      }
      const words = await refusalWords(answer, this.secretsOf(authorization), this.ports.clock);
      refusals += 1;
      if (refusals > mostRefusals) return this.refuse(explanationOf(judgeRefusal(refusal), route, words));
      // A session may be over when it is to be ended: that is no reason for the sign-in to be.
      if (call.method === 'DELETE' && judgeRefusal(refusal) === 'token_rejected') {
        refuseMethod(call);
        return;
      }
      if (await this.isRefusedAside(refusal, tried)) {
        await holdAside(call, route, this.ports.clock);
        return;
      }
      const { meaning, again, isSpent, retryAtMs } = await route.resolve(refusal, tried, this.goneSignal);
      if (isSpent) tried.add(meaning);
      // What was streamed away cannot be sent again; the next request finds what was obtained.
      if (again && !call.body.complete) return this.refuse({ kind: 'renewed' });
      const mayGoOn = again || (call.body.complete && (await this.waitUntil(retryAtMs)));
      if (!mayGoOn) return this.refuse(explanationOf(meaning, route, words));
    }
  }

  /**
   * Where a server takes messages, they tell whether a token is good: one that it refuses for the background stream
   * alone, also when it is new, must not end the sign-in.
   */
  private async isRefusedAside(refusal: ServerRefusal, tried: ReadonlySet<RefusalMeaning>): Promise<boolean> {
    const { call, route, isStreamable } = this.passage;
    if (!isStreamable || !wantsEvents(call) || judgeRefusal(refusal) !== 'token_rejected') return false;
    const state = resting(route.state);
    if (state.kind !== 'connected') return false;
    if (state.renewable || tried.has('token_rejected')) return tried.has('token_rejected');
    // Somebody may have signed in again since it was sent.
    const now = await route.authorization();
    return now.kind === 'token' && now.accessToken === refusal.accessToken;
  }

  /** A sign-in that is under way is waited for, once. */
  private async authorize(): Promise<Authorization> {
    const { call, route } = this.passage;
    const lastsMs = call.body.complete ? undefined : uploadMs;
    let found = await route.authorization(lastsMs);
    while (found.kind === 'unavailable' && (await this.waitUntil(found.retryAtMs)))
      found = await route.authorization(lastsMs);
    const isWaiting = found.kind === 'blocked' && found.state.kind === 'authorizing';
    if (!isWaiting || this.hasWaited || !this.waits) return found;
    this.hasWaited = true;
    await awaitSignIn(route, this.ports.clock, this.goneSignal);
    const { state } = route;
    // What nobody has signed in to after all is not asked whether it wants that.
    return needsPerson(state) || state.kind === 'authorizing'
      ? { kind: 'blocked', state }
      : route.authorization(lastsMs);
  }

  /**
   * An authorization server that fails once is asked again in a moment: a call that comes in between is worth more than an
   * error. Where it fails on and on, each pause is longer than the one before, and soon too long.
   * @returns whether it is time now.
   */
  private async waitUntil(retryAtMs: number | undefined): Promise<boolean> {
    if (retryAtMs === undefined || !this.waits) return false;
    return awaitRetry(retryAtMs, this.ports.clock, this.goneSignal);
  }

  /** Whoever ends a session or wants a stream that can be held is answered at once. */
  private get waits(): boolean {
    return this.passage.call.method === 'POST' || (wantsEvents(this.passage.call) && !this.canBeHeld);
  }

  /** What a request carries that its answer may repeat. */
  private secretsOf(authorization: Authorization): readonly string[] {
    const configured = Object.values(this.passage.route.headers);
    const all = authorization.kind === 'token' ? [...configured, authorization.accessToken] : configured;
    return all.flatMap((value) => [value, value.replace(/^\S+\s+/, '')]).filter((value) => value !== '');
  }

  private headersWith(authorization: Authorization): HeadersFor {
    const { call, route } = this.passage;
    return async (target) => {
      const credentials =
        authorization.kind === 'token' ? await authorization.headersFor(call.method, target) : {};
      const headers = requestHeaders(call.headers, route.headers, credentials);
      // Of a stream the first event may have to be read.
      if (call.method === 'GET') headers['accept-encoding'] = 'identity';
      return headers;
    };
  }

  private async refuse(refusal: Refusal): Promise<undefined> {
    const { call, route, messages } = this.passage;
    if (call.response.destroyed) return;
    const { state } = route;
    const isKnown = refusal.kind === 'blocked' || refusal.kind === 'unauthorized';
    if (wantsEvents(call) && this.canBeHeld) {
      if ((isKnown && !isAble(state)) || refusal.kind === 'unreachable')
        await holdStream(call, route, this.ports.clock, refusal);
      else refuseMethod(call);
      return;
    }
    // Also where somebody is at it still: a server whose start is refused now has to be started when they are done.
    if (isKnown && needsPerson(resting(state))) route.noteBlocked();
    if (call.method === 'POST') refuseMessages(call, route.explain(refusal), messages?.stream);
    else if (wantsEvents(call)) refuseInText(call, route.explain(refusal));
    else refuseMethod(call);
  }

  /** The older transport waits for a first event, which a stream that is held does not bring. */
  private get canBeHeld(): boolean {
    const { call, isStreamable } = this.passage;
    const { headers } = call;
    return (
      isStreamable ||
      headers['mcp-session-id'] !== undefined ||
      headers['mcp-protocol-version'] !== undefined ||
      headers['last-event-id'] !== undefined
    );
  }

  private get goneSignal(): AbortSignal {
    return (this.gone ??= goneSignal(this.passage.call));
  }
}

/** The token that the server took the request with: an error may come from somebody before it, who never looked. */
function takenWith({ statusCode = 500 }: Answer, authorization: Authorization): string | undefined {
  return authorization.kind === 'token' && statusCode < 400 ? authorization.accessToken : undefined;
}
