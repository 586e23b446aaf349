// The open connections of the older HTTP+SSE transport (revision 2024-11-05), found by the id in the address of their
// messages, and only by the account that opened them.
import type { McpHandlerRequestOptions, McpServer } from '@modelcontextprotocol/server';

import { callerOf } from './caller.ts';
import { OlderTransport, sessionParameter } from './olderTransport.ts';
import { messagesPath } from './protectedResource.ts';

/** Each has an open connection behind it, so that there is no way to leave one behind. */
interface OlderSession {
  readonly callerKey: string;
  readonly transport: OlderTransport;
}

/** Opens a session for each stream, and routes messages to the session they belong to. */
export class OlderSessions {
  readonly #sessions = new Map<string, OlderSession>();
  readonly #createServer: () => McpServer;

  constructor(createServer: () => McpServer) {
    this.#createServer = createServer;
  }

  /** Answers a request for the stream, or for the address of messages. */
  async fetch(request: Request, options: McpHandlerRequestOptions = {}): Promise<Response> {
    const { authInfo, parsedBody } = options;
    if (!authInfo) throw new Error('A request came this far without an identity.');
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === messagesPath) {
      if (request.method !== 'POST') return notAllowed('POST');
      const session = this.#sessions.get(searchParams.get(sessionParameter) ?? '');
      // A session id is no credential: whoever signed in as someone else does not find the session.
      if (session?.callerKey !== callerOf(authInfo).key)
        return new Response('Session not found', { status: 404 });
      return session.transport.receive(parsedBody, authInfo);
    }
    // A client that knows both transports posts first, and learns from this that it has to take the older one.
    if (request.method !== 'GET') return notAllowed('GET');
    return this.#open(callerOf(authInfo).key);
  }

  /** Ends every session and its stream. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
  }

  async #open(callerKey: string): Promise<Response> {
    const transport = new OlderTransport();
    this.#sessions.set(transport.sessionId, { callerKey, transport });
    transport.onclose = () => this.#sessions.delete(transport.sessionId);
    await this.#createServer().connect(transport);
    return transport.response;
  }
}

function notAllowed(allow: string): Response {
  return new Response('Method not allowed', { status: 405, headers: { allow } });
}
