/** One request without credentials tells what a server wants (checklist 2.1, design 5.1). */
import { AuthError } from './authError.ts';
import { parseChallenge } from './challenge.ts';
import { readJson } from './jsonBody.ts';
import { addressWithin, keepsRequest, maxRedirects } from './ownAddress.ts';
import { retryAfterOf } from './retryAfter.ts';
import { isBusy, type Transport } from './transport.ts';
import type { Challenge } from './wire/challenge.ts';

/** Whether the server answers anybody, or wants to know who asks. */
export type FirstContact =
  { readonly kind: 'open' } | { readonly kind: 'closed'; readonly challenge: Challenge | undefined };

/**
 * @param configuredHeaders go to the server itself and to no well-known address (field case 17).
 * @throws AuthError of the transport, `server_busy`, `server_failed`.
 */
export async function contactServer(
  transport: Transport,
  serverUrl: string,
  configuredHeaders: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<FirstContact> {
  const answer = await ask(transport, serverUrl, {
    method: 'POST',
    headers: {
      ...configuredHeaders,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: initializeRequest,
    signal,
  });
  const contact = await judgeAnswer(answer, serverUrl);
  if (contact !== undefined) return contact;
  // The older transport takes nothing at its address but the request for its stream.
  if (answer.status === 404 || answer.status === 405) {
    const headers = { ...configuredHeaders, accept: 'text/event-stream' };
    const stream = await ask(transport, serverUrl, { method: 'GET', headers, signal });
    const older = await judgeAnswer(stream, serverUrl);
    if (older !== undefined) return older;
  }
  throw new AuthError('server_failed', factsOf(answer, serverUrl));
}

/** Follows redirects as the gateway does, within the server's origin: many send to their address with a slash before all else. */
async function ask(
  transport: Transport,
  serverUrl: string,
  request: RequestInit & { readonly method: string },
): Promise<Response> {
  const { origin } = new URL(serverUrl);
  let address = new URL(serverUrl);
  for (let hop = 0; ; hop++) {
    const answer = await transport.send('first_contact', address.href, request);
    const next = addressWithin(origin, answer.headers.get('location') ?? '', address);
    if (hop === maxRedirects || next === undefined || !keepsRequest(answer.status, request.method))
      return answer;
    address = next;
  }
}

/** @returns undefined where it is the answer of no MCP server. */
async function judgeAnswer(response: Response, serverUrl: string): Promise<FirstContact | undefined> {
  const challenge = parseChallenge(response.headers.get('www-authenticate'));
  if (response.status === 401 || (response.status === 403 && challenge !== undefined))
    return { kind: 'closed', challenge };
  if (isBusy(response.status))
    throw new AuthError('server_busy', {
      ...factsOf(response, serverUrl),
      ...retryAfterOf(response.headers),
    });
  // A JSON-RPC answer, a result or an error of the protocol, proves an MCP server that asks for no sign-in; those that
  // know no `initialize` any more say so with 400 (checklist 13.6).
  return (await isJsonRpc(response)) ? { kind: 'open' } : undefined;
}

function factsOf({ status }: Response, serverUrl: string) {
  return { host: new URL(serverUrl).host, status };
}

async function isJsonRpc(response: Response): Promise<boolean> {
  const isStream = response.headers.get('content-type')?.includes('text/event-stream') === true;
  if (response.ok && isStream) return true;
  const body = await readJson(response);
  return typeof body === 'object' && body !== null && 'jsonrpc' in body;
}

const initializeRequest = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'mcp-oauth', version: '1' },
  },
});
