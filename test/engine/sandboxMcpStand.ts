// The sandbox's MCP server in front of an authorization server that knows the tokens it is told and nothing else, and
// a clock that stands still until it is moved: what a test of the MCP server alone needs.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';

import { FaultSwitches } from '../../src/sandbox/faults/faultSwitches.ts';
import { openListener } from '../../src/sandbox/http/listener.ts';
import type { Clock } from '../../src/sandbox/mcp/clock.ts';
import type { NotesMcpServer } from '../../src/sandbox/mcp/mcpServer.ts';
import { createMcpServer } from '../../src/sandbox/mcp/mcpServer.ts';

type Json = Record<string, unknown>;

/** A wait that someone else decides about. */
export interface Wait {
  readonly milliseconds: number;
  release(): void;
  /** Settles when the wait is over: released, or given up because its signal came. */
  readonly end: Promise<'released' | 'given up'>;
}

/** A clock that moves by hand, and whose waits end by hand. */
export class HeldClock implements Clock {
  nowMs = 1_800_000_000_000;
  readonly #waits: Wait[] = [];
  readonly #takers: ((wait: Wait) => void)[] = [];

  now(): number {
    return this.nowMs;
  }

  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<'released' | 'given up'>();
    signal?.addEventListener('abort', () => resolve('given up'));
    if (signal?.aborted) resolve('given up');
    const wait: Wait = { milliseconds, end: promise, release: () => resolve('released') };
    const taker = this.#takers.shift();
    if (taker) taker(wait);
    else this.#waits.push(wait);
    if ((await promise) === 'given up') throw new DOMException('The wait was given up.', 'AbortError');
  }

  /** The next wait that was not taken yet, as soon as there is one. */
  nextWait(): Promise<Wait> {
    const wait = this.#waits.shift();
    return wait ? Promise.resolve(wait) : new Promise((take) => this.#takers.push(take));
  }
}

/** An authorization server's introspection endpoint (RFC 7662), and what it was asked. */
export class TokenOffice {
  readonly #tokens = new Map<string, Json>();
  readonly asked: string[] = [];
  /** Answered with in place of the truth. */
  status = 200;
  /** Answers only once this is settled. */
  gate: Promise<unknown> = Promise.resolve();

  issue(token: string, claims: Json): void {
    this.#tokens.set(token, { active: true, sub: 'ada', client_id: 'visitor', ...claims });
  }

  revoke(token: string): void {
    this.#tokens.delete(token);
  }

  readonly handler = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const token = new URLSearchParams(Buffer.concat(pieces).toString()).get('token') ?? '';
    this.asked.push(token);
    await this.gate;
    response.writeHead(this.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(this.#tokens.get(token) ?? { active: false }));
  };
}

/** A running MCP server and everything around it. */
export class Stand {
  readonly mcpUrl: string;
  /** The older transport of the same server. */
  readonly sseUrl: string;
  readonly issuer: string;
  readonly office: TokenOffice;
  readonly clock: HeldClock;
  readonly faults: FaultSwitches;
  readonly server: NotesMcpServer;

  private constructor(parts: Pick<Stand, 'mcpUrl' | 'issuer' | 'office' | 'clock' | 'faults' | 'server'>) {
    this.mcpUrl = parts.mcpUrl;
    this.sseUrl = new URL('/sse', parts.mcpUrl).href;
    this.issuer = parts.issuer;
    this.office = parts.office;
    this.clock = parts.clock;
    this.faults = parts.faults;
    this.server = parts.server;
  }

  /** Opens both servers until the test ends. */
  static async open(t: TestContext, options: { readonly tokenCacheSeconds?: number } = {}): Promise<Stand> {
    const place = { host: '127.0.0.1', port: 0, log: () => undefined };
    const [authorization, mcp] = [
      await openListener({ name: 'authorization', ...place }),
      await openListener({ name: 'mcp', ...place }),
    ];
    const [office, clock, faults] = [new TokenOffice(), new HeldClock(), new FaultSwitches()];
    authorization.serve(office.handler);
    const issuer = authorization.origin;
    const mcpUrl = `${mcp.origin}/mcp`;
    const trusted = { issuer, introspectionEndpoint: `${issuer}/introspect`, clientId: 'mcp' };
    const server = createMcpServer(
      { url: mcpUrl, scopes: ['notes:read', 'notes:write'] },
      {
        ...{ clock, faults, ...options },
        authorizationServers: () => Promise.resolve([{ ...trusted, clientSecret: 'secret' }]),
      },
    );
    mcp.serve(server.handler);
    t.after(async () => {
      await server.close();
      await Promise.all([mcp.close(), authorization.close()]);
    });
    const stand = new Stand({ mcpUrl, issuer, office, clock, faults, server });
    stand.issue('good');
    stand.issue('good-older', { aud: stand.sseUrl });
    return stand;
  }

  /** Issues a token for this server, good for an hour and for everything unless it says otherwise. */
  issue(token: string, claims: Json = {}): void {
    const exp = this.clock.nowMs / 1_000 + 3_600;
    this.office.issue(token, { aud: this.mcpUrl, scope: 'notes:read notes:write', exp, ...claims });
  }

  /** Sends one MCP message and leaves the answer unread. */
  post(
    authorization: string | undefined,
    message: Json,
    headers: Readonly<Record<string, string>> = {},
    signal: AbortSignal | null = null,
  ): Promise<Response> {
    return fetch(this.mcpUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(authorization !== undefined && { authorization }),
        ...headers,
      },
      redirect: 'manual',
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      signal,
    });
  }

  /** The status for a list of tools, asked for with this `Authorization` header. */
  async status(
    authorization: string | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const { status, body } = await this.post(authorization, listTools, {
      ...modern('tools/list'),
      ...headers,
    });
    await body?.cancel();
    return status;
  }

  /** The lines of the challenge for a request, and its status. */
  async challenge(
    authorization?: string,
    message: Json = listTools,
  ): Promise<{ readonly status: number; readonly header: string | null }> {
    const { status, headers, body } = await this.post(
      authorization,
      message,
      modern(String(message['method'])),
    );
    await body?.cancel();
    return { status, header: headers.get('www-authenticate') };
  }

  /** What is found at a path of the server's origin. */
  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.mcpUrl), { redirect: 'manual', ...init });
  }

  /** The resource document at a path. */
  async document(path = documentPath): Promise<Json> {
    const response = await this.get(path);
    assert.equal(response.status, 200);
    return (await response.json()) as Json;
  }
}

export const documentPath = '/.well-known/oauth-protected-resource/mcp';
export const rootDocumentPath = '/.well-known/oauth-protected-resource';

const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'stand', version: '1' },
};

/** A message of the revision without sessions. */
export const listTools: Json = { id: 1, method: 'tools/list', params: { _meta: envelope } };

/** A call of a tool, in the revision without sessions. */
export function toolCall(name: string, args: Json = {}): Json {
  return { id: 1, method: 'tools/call', params: { name, arguments: args, _meta: envelope } };
}

/** The headers that a message of that revision has to carry. */
export function modern(method: string, name?: string): Record<string, string> {
  return {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(name !== undefined && { 'mcp-name': name }),
  };
}
