// The MCP endpoint itself, behind all checks: the stateless revision of 2026-07-28, and the ones before it in sessions.
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { McpHttpHandler } from '@modelcontextprotocol/server';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';

import type { Admission } from './admission.ts';
import { toAuthInfo } from './caller.ts';
import type { Clock } from './clock.ts';
import { McpSessions } from './mcpSessions.ts';
import { Notebook } from './notes.ts';
import { createNoteServer } from './noteTools.ts';
import { sendWebResponse, toWebRequest } from './webExchange.ts';

/** One request that was let in. `body` is the parsed JSON of a POST. */
export interface AdmittedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly admission: Admission;
  readonly body: unknown;
}

/** Answers MCP requests of every revision with the same tools and the same notes. */
export class McpEndpoint {
  readonly #stateless: McpHttpHandler;
  readonly #sessions: McpSessions;

  constructor(clock: Clock) {
    const notebook = new Notebook();
    const createServer = () => createNoteServer(notebook, clock);
    this.#stateless = createMcpHandler(createServer, { legacy: 'reject' });
    this.#sessions = new McpSessions(createServer);
  }

  async handle({ request, response, admission, body }: AdmittedRequest): Promise<void> {
    const asked = toWebRequest(request, response);
    const options = { authInfo: toAuthInfo(admission), ...(body !== undefined && { parsedBody: body }) };
    const legacy = await isLegacyRequest(asked, body);
    const answer = await (legacy ? this.#sessions : this.#stateless).fetch(asked, options);
    await sendWebResponse(response, answer);
  }

  /** Ends every session and every stream. */
  async close(): Promise<void> {
    await Promise.all([this.#stateless.close(), this.#sessions.close()]);
  }
}
