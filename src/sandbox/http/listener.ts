// An HTTP server on a loopback address that knows its own origin before it has anything to serve: both servers of
// the sandbox print the other's address in their documents, so both ports must be open before either is built.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

import { isLoopbackAuthority, isLoopbackHost } from './loopback.ts';
import { describeRequest } from './requestLog.ts';

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
  readonly log: (line: string) => void;
}

/** The port is in use by another program. */
export class PortTakenError extends Error {}

/**
 * Opens a port.
 *
 * @throws PortTakenError, and Error if the host is not a loopback address or the port cannot be had.
 */
export async function openListener({ name, host, port, log }: ListenerOptions): Promise<Listener> {
  if (!isLoopbackHost(host)) {
    throw new Error(`The sandbox listens on this computer only; "${host}" is not a loopback address.`);
  }
  let handler: Handler | undefined;
  const server = createServer((request, response) => {
    logWhenDone(name, request, response, log);
    void answer(handler, request, response, log);
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', (cause: NodeJS.ErrnoException) => reject(explain(cause, host, port)));
  server.listen(port, host.replace(/^\[|\]$/g, ''), () => resolve(undefined));
  await listening;

  const address = server.address();
  const openPort = address !== null && typeof address === 'object' ? address.port : port;
  const urlHost = host === '::1' ? '[::1]' : host;
  let closing: Promise<void> | undefined;
  return {
    origin: new URL(`http://${urlHost}:${openPort}`).origin,
    serve: (next) => {
      handler = next;
    },
    close: () => {
      closing ??= new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
      return closing;
    },
  };
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
    log(describeRequest({ server, method, url, status, durationMs: performance.now() - beganAtMs }));
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
  if (handler === undefined) {
    response.writeHead(503, { 'retry-after': '1' }).end();
    return;
  }
  try {
    await handler(request, response);
  } catch (error) {
    log(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
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
