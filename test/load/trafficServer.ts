/**
 * One MCP server with its token endpoint, whose tokens live for seconds and which fails one request of ten. It keeps
 * account of what each call did here, so that what the caller was told can be held against it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../soak/seededRandom.ts';

export const faults = [
  /** 503, nothing done. */
  'busy',
  /** The connection is reset before anything is done. */
  'reset',
  /** The tool does its work; then the connection is reset, later than a stale one would be. */
  'reset_late',
  /** 401 for a token that is fresh, and for every other request that still carries it. */
  'refused',
  /** An answer that takes its time. */
  'slow',
  /** Half an answer. */
  'truncated',
] as const;

export type Fault = (typeof faults)[number];

/** What a call was to this server. */
export interface CallAccount {
  /** How often the tool did its work. */
  effects: number;
  readonly faults: Fault[];
}

interface Message {
  readonly id: string;
}

const faultShare = 0.1;
export const tokenSeconds = 6;
/** How long a token is still taken when it is over: what was under way is no reason to doubt the sign-in. */
const leewayMs = 10_000;
/** After this long no client takes a connection that breaks for one that was closed before. */
const lateResetMs = 1_300;
const slowMs = 400;
const refusalsApartMs = 3_000;

export class TrafficServer {
  readonly name: string;
  readonly calls = new Map<string, CallAccount>();
  readonly struck = new Map<Fault, number>(faults.map((fault) => [fault, 0]));
  requests = 0;
  /** Tokens that were given, the first one, which the gateway begins with, among them. */
  tokensGiven = 1;
  tokenRequests = 0;
  /** Refresh tokens that came a second time. */
  reuses = 0;
  /** Whether its last word was a connection that it reset: to whoever asked, it cannot be reached. */
  isAway = false;
  /** New tokens for ones that were neither refused nor a quarter over. */
  superfluous = 0;
  private readonly random: SeededRandom;
  private readonly server = createServer((request, response) => void this.serve(request, response));
  /** The one that was given last, and when each that is good is over. */
  private token = 'token-1';
  private readonly goodUntilMs = new Map<string, number>();
  private refreshToken = 'refresh-1';
  private givenAtMs = Date.now();
  private refusedAtMs = 0;
  private isCalm = false;
  /** How often it broke a connection off. */
  private breaks = 0;

  constructor(name: string, random: SeededRandom) {
    this.name = name;
    this.random = random;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.give();
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Fails nothing any more. */
  calm(): void {
    this.isCalm = true;
  }

  /** How many connections are open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request).catch(() => undefined);
    // Whoever asked is gone.
    if (sent === undefined) return;
    if (request.url === '/token') this.renew(new URLSearchParams(sent), response);
    else await this.call(request, sent, response);
  }

  private renew(form: URLSearchParams, response: ServerResponse): void {
    this.tokenRequests += 1;
    if (form.get('refresh_token') !== this.refreshToken) {
      this.reuses += 1;
      sendJson(response, 400, { error: 'invalid_grant' });
      return;
    }
    const ageMs = Date.now() - this.givenAtMs;
    if (this.goodUntilMs.has(this.token) && ageMs < (tokenSeconds * 1_000) / 4) this.superfluous += 1;
    this.tokensGiven += 1;
    this.token = `token-${this.tokensGiven}`;
    this.refreshToken = `refresh-${this.tokensGiven}`;
    this.give();
    sendJson(response, 200, {
      access_token: this.token,
      refresh_token: this.refreshToken,
      token_type: 'Bearer',
      expires_in: tokenSeconds,
    });
  }

  private async call(request: IncomingMessage, sent: string, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const { id } = JSON.parse(sent) as Message;
    const account = this.calls.get(id) ?? { effects: 0, faults: [] };
    this.calls.set(id, account);
    if (!this.takes(request.headers.authorization)) {
      refuse(response);
      return;
    }
    const { breaks } = this;
    response.once('finish', () => {
      // What was under way before says nothing of how things are since.
      if (breaks === this.breaks) this.isAway = false;
    });
    const fault = this.chooseFault();
    if (fault !== undefined) account.faults.push(fault);
    const work = () => (account.effects += 1);
    switch (fault) {
      case 'busy':
        response.writeHead(503, { 'content-type': 'text/plain' }).end('Busy.');
        return;
      case 'reset':
        this.breakOff(request);
        return;
      case 'refused':
        this.goodUntilMs.delete(request.headers.authorization?.slice(7) ?? '');
        refuse(response);
        return;
      case 'reset_late':
        work();
        await pause(lateResetMs);
        this.breakOff(request);
        return;
      case 'truncated': {
        work();
        const whole = answerTo(id);
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
        response.write(whole.slice(0, whole.length / 2), () => request.socket.destroy());
        return;
      }
      case 'slow':
        await pause(slowMs);
        break;
      case undefined:
    }
    work();
    response.writeHead(200, { 'content-type': 'application/json' }).end(answerTo(id));
  }

  private breakOff(request: IncomingMessage): void {
    this.isAway = true;
    this.breaks += 1;
    request.socket.resetAndDestroy();
  }

  private give(): void {
    this.givenAtMs = Date.now();
    this.goodUntilMs.set(this.token, this.givenAtMs + tokenSeconds * 1_000 + leewayMs);
    for (const [token, untilMs] of this.goodUntilMs)
      if (untilMs < this.givenAtMs) this.goodUntilMs.delete(token);
  }

  private takes(authorization = ''): boolean {
    return (this.goodUntilMs.get(authorization.slice(7)) ?? 0) > Date.now();
  }

  private chooseFault(): Fault | undefined {
    if (this.isCalm || this.random.next() >= faultShare) return undefined;
    const chosen = this.random.pick(faults);
    // A server that refuses two new tokens in a row refuses the sign-in, and would be believed.
    const isRow = chosen === 'refused' && Date.now() - this.refusedAtMs < refusalsApartMs;
    const fault = isRow ? 'busy' : chosen;
    if (fault === 'refused') this.refusedAtMs = Date.now();
    if (fault !== undefined) this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
    return fault;
  }
}

/** What the tool says to a call, which no other call is told. */
export function answerTo(id: string): string {
  const content = [{ type: 'text', text: `done ${id} ${'x'.repeat(400)}` }];
  return JSON.stringify({ jsonrpc: '2.0', id, result: { content } });
}

function refuse(response: ServerResponse): void {
  response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
