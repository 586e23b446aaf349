// The MCP endpoint itself, behind all checks: the stateless revision of 2026-07-28, the ones before it in sessions, and
// the older transport beside it.
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { McpHttpHandler } from '@modelcontextprotocol/server';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';

import type { Admission } from './admission.ts';
import { toAuthInfo } from './caller.ts';
import type { Clock } from './clock.ts';
import type { Counts } from './counts.ts';
import { McpSessions } from './mcpSessions.ts';
import { Notebook } from './notes.ts';
import { createNoteServer } from './noteTools.ts';
import { OlderSessions } from './olderSessions.ts';
import { messagesPath, streamPath } from './protectedResource.ts';
import { sendWebResponse, toWebRequest } from './webExchange.ts';

/** One request that was let in. */
export interface AdmittedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly admission: Admission;
  /** The parsed JSON of a POST. */
  readonly body: unknown;
  /** After how many events to break a stream off. */
  readonly eventsPerStream: number;
}

/** Answers MCP requests of every revision with the same tools and the same notes. */
export class McpEndpoint {
  readonly #stateless: McpHttpHandler;
  readonly #sessions: McpSessions;
  readonly #older: OlderSessions;

  constructor(counts: Counts, clock: Clock) {
    const ground = { notebook: new Notebook(), counts, clock };
    const createServer = () => createNoteServer(ground);
    this.#stateless = createMcpHandler(createServer, { legacy: 'reject' });
    this.#sessions = new McpSessions(createServer);
    this.#older = new OlderSessions(createServer);
  }

  async handle(admitted: AdmittedRequest): Promise<void> {
    const { request, response, path, admission, body } = admitted;
    const asked = toWebRequest(request, response);
    const options = { authInfo: toAuthInfo(admission), ...(body !== undefined && { parsedBody: body }) };
    const part = await this.#partFor(path, asked, body);
    await sendWebResponse(response, await part.fetch(asked, options), admitted.eventsPerStream);
  }

  /** Ends every session and every stream. */
  async close(): Promise<void> {
    await Promise.all([this.#stateless.close(), this.#sessions.close(), this.#older.close()]);
  }

  async #partFor(path: string, asked: Request, body: unknown): Promise<Pick<McpHttpHandler, 'fetch'>> {
    if (path === streamPath || path === messagesPath) return this.#older;
    return (await isLegacyRequest(asked, body)) ? this.#sessions : this.#stateless;
  }
}
