/**
 * An HTTP server that holds out against whoever may connect on this computer: heads, their time and the number of
 * connections are bounded, and a connection that brings nothing makes room for one that may.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

export interface ServerBounds {
  /** How long a request's head may take, and a connection that was opened may be silent, milliseconds. */
  readonly headMs: number;
  /** How often that is looked at, milliseconds. */
  readonly checkMs: number;
  readonly maxConnections: number;
}

/** A person's servers with their event streams, and the connections that their client leaves behind, need far fewer. */
const usual: ServerBounds = { headMs: 10_000, checkMs: 2_000, maxConnections: 256 };
const maxHeadBytes = 16_384;
const maxHeaders = 200;
/** An upload goes on as fast as the server of others takes it. Answers are not counted: they may last for hours. */
const bodyMs = 3_600_000;
/** Clients that make a connection for each request keep it for as long as they are told. */
const idleMs = 5_000;

export function boundedServer(listener: RequestListener, bounds: ServerBounds = usual): Server {
  const connections = new Connections(bounds.maxConnections);
  const server = createServer(
    {
      maxHeaderSize: maxHeadBytes,
      headersTimeout: bounds.headMs,
      requestTimeout: bodyMs,
      connectionsCheckingInterval: bounds.checkMs,
      keepAliveTimeout: idleMs,
      insecureHTTPParser: false,
    },
    (request, response) => {
      connections.noteRequest(request);
      response.once('close', () => connections.noteAnswer(request));
      // Far below the number beyond which Node leaves headers out, maybe the ones that a request is judged by.
      if (request.rawHeaders.length > 2 * maxHeaders) response.writeHead(431, { connection: 'close' }).end();
      else listener(request, response);
    },
  );
  server.on('connection', (socket) => connections.add(socket));
  // A connection that cannot be accepted is nobody's, and would end the program if nobody heard of it.
  server.on('error', () => undefined);
  return server;
}

/** The connections of a server, of which only those are sacrificed that have no request under way. */
class Connections {
  private readonly limit: number;
  private readonly requests = new Map<Socket, number>();
  /** Without a request under way, longest first. */
  private readonly idle = new Set<Socket>();

  constructor(limit: number) {
    this.limit = limit;
  }

  add(socket: Socket): void {
    if (this.requests.size >= this.limit && !this.makeRoom()) {
      socket.destroy();
      return;
    }
    this.requests.set(socket, 0);
    this.idle.add(socket);
    socket.once('close', () => this.forget(socket));
  }

  noteRequest({ socket }: IncomingMessage): void {
    this.requests.set(socket, (this.requests.get(socket) ?? 0) + 1);
    this.idle.delete(socket);
  }

  noteAnswer({ socket }: IncomingMessage): void {
    const before = this.requests.get(socket);
    if (before === undefined) return;
    this.requests.set(socket, before - 1);
    if (before === 1) this.idle.add(socket);
  }

  private makeRoom(): boolean {
    for (const socket of this.idle) {
      this.forget(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  private forget(socket: Socket): void {
    this.requests.delete(socket);
    this.idle.delete(socket);
  }
}
