// A real MCP server over Streamable HTTP that lets in only who brings a token of the sandbox's authorization server,
// meant for this server. Follows the authorization rules of MCP for resource servers (checklist 18, RS), except where
// a fault is switched on.
import type { IncomingMessage } from 'node:http';

import { FaultSwitches } from '../faults/faultSwitches.ts';
import type { McpBehaviour } from '../faults/mcpBehaviour.ts';
import { behaviourOf } from '../faults/mcpBehaviour.ts';
import { mcpFaults } from '../faults/mcpFaults.ts';
import type { Handler } from '../http/listener.ts';
import { isLoopbackOrigin } from '../http/loopback.ts';
import { readBody } from '../http/requestBody.ts';
import type { Admission, Visit } from './admission.ts';
import { Admissions, contextOf } from './admission.ts';
import { refuse } from './challenge.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { Counts } from './counts.ts';
import type { CountsSoFar } from './counts.ts';
import { McpEndpoint } from './mcpEndpoint.ts';
import { findMissingScope } from './noteScopes.ts';
import type { ProtectedResource } from './protectedResource.ts';
import { buildDocument, documentPath, messagesPath, olderResource, streamPath } from './protectedResource.ts';
import type { Reply } from './reply.ts';
import { breakOff, json, sendReply, silence } from './reply.ts';
import type { TrustedIssuer } from './tokenCheck.ts';

const bodyLimitBytes = 4 * 1024 * 1024;
const mcpMethods = ['GET', 'POST', 'DELETE'];

/** A running MCP server: answers requests, and ends its open sessions and streams on `close`. */
export interface NotesMcpServer {
  readonly handler: Handler;
  /** How the counts of its slow tool fare. */
  readonly counts: CountsSoFar;
  close(): Promise<void>;
}

/** What an MCP server needs beside its resource. */
export interface McpServerOptions {
  /** The authorization servers that it names and whose tokens it takes; asked at each request. */
  readonly authorizationServers: () => Promise<readonly TrustedIssuer[]>;
  /** Which faults are on, asked at each request. None by default. */
  readonly faults?: FaultSwitches;
  /** How long the word of an authorization server holds. 0, the default, asks at every request. */
  readonly tokenCacheSeconds?: number;
  readonly clock?: Clock;
}

/** Builds the server for a resource; beside it, on the same origin, it has the older transport. */
export function createMcpServer(resource: ProtectedResource, options: McpServerOptions): NotesMcpServer {
  const { faults = new FaultSwitches(), clock = systemClock } = options;
  const admissions = new Admissions(clock, options.tokenCacheSeconds ?? 0);
  const counts = new Counts();
  const endpoint = new McpEndpoint(counts, clock);
  const older = olderResource(resource);

  const decide = async (request: IncomingMessage, visit: Visit, behaviour: McpBehaviour) => {
    const early = replyToForeignPage(visit) ?? behaviour.answer(visit) ?? replyElsewhere(visit, behaviour);
    if (early !== undefined) return early;
    const trusted = await options.authorizationServers();
    if (isDocumentRequest(visit, behaviour)) return sendDocument(visit, behaviour, trusted, clock);
    const admission = await admissions.admit(visit, behaviour, trusted);
    return 'status' in admission ? admission : readCall(request, visit, behaviour, admission);
  };

  const handler: Handler = async (request, response) => {
    const behaviour = behaviourOf(mcpFaults, faults);
    const visit = visitOf(request, [resource, older], clock.now());
    const outcome = await decide(request, visit, behaviour);
    if (outcome === silence) {
      faults.silences += 1;
      return;
    }
    if (outcome === breakOff) {
      request.socket.destroy();
      return;
    }
    if ('status' in outcome) {
      await sendReply(response, outcome, behaviour.challengeLines(outcome.challenges ?? [], visit));
    } else {
      const { eventsPerStream } = behaviour;
      await endpoint.handle({ request, response, path: visit.path, eventsPerStream, ...outcome });
    }
  };
  return {
    handler,
    get counts() {
      return counts.soFar;
    },
    close: () => endpoint.close(),
  };
}

function visitOf(
  request: IncomingMessage,
  [usual, older]: readonly [ProtectedResource, ProtectedResource],
  nowMs: number,
): Visit {
  const { origin } = new URL(usual.url);
  // A request target that is no path, like the absolute form of a proxy, is found nowhere.
  const { pathname } = URL.parse(request.url ?? '/', origin) ?? { pathname: '' };
  const { method = '', headers } = request;
  const ofOlder = [streamPath, messagesPath, documentPath(older)];
  const resource = ofOlder.includes(pathname) ? older : usual;
  return { method, url: origin + pathname, path: pathname, headers, nowMs, resource };
}

/** DNS rebinding and cross-site requests: a browser tells which page it asks for (MCP transports, security). */
function replyToForeignPage({ headers: { origin } }: Visit): Reply | undefined {
  if (origin === undefined || isLoopbackOrigin(origin)) return undefined;
  return json(403, { error: 'foreign_origin' });
}

function replyElsewhere(visit: Visit, behaviour: McpBehaviour): Reply | undefined {
  if (visit.url === visit.resource.url || visit.path === messagesPath) {
    if (mcpMethods.includes(visit.method)) return undefined;
    return json(405, { error: 'method_not_allowed' }, { allow: mcpMethods.join(', ') });
  }
  return isDocumentRequest(visit, behaviour) ? undefined : json(404, { error: 'not_found' });
}

function isDocumentRequest({ method, path, resource }: Visit, behaviour: McpBehaviour): boolean {
  return method === 'GET' && behaviour.documentPaths(resource).includes(path);
}

function sendDocument(
  { resource }: Visit,
  behaviour: McpBehaviour,
  trusted: readonly TrustedIssuer[],
  clock: Clock,
): Reply {
  const issuers = trusted.map(({ issuer }) => issuer);
  const document = behaviour.document(buildDocument(resource, issuers));
  const reply = json(200, document, { 'access-control-allow-origin': '*' });
  return { ...reply, body: behaviour.documentBody(JSON.stringify(document), clock) };
}

/** Reads what a request that was let in asks for, and turns it away if its token is not good for that. */
async function readCall(
  request: IncomingMessage,
  visit: Visit,
  behaviour: McpBehaviour,
  admission: Admission,
): Promise<Reply | { readonly admission: Admission; readonly body: unknown }> {
  let body: unknown;
  if (visit.method === 'POST') {
    const text = await readBody(request, bodyLimitBytes);
    if (text === undefined) return json(413, { error: 'too_large' }, { connection: 'close' });
    try {
      body = JSON.parse(text);
    } catch {
      const error = { code: -32700, message: 'Parse error: the body is no JSON' };
      return json(400, { jsonrpc: '2.0', error, id: null });
    }
  }
  const refusal =
    behaviour.turnAway({ ...admission, body }, visit) ??
    findMissingScope(body, admission.facts.scopes, visit.resource);
  if (refusal === undefined) return { admission, body };
  return 'error' in refusal ? refuse(refusal, contextOf(visit.resource, behaviour)) : refusal;
}
