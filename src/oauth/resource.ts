/**
 * What a server wants: one request without credentials, and beside it the protected resource document guessed from
 * the server's address (RFC 9728, checklist 2). Without that document there is no sign-in.
 */
import { AuthError, mismatch } from './authError.ts';
import { parseChallenge } from './challenge.ts';
import { readJson } from './jsonBody.ts';
import { parseUrl } from './secureUrl.ts';
import { isBusy, type Transport } from './transport.ts';
import { readResourceDocument, type Challenge, type ResourceDocument } from './wire.ts';

/** What the server said to a request without credentials. */
export type Demand =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'sign_in';
      readonly document: ResourceDocument;
      readonly challenge: Challenge | undefined;
    };

/**
 * @throws AuthError of the transport, `server_failed`, `resource_metadata_missing`, `resource_metadata_invalid`,
 * `resource_mismatch`.
 * @param configuredHeaders go to the server itself and to no well-known address (field case 17).
 */
export async function discoverDemand(
  transport: Transport,
  serverUrl: string,
  configuredHeaders: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Demand> {
  const [pathAddress, ...rootAddress] = wellKnownAddresses(serverUrl);
  const guess = fetchDocument(transport, pathAddress, signal).catch(() => undefined);
  const contact = await contactServer(transport, serverUrl, configuredHeaders, signal);
  // A server that answers anybody may still offer a sign-in for more: its document says so.
  const { challenge } = contact;
  const named = challenge?.resourceMetadata;
  const document =
    named === undefined
      ? ((await guess) ?? (await firstDocument(transport, rootAddress, signal)))
      : await namedDocument(transport, new URL(serverUrl), named, { address: pathAddress, guess }, signal);
  if (document === undefined && contact.kind === 'open') return { kind: 'none' };
  if (document === undefined)
    throw new AuthError('resource_metadata_missing', { host: new URL(serverUrl).host });
  requireResourceFor(serverUrl, document.resource);
  return { kind: 'sign_in', document, challenge };
}

/** Where the document lies when no challenge says so, path first (checklist 2.3, 2.4). */
export function wellKnownAddresses(serverUrl: string): [string, ...string[]] {
  const { origin, pathname, search } = new URL(serverUrl);
  const root = `${origin}/.well-known/oauth-protected-resource`;
  const path = pathname === '/' ? '' : pathname;
  return path + search === '' ? [root] : [root + path + search, root];
}

interface Contact {
  readonly kind: 'open' | 'closed';
  readonly challenge: Challenge | undefined;
}

async function contactServer(
  transport: Transport,
  serverUrl: string,
  configuredHeaders: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Contact> {
  const response = await transport.send('first_contact', serverUrl, {
    method: 'POST',
    headers: {
      ...configuredHeaders,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: initializeRequest,
    signal,
  });
  const challenge = parseChallenge(response.headers.get('www-authenticate'));
  if (response.status === 401 || (response.status === 403 && challenge !== undefined))
    return { kind: 'closed', challenge };
  // A JSON-RPC answer, a result or an error of the protocol, proves an MCP server that asks for no sign-in.
  if (response.ok && (await isJsonRpc(response))) return { kind: 'open', challenge: undefined };
  throw new AuthError(isBusy(response.status) ? 'server_busy' : 'server_failed', {
    host: new URL(serverUrl).host,
    status: response.status,
  });
}

async function isJsonRpc(response: Response): Promise<boolean> {
  if (response.headers.get('content-type')?.includes('text/event-stream') === true) return true;
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

async function firstDocument(
  transport: Transport,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<ResourceDocument | undefined> {
  for (const address of addresses) {
    const document = await fetchDocument(transport, address, signal);
    if (document !== undefined) return document;
  }
  return undefined;
}

/** A document that the challenge names must be there: falling back would hide a broken server (checklist 2.18). */
async function namedDocument(
  transport: Transport,
  server: URL,
  named: string,
  guessed: { readonly address: string; readonly guess: Promise<ResourceDocument | undefined> },
  signal: AbortSignal,
): Promise<ResourceDocument> {
  // Some servers give a path alone (field case 21).
  const address = URL.canParse(named, server.href) ? new URL(named, server).href : undefined;
  if (address === undefined) throw new AuthError('resource_metadata_invalid', { host: server.host });
  const document =
    (address === guessed.address ? await guessed.guess : undefined) ??
    (await fetchDocument(transport, address, signal));
  if (document === undefined)
    throw new AuthError('resource_metadata_invalid', { host: new URL(address).host });
  return document;
}

/** Only 200 with a usable JSON object counts; all else at a well-known address is noise (checklist 2.6, field case 16). */
async function fetchDocument(
  transport: Transport,
  address: string,
  signal: AbortSignal,
): Promise<ResourceDocument | undefined> {
  const response = await transport.send('resource_document', address, {
    headers: { accept: 'application/json' },
    signal,
  });
  return response.status === 200 ? readResourceDocument(await readJson(response)) : undefined;
}

/**
 * Checklist 2.7, 2.8: the document must be about this server: the same address, or the same origin with a path that
 * is a whole-segment prefix. A token for anything else would be a token for somebody else.
 */
function requireResourceFor(serverUrl: string, resource: string): void {
  if (resource === serverUrl) return;
  const server = new URL(serverUrl);
  const named = parseUrl(resource);
  const prefix = named?.pathname.replace(/\/$/, '') ?? '';
  const about =
    named !== undefined &&
    named.origin === server.origin &&
    named.hash === '' &&
    (named.search === '' || named.search === server.search) &&
    (server.pathname === prefix || server.pathname.startsWith(`${prefix}/`));
  if (about) return;
  throw new AuthError('resource_mismatch', mismatch(serverUrl, resource));
}
