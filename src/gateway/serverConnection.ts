/** Connections to servers, kept between requests. */
import http, { Agent, request as ownRequest, type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';

/** Idle connections are closed before servers usually close them. */
const keepAlive = { keepAlive: true, timeout: 4_000 };
const agents = { 'http:': new Agent(keepAlive), 'https:': new https.Agent(keepAlive) };

/** What VS Code never sends through a proxy, and where no certificate is looked at. */
const ownComputer = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * VS Code puts its support for proxies and certificates into the objects that `node:http` and `node:https` export, so
 * that is what servers are asked through. It costs a request several times what it costs otherwise: servers of this
 * computer, which it lets pass anyway, are asked with the function that the module exports by name, which stays Node's.
 * @param isFresh true for a connection of its own.
 */
export function openRequest(
  target: URL,
  options: Pick<RequestOptions, 'method' | 'headers'>,
  isFresh: boolean,
): ClientRequest {
  if (target.protocol === 'https:')
    return https.request(target, { ...options, agent: isFresh ? false : agents['https:'] });
  const request = ownComputer.has(target.hostname) ? ownRequest : http.request;
  return request(target, { ...options, agent: isFresh ? false : agents['http:'] });
}
