// The open MCP connections of the revisions with sessions (2025-06-18, 2025-11-25): one transport and one server object
// each, found by the session id that the transport gave out, and only by the account that opened it.
import { randomUUID } from 'node:crypto';

import type { AuthInfo, McpHandlerRequestOptions, McpServer } from '@modelcontextprotocol/server';
import { isInitializeRequest, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';

import { callerOf } from './caller.ts';
import { EventHistory } from './eventHistory.ts';

/** Clients that vanish without a DELETE leave a session behind; beyond this many the longest unused one goes. */
const sessionsLimit = 1_000;

interface McpSession {
  readonly callerKey: string;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly history: EventHistory;
}

/** Routes requests to the session they belong to, and opens one for each `initialize`. */
export class McpSessions {
  readonly #sessions = new Map<string, McpSession>();
  readonly #createServer: () => McpServer;

  constructor(createServer: () => McpServer) {
    this.#createServer = createServer;
  }

  /** Answers the request in its session. */
  async fetch(request: Request, options: McpHandlerRequestOptions = {}): Promise<Response> {
    const { authInfo, parsedBody } = options;
    if (!authInfo) throw new Error('A request came this far without an identity.');
    const id = request.headers.get('mcp-session-id');
    if (id === null && !isInitializeRequest(parsedBody))
      return rpcError(400, -32000, 'Bad Request: a session begins with initialize');
    if (id === null) return (await this.#open(authInfo)).handleRequest(request, options);
    const session = this.#find(id, authInfo);
    if (!session) return rpcError(404, -32001, 'Session not found');
    const lastEventId = request.headers.get('last-event-id');
    if (lastEventId !== null && !session.history.knows(lastEventId))
      return rpcError(400, -32000, 'Bad Request: what came after this event is not known, or no longer');
    return session.transport.handleRequest(request, options);
  }

  /** Ends every session and the streams in it. */
  async close(): Promise<void> {
    const transports = [...this.#sessions.values()].map(({ transport }) => transport);
    await Promise.all(transports.map((transport) => transport.close()));
  }

  /** A session id is no credential: whoever signed in as someone else does not find the session. */
  #find(id: string, auth: AuthInfo): McpSession | undefined {
    const session = this.#sessions.get(id);
    if (session?.callerKey !== callerOf(auth).key) return undefined;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session;
  }

  async #open(auth: AuthInfo): Promise<WebStandardStreamableHTTPServerTransport> {
    const history = new EventHistory();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: history,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { callerKey: callerOf(auth).key, transport, history });
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

function rpcError(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status });
}
