/**
 * One MCP server with its authorization server, each of which fails one request of ten. It keeps account of what each call
 * did here, so that what the caller was told can be held against it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../soak/seededRandom.ts';
import { answer, ListeningServer, plainFaults, type Visit } from './listeningServer.ts';
import { Misfortune } from './misfortune.ts';
import { TokenServer } from './tokenServer.ts';

const lenientFaults = [
  ...plainFaults,
  /** The tool does its work; then the connection is reset, later than a stale one would be. */
  'reset_late',
] as const;
const callFaults = [
  ...lenientFaults,
  /** 401 for a token that is good, and for every other request that still carries it. */
  'refused',
] as const;

export type CallFault = (typeof callFaults)[number];

/** What a call was to this server. */
export interface CallAccount {
  /** How often the tool did its work. */
  effects: number;
  readonly faults: CallFault[];
}

/** After this long no client takes a connection that breaks for one that was closed before. */
const lateResetMs = 1_300;
const resourceDocument = '/.well-known/oauth-protected-resource/mcp';

export class TrafficServer {
  readonly name: string;
  /** Whether a new token is asked for by client credentials, which takes documents; by refresh token otherwise. */
  readonly asksAgain: boolean;
  readonly misfortune: Misfortune;
  readonly tokens: TokenServer;
  readonly calls = new Map<string, CallAccount>();
  requests = 0;
  private readonly server = new ListeningServer((visit) => this.serve(visit));

  constructor(name: string, asksAgain: boolean, random: SeededRandom) {
    this.name = name;
    this.asksAgain = asksAgain;
    this.misfortune = new Misfortune(random);
    this.tokens = new TokenServer(this.misfortune);
  }

  async open(): Promise<void> {
    await this.server.open();
    await this.tokens.open();
  }

  get origin(): string {
    return this.server.origin;
  }

  /** How many connections are open. */
  async connections(): Promise<number> {
    return (await this.server.connections()) + (await this.tokens.connections());
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.tokens.close();
  }

  private async serve(visit: Visit): Promise<void> {
    const { url, headers } = visit.request;
    if (url === resourceDocument) {
      const document = { resource: `${this.origin}/mcp`, authorization_servers: [this.tokens.origin] };
      await answer(visit, document, this.strikeLearning('resource document'), {
        'cache-control': 'no-store',
      });
    } else if (url !== '/mcp') {
      visit.response.writeHead(404).end();
    } else if (headers.authorization === undefined) {
      const fault = this.strikeLearning('first contact');
      if (fault === undefined || fault === 'slow') this.refuse(visit);
      else await answer(visit, {}, fault);
    } else {
      await this.call(visit, headers.authorization.slice('Bearer '.length));
    }
  }

  /** Where a new token needs what is learnt here, one that cannot be had is no wonder. */
  private strikeLearning(door: string): (typeof plainFaults)[number] | undefined {
    const fault = this.misfortune.strike(door, plainFaults);
    if (this.asksAgain && fault !== undefined && fault !== 'slow') this.tokens.failures += 1;
    return fault;
  }

  private async call(visit: Visit, token: string): Promise<void> {
    this.requests += 1;
    const { id } = JSON.parse(visit.sent) as { readonly id: string };
    const account = this.calls.get(id) ?? { effects: 0, faults: [] };
    this.calls.set(id, account);
    if (!this.tokens.takes(token)) {
      this.refuse(visit);
      return;
    }
    // A server that refuses a token, and at first sight the one that came for it, refuses the sign-in: the specification has
    // everybody stop at a second 401, and nobody could tell the two apart (checklist 12.1).
    const faults = this.tokens.isDoubtful ? lenientFaults : callFaults;
    const fault = this.misfortune.strike('call', faults);
    if (fault !== undefined) account.faults.push(fault);
    if (fault !== 'busy' && fault !== 'reset' && fault !== 'refused') account.effects += 1;
    if (fault === 'refused') {
      this.tokens.revoke(token);
      this.refuse(visit);
    } else if (fault === 'reset_late') {
      await pause(lateResetMs);
      visit.request.socket.resetAndDestroy();
    } else {
      await answer(visit, answerTo(id), fault);
      if (fault === undefined || fault === 'slow') this.tokens.noteTaken(token);
    }
  }

  private refuse({ response }: Visit): void {
    const challenge = `Bearer error="invalid_token", resource_metadata="${this.origin}${resourceDocument}"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
  }
}

/** What the tool says to a call, which no other call is told. */
export function answerTo(id: string): object {
  const content = [{ type: 'text', text: `done ${id} ${'x'.repeat(400)}` }];
  return { jsonrpc: '2.0', id, result: { content } };
}
