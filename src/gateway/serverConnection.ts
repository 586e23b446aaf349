/** Connections to servers, kept between requests. */
import http, { Agent, request as ownRequest, type ClientRequest, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';

/** Idle connections are closed before servers usually close them. */
const keepAlive = { keepAlive: true, timeout: 4_000 };
const agents = { 'http:': new Agent(keepAlive), 'https:': new https.Agent(keepAlive) };

/** What VS Code never sends through a proxy, and where no certificate is looked at. */
const ownComputer = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An address as a request names it. */
interface Place {
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  readonly host: string;
}

/** Worked out once for each address: a server's is the same object with every request. */
const places = new WeakMap<URL, Place>();

/**
 * VS Code puts its support for proxies and certificates into the objects that `node:http` and `node:https` export, so
 * that is what servers are asked through. It costs a request several times what it costs otherwise: servers of this
 * computer, which it lets pass anyway, are asked with the function that the module exports by name, which stays Node's.
 * @param isFresh true for a connection of its own.
 */
export function openRequest(
  target: URL,
  options: { readonly method: string; readonly headers: OutgoingHttpHeaders },
  isFresh: boolean,
): ClientRequest {
  if (target.protocol === 'https:')
    return https.request(target, { ...options, agent: isFresh ? false : agents['https:'] });
  const agent = isFresh ? false : agents['http:'];
  if (!ownComputer.has(target.hostname)) return http.request(target, { ...options, agent });
  const { host, ...place } = placeOf(target);
  return ownRequest({ ...place, agent, method: options.method, headers: listOf(host, options.headers) });
}

function placeOf(target: URL): Place {
  const known = places.get(target);
  if (known !== undefined) return known;
  const { host, port, pathname, search } = target;
  const place = { hostname: target.hostname.replace(/^\[|\]$/g, ''), port, path: pathname + search, host };
  places.set(target, place);
  return place;
}

/** Names and values in turn: Node takes such a list as it is, and an object apart first. */
function listOf(host: string, headers: OutgoingHttpHeaders): string[] {
  const list = ['host', host];
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) for (const one of value) list.push(name, one);
    else if (value !== undefined) list.push(name, String(value));
  }
  return list;
}
