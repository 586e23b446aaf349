// An HTTP server on a loopback address that knows its own origin before it has anything to serve: both servers of
// the sandbox print the other's address in their documents, so both ports must be open before either is built.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';

import { isLoopbackAuthority, isLoopbackHost } from './loopback.ts';
import { describeFailure, describeRequest } from './requestLog.ts';

/** Answers one request. What it throws ends in a plain 500. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** An open port. `origin` is `http://host:port`. */
export interface Listener {
  readonly origin: string;
  serve(handler: Handler): void;
  close(): Promise<void>;
}

/** Where to listen. `log` takes one line for each request, under the `name` of the server. */
export interface ListenerOptions {
  readonly name: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Further addresses of this computer to take the same port on, where they exist. */
  readonly alsoOn?: readonly string[];
  readonly log: (line: string) => void;
}

/** The port is in use by another program. */
export class PortTakenError extends Error {}

/** Where browsers look for `localhost` and the names below it, some here first and some there. */
export const bothLoopbacks: readonly string[] = ['127.0.0.1', '::1'];

/** How many free ports are tried where one has to be free on several addresses. */
const freePortTries = 10;

/**
 * Opens a port.
 *
 * @throws PortTakenError, and Error if the host is not a loopback address or the port cannot be had.
 */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { name, host, port, alsoOn = [], log } = options;
  if (!isLoopbackHost(host)) {
    throw new Error(`The sandbox listens on this computer only; "${host}" is not a loopback address.`);
  }
  let handler: Handler | undefined;
  const create = () =>
    createServer((request, response) => {
      logWhenDone(name, request, response, log);
      void answer(handler, request, response, log);
    });
  const bare = host.replace(/^\[|\]$/g, '');
  const addresses = isIP(bare) === 0 ? bothLoopbacks : [bare, ...alsoOn];
  const servers = await listenTogether(create, [...new Set(addresses)], port);
  for (const server of servers) server.on('error', (error) => log(describeFailure(error)));
  const address = servers[0]?.address();
  const openPort = address !== null && typeof address === 'object' ? address.port : port;
  const urlHost = bare === '::1' ? '[::1]' : bare;
  let closing: Promise<unknown> | undefined;
  return {
    origin: new URL(`http://${urlHost}:${openPort}`).origin,
    serve: (next) => {
      handler = next;
    },
    close: async () => {
      closing ??= Promise.all(servers.map(closeServer));
      await closing;
    },
  };
}

/** One port on every address: whoever had it on one of them would be taken for this program. */
async function listenTogether(
  create: () => Server,
  hosts: readonly string[],
  port: number,
  triesLeft = freePortTries,
): Promise<Server[]> {
  const servers: Server[] = [];
  let openPort = port;
  try {
    for (const host of hosts) {
      const server = await listen(create(), host, openPort, servers.length > 0);
      if (!server) continue;
      servers.push(server);
      openPort = (server.address() as AddressInfo).port;
    }
    return servers;
  } catch (error) {
    await Promise.all(servers.map(closeServer));
    const mayTryAgain = port === 0 && triesLeft > 0 && error instanceof PortTakenError;
    if (mayTryAgain) return listenTogether(create, hosts, port, triesLeft - 1);
    throw error;
  }
}

/** Listens; `undefined` where the address is a further one and this computer does not have it. */
async function listen(
  server: Server,
  host: string,
  port: number,
  isFurther: boolean,
): Promise<Server | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  const refuse = (cause: NodeJS.ErrnoException) => {
    if (isFurther && /^(EADDRNOTAVAIL|EAFNOSUPPORT)$/.test(cause.code ?? '')) resolve(undefined);
    else reject(explain(cause, host, port));
  };
  server.once('error', refuse);
  server.listen({ port, host, ipv6Only: true }, () => {
    server.off('error', refuse);
    resolve(server);
  });
  return promise;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}

function logWhenDone(
  server: string,
  request: IncomingMessage,
  response: ServerResponse,
  log: (line: string) => void,
): void {
  const beganAtMs = performance.now();
  const { method = '', url = '/' } = request;
  response.once('close', () => {
    const status = response.headersSent ? response.statusCode : 0;
    const location = response.getHeader('location');
    log(
      describeRequest({
        server,
        method,
        url,
        status,
        ...(typeof location === 'string' ? { location } : {}),
        durationMs: performance.now() - beganAtMs,
      }),
    );
  });
}

async function answer(
  handler: Handler | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  log: (line: string) => void,
): Promise<void> {
  if (!isLoopbackAuthority(request.headers.host)) {
    // A page of another site can point its own name at this address (DNS rebinding); its name gives it away.
    response.writeHead(421).end();
    return;
  }
  // A target that is no path, such as that of a proxy request: nothing behind this expects one.
  if (request.url?.startsWith('/') !== true || !URL.canParse(request.url, 'http://sandbox')) {
    response.writeHead(400).end();
    return;
  }
  if (handler === undefined) {
    response.writeHead(503, { 'retry-after': '1' }).end();
    return;
  }
  try {
    await handler(request, response);
  } catch (error) {
    log(describeFailure(error));
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  }
}

function explain(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  if (cause.code === 'EADDRINUSE')
    return new PortTakenError(`Port ${port} on ${host} is in use by another program.`, { cause });
  if (cause.code === 'EACCES')
    return new Error(`Port ${port} on ${host} may not be opened by this user.`, { cause });
  return new Error(`Port ${port} on ${host} could not be opened: ${cause.message}`, { cause });
}
