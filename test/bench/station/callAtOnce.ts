/** Calls of a real tool that go out at the same moment, each answer looked at. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Orders } from './orders.ts';
import { targetOf, type HttpPlace } from './wire.ts';

export async function callAtOnce({
  place,
  tool,
  count,
}: Orders['callAtOnce']['wish']): Promise<Orders['callAtOnce']['given']> {
  if (place.kind === 'program') throw new Error('These calls go over HTTP.');
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) => call(place, tool, index + 1)),
  );
  const others = answers.filter((answer) => !/"structuredContent"/.test(answer));
  return { succeeded: answers.length - others.length, others };
}

function call(place: HttpPlace, tool: string, id: number): Promise<string> {
  const params = {
    name: tool,
    arguments: {},
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  };
  const headers = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': tool,
  };
  return askOnce(place, { jsonrpc: '2.0', id, method: 'tools/call', params }, headers);
}

/** Sends one message on a connection of its own; status and text of the answer. */
export function askOnce(
  place: HttpPlace,
  message: object,
  further: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { headers, options } = targetOf(place);
  const body = JSON.stringify(message);
  const all = {
    ...headers,
    'content-type': 'application/json',
    'content-length': String(body.length),
    accept: 'application/json, text/event-stream',
    ...further,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, method: 'POST', headers: all, agent: false }, (answer) => {
      text(answer).then((said) => resolve(`${answer.statusCode} ${said}`), reject);
    });
    outgoing.once('error', reject).end(body);
  });
}
