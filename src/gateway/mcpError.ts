/** Says no in the words of MCP: a JSON-RPC error with a sentence, never an HTTP status that starts a sign-in elsewhere. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestBody } from './requestBody.ts';

/** JSON-RPC 2.0 §5.1: from the range that implementations may define, and one that neither MCP nor its SDKs use. */
const refused = -32_010;

export function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  body: RequestBody,
  sentence: string,
): void {
  if (request.method !== 'POST') {
    // Streamable HTTP: 405 says that no stream is offered and no session can be ended.
    response.writeHead(405, { allow: 'POST' }).end();
    return;
  }
  if (!body.complete) {
    // The call's id may be anywhere in what was not read; a status ends the call where an error without id would not.
    response
      .writeHead(503, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
      .end(sentence);
    return;
  }
  const ids = requestIds(body);

  if (ids.length === 0) {
    // Notifications and answers expect no reply.
    response.writeHead(202).end();
    return;
  }
  const errors = ids.map((id) => ({
    jsonrpc: '2.0',
    id,
    error: { code: refused, message: sentence },
  }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(errors.length === 1 ? errors[0] : errors));
}

/** The ids of the calls in a body, single or batch; one null id where it is no JSON (JSON-RPC 2.0 §5). */
function requestIds({ head }: RequestBody): readonly (string | number | null)[] {
  let messages: unknown;
  try {
    messages = JSON.parse(head.toString('utf8'));
  } catch {
    return [null];
  }
  return (Array.isArray(messages) ? messages : [messages]).flatMap((message: unknown) => {
    if (typeof message !== 'object' || message === null || !('method' in message) || !('id' in message))
      return [];
    const { id } = message;
    return typeof id === 'string' || typeof id === 'number' ? [id] : [];
  });
}
