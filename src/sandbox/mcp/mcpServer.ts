// A real MCP server over Streamable HTTP that lets in only who brings a token of the sandbox's authorization server,
// meant for this server. Follows the authorization rules of MCP for resource servers (checklist 18, RS).
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';

import type { Handler } from '../http/listener.ts';
import { isLoopbackOrigin } from '../http/loopback.ts';
import { McpSessions } from './mcpSessions.ts';
import { Notebook } from './notes.ts';
import { createNoteServer, scopesNeededBy } from './noteTools.ts';
import type { ProtectedResource, Refusal } from './protectedResource.ts';
import { buildChallenge, buildDocument, documentPath } from './protectedResource.ts';
import { readBody } from '../http/requestBody.ts';
import type { TokenCheckOptions } from './tokenCheck.ts';
import { checkToken } from './tokenCheck.ts';

const bodyLimitBytes = 4 * 1024 * 1024;
const mcpMethods = ['GET', 'POST', 'DELETE'];

/** A running MCP server: answers requests, and ends its open sessions on `close`. */
export interface NotesMcpServer {
  readonly handler: Handler;
  close(): Promise<void>;
}

/** An answer of our own, before a request has reached a session. */
interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Builds the server for a resource, checking tokens as told. */
export function createMcpServer(
  resource: ProtectedResource,
  tokenCheck: Omit<TokenCheckOptions, 'audience'>,
): NotesMcpServer {
  const notebook = new Notebook();
  const sessions = new McpSessions(() => createNoteServer(notebook));

  const handler: Handler = async (request, response) => {
    const outcome = replyOutsideMcp(request, resource) ?? (await admit(request, resource, tokenCheck));
    if ('status' in outcome) sendReply(response, outcome);
    else await sessions.handle({ request, response, ...outcome });
  };
  return { handler, close: () => sessions.close() };
}

function replyOutsideMcp(request: IncomingMessage, resource: ProtectedResource): Reply | undefined {
  const { origin } = request.headers;
  if (origin !== undefined && !isLoopbackOrigin(origin))
    return { status: 403, body: { error: 'foreign_origin' } };

  const { pathname } = new URL(request.url ?? '/', resource.url);
  if (pathname === new URL(resource.url).pathname) {
    if (mcpMethods.includes(request.method ?? '')) return undefined;
    return { status: 405, body: { error: 'method_not_allowed' }, headers: { allow: mcpMethods.join(', ') } };
  }
  if (pathname === documentPath(resource) && request.method === 'GET') {
    return { status: 200, body: buildDocument(resource), headers: { 'access-control-allow-origin': '*' } };
  }
  return { status: 404, body: { error: 'not_found' } };
}

/** Lets a request in with the identity behind its token and its parsed body, or says why not. */
async function admit(
  request: IncomingMessage,
  resource: ProtectedResource,
  tokenCheck: Omit<TokenCheckOptions, 'audience'>,
): Promise<Reply | { readonly auth: AuthInfo; readonly body: unknown }> {
  const token = readBearerToken(request);
  if (token === undefined) return refuse(resource, { error: 'none' });
  const verdict = await checkToken(token, { ...tokenCheck, audience: resource.url });
  switch (verdict.kind) {
    case 'unknown':
      return { status: 503, body: { error: 'temporarily_unavailable' }, headers: { 'retry-after': '1' } };
    case 'invalid':
      return refuse(resource, { error: 'invalid_token', description: verdict.description });
    case 'valid': {
      const { auth } = verdict;
      if (request.method !== 'POST') return { auth, body: undefined };
      const text = await readBody(request, bodyLimitBytes);
      if (text === undefined)
        return { status: 413, body: { error: 'too_large' }, headers: { connection: 'close' } };
      const body = parseJson(text);
      const refusal = findMissingScope(body, auth, resource);
      return refusal ? refuse(resource, refusal) : { auth, body };
    }
  }
}

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1); other schemes count as no credentials. */
function readBearerToken(request: IncomingMessage): string | undefined {
  const match = /^bearer(?: +(.*))?$/i.exec(request.headers.authorization ?? '');
  return match ? (match[1] ?? '') : undefined;
}

function findMissingScope(body: unknown, auth: AuthInfo, resource: ProtectedResource): Refusal | undefined {
  // Where scopes of another kind are configured, nobody can hold those of the notes, and they are not asked for.
  const needed = scopesNeededBy(body).filter((scope) => resource.scopes.includes(scope));
  const missing = needed.filter((scope) => !auth.scopes.includes(scope));
  if (missing.length === 0) return undefined;
  return {
    error: 'insufficient_scope',
    description: `The token lacks ${missing.join(' and ')}.`,
    scopes: needed,
  };
}

/** What is no JSON is handed on as text, for the transport to answer in its own words. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refuse(resource: ProtectedResource, refusal: Refusal): Reply {
  return {
    status: refusal.error === 'insufficient_scope' ? 403 : 401,
    body:
      refusal.error === 'none'
        ? { error_description: 'Sign in to use this server.' }
        : { error: refusal.error, error_description: refusal.description },
    headers: { 'www-authenticate': buildChallenge(resource, refusal) },
  };
}

function sendReply(response: ServerResponse, { status, body, headers }: Reply): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
    .end(JSON.stringify(body));
}
