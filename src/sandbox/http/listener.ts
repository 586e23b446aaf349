// An HTTP server on a loopback address that knows its own origin before it has anything to serve: both servers of
// the sandbox print the other's address in their documents, so both ports must be open before either is built.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

import { isLoopbackAuthority, isLoopbackHost } from './loopback.ts';

/** Answers one request. What it throws ends in a plain 500. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** An open port. `origin` is `http://host:port`. */
export interface Listener {
  readonly origin: string;
  serve(handler: Handler): void;
  close(): Promise<void>;
}

/**
 * Opens a port; 0 takes a free one.
 *
 * @throws Error if the host is not a loopback address or the port cannot be had.
 */
export async function openListener(host: string, port: number): Promise<Listener> {
  if (!isLoopbackHost(host)) {
    throw new Error(`The sandbox listens on this computer only; "${host}" is not a loopback address.`);
  }
  let handler: Handler | undefined;
  const server = createServer((request, response) => void answer(handler, request, response));
  const { promise: listening, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', (cause: NodeJS.ErrnoException) =>
    reject(new Error(explain(cause, host, port), { cause })),
  );
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

async function answer(handler: Handler | undefined, request: IncomingMessage, response: ServerResponse) {
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
    process.stderr.write(
      `Sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  }
}

function explain(cause: NodeJS.ErrnoException, host: string, port: number): string {
  if (cause.code === 'EADDRINUSE') return `Port ${port} on ${host} is in use by another program.`;
  if (cause.code === 'EACCES') return `Port ${port} on ${host} may not be opened by this user.`;
  return `Port ${port} on ${host} could not be opened: ${cause.message}`;
}
