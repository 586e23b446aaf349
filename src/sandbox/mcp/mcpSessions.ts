// The open MCP connections: one transport and one server object each, found by the session id that the transport
// gave out, and only by the account that opened it.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';

import { accountOf } from './tokenCheck.ts';

/** Clients that vanish without a DELETE leave a session behind; beyond this many the longest unused one goes. */
const sessionsLimit = 1_000;

interface McpSession {
  readonly account: string;
  readonly transport: StreamableHTTPServerTransport;
}

/** One request that was let in. `body` is the parsed JSON of a POST. */
export interface AdmittedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly auth: AuthInfo;
  readonly body: unknown;
}

/** Routes requests to the session they belong to, and opens one for each `initialize`. */
export class McpSessions {
  readonly #sessions = new Map<string, McpSession>();
  readonly #createServer: () => McpServer;

  constructor(createServer: () => McpServer) {
    this.#createServer = createServer;
  }

  /** Answers the request in its session. */
  async handle(admitted: AdmittedRequest): Promise<void> {
    const { request, response, auth, body } = admitted;
    const id = request.headers['mcp-session-id'];
    if (id === undefined && !isInitializeRequest(body)) {
      sendRpcError(response, 400, 'Bad Request: a session begins with initialize');
      return;
    }
    const transport =
      id === undefined ? await this.#open(accountOf(auth)) : this.#find(String(id), accountOf(auth));
    if (transport) await transport.handleRequest(Object.assign(request, { auth }), response, body);
    else sendRpcError(response, 404, 'Session not found');
  }

  /** Ends every session and the streams in it. */
  async close(): Promise<void> {
    const transports = [...this.#sessions.values()].map(({ transport }) => transport);
    await Promise.all(transports.map((transport) => transport.close()));
  }

  /** A session id is no credential: whoever signed in as someone else does not find the session. */
  #find(id: string, account: string): StreamableHTTPServerTransport | undefined {
    const session = this.#sessions.get(id);
    if (session?.account !== account) return undefined;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session.transport;
  }

  async #open(account: string): Promise<StreamableHTTPServerTransport> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { account, transport });
        this.#dropLongestUnused();
      },
    });
    transport.onclose = () => {
      if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId);
    };
    await this.#createServer().connect(transport);
    return transport;
  }

  #dropLongestUnused(): void {
    const [longestUnused] = this.#sessions.values();
    if (longestUnused && this.#sessions.size > sessionsLimit) void longestUnused.transport.close();
  }
}

function sendRpcError(response: ServerResponse, status: number, message: string): void {
  const body = { jsonrpc: '2.0', error: { code: status === 404 ? -32001 : -32000, message }, id: null };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
