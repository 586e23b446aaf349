/** Which headers cross the gateway: everything but what belongs to one connection (RFC 9110 §7.6.1) and credentials. */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** By lower-case name; what came several times is a list. */
export type Headers = Readonly<Record<string, string | string[]>>;

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What is said anew for the server, or was for the gateway alone. */
const ofTheClient = new Set(['host', 'authorization', 'dpop', 'content-length', 'expect']);

/** A challenge would start the client's own sign-in; nonces are for whoever makes the proofs. */
const ofTheServer = new Set(['www-authenticate', 'dpop-nonce']);

/** Read in one pass: `IncomingMessage` has several views of its headers, each with a pass of its own. */
export function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = Object.create(null) as Record<string, string | string[]>;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (typeof before === 'string') headers[name] = [before, value];
    else before.push(value);
  }
  return headers;
}

/** The client's headers for the server, its credentials replaced by what the person configured or signed in to. */
export function requestHeaders(
  sent: Headers,
  configured: Readonly<Record<string, string>>,
  credentials: Readonly<Record<string, string>>,
): OutgoingHttpHeaders {
  const headers = Object.create(null) as OutgoingHttpHeaders;
  const named = namedIn(sent['connection']);
  for (const name in sent)
    if (!hopByHop.has(name) && !ofTheClient.has(name) && !named.has(name)) headers[name] = sent[name];
  for (const name in configured) headers[name.toLowerCase()] = configured[name];
  for (const name in credentials) headers[name.toLowerCase()] = credentials[name];
  return headers;
}

/** The server's headers for the client, names and values in turn, as they came. */
export function answerHeaders({ rawHeaders, headers: { connection } }: IncomingMessage): string[] {
  const kept: string[] = [];
  const named = namedIn(connection);
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const known = name.toLowerCase();
    if (hopByHop.has(known) || ofTheServer.has(known) || named.has(known)) continue;
    kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return kept;
}

/** Whether a header that holds a list, such as `Accept`, names one of these; parameters are passed over. */
export function lists(header: string | string[] | undefined, ...wanted: readonly string[]): boolean {
  if (header === undefined) return false;
  return String(header)
    .split(',')
    .some((item) => wanted.includes((item.split(';')[0] ?? '').trim().toLowerCase()));
}

const nothing: ReadonlySet<string> = new Set();

/** Further headers that belong to the connection alone. */
function namedIn(connection: string | string[] | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return nothing;
  return new Set(
    String(connection)
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
}
