/** Which headers cross the gateway: everything but what belongs to one connection (RFC 9110 §7.6.1) and credentials. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer } from './forward.ts';

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** The client's headers for the server, its credentials replaced by what the person configured or signed in to. */
export function requestHeaders(
  request: IncomingMessage,
  configured: Readonly<Record<string, string>>,
  credentials: Readonly<Record<string, string>>,
): OutgoingHttpHeaders {
  const headers = withoutHopByHop(request);
  delete headers['host'];
  delete headers['authorization'];
  delete headers['dpop'];
  delete headers['content-length'];
  for (const [name, value] of Object.entries({ ...configured, ...credentials }))
    headers[name.toLowerCase()] = value;
  return headers;
}

/** Streams the server's answer to the client as it comes. */
export function passOn(answer: Answer, response: ServerResponse): void {
  const headers = withoutHopByHop(answer);
  // A challenge would start the client's own sign-in.
  delete headers['www-authenticate'];
  delete headers['dpop-nonce'];
  response.writeHead(answer.statusCode ?? 502, headers);
  // The head goes at once: an event stream may be silent for hours.
  response.flushHeaders();
  answer.pipe(response);
  answer.once('error', () => response.destroy());
  // It broke off before anybody listened.
  if (answer.destroyed) response.destroy();
}

function withoutHopByHop(message: IncomingMessage): OutgoingHttpHeaders {
  const named = (message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([...hopByHop, ...named]);
  return Object.fromEntries(Object.entries(message.headersDistinct).filter(([name]) => !dropped.has(name)));
}
