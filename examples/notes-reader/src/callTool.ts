// The least of an MCP client (Streamable HTTP) that can call a tool over a socket.
import http from 'node:http';
import { text } from 'node:stream/consumers';
import type { McpOAuthGatewayAddress } from './mcpOAuth';

const protocolVersion = '2025-06-18';

/** Calls a tool without arguments and returns the text of its answer. */
export async function callTool(address: McpOAuthGatewayAddress, name: string): Promise<string> {
  const clientInfo = { name: 'notes-reader', version: '1.0.0' };
  const opened = await post(
    address,
    {},
    request('initialize', { protocolVersion, capabilities: {}, clientInfo }),
  );
  const session = {
    'mcp-protocol-version': protocolVersion,
    ...(opened.sessionId !== undefined && { 'mcp-session-id': opened.sessionId }),
  };
  await post(address, session, { jsonrpc: '2.0', method: 'notifications/initialized' });
  const answer = await post(address, session, request('tools/call', { name, arguments: {} }));
  const { content = [] } = answer.result as { readonly content?: readonly { readonly text?: string }[] };
  return content.map(({ text = '' }) => text).join('\n');
}

function request(method: string, params: object): object {
  return { jsonrpc: '2.0', id: 1, method, params };
}

interface Answer {
  readonly sessionId: string | undefined;
  readonly result: unknown;
}

/** Sends one message and waits for the answer to it. */
async function post(
  { socketPath, path }: McpOAuthGatewayAddress,
  headers: http.OutgoingHttpHeaders,
  message: object,
): Promise<Answer> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const sent = http.request({
      socketPath,
      path,
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
    });
    sent.once('response', resolve).once('error', reject).end(JSON.stringify(message));
  });
  const body = await text(response);
  const sessionId = response.headers['mcp-session-id'];
  const json =
    response.headers['content-type']?.startsWith('text/event-stream') === true ? lastEvent(body) : body;
  if (json === '') return { sessionId: sessionId?.toString(), result: undefined };
  const { result, error } = JSON.parse(json) as {
    readonly result?: unknown;
    readonly error?: { readonly message: string };
  };
  // The gateway says here, too, when the person has to sign in.
  if (error !== undefined) throw new Error(error.message);
  return { sessionId: sessionId?.toString(), result };
}

function lastEvent(stream: string): string {
  return (
    stream
      .match(/^data: ?(.*)$/gm)
      ?.at(-1)
      ?.replace(/^data: ?/, '') ?? ''
  );
}
