/** A server on a free port, and the ways in which its answers fail that every door has in common. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

/** One request, as far as it was sent, and where its answer goes. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly sent: string;
}

/** Those that a server can have at any door, without a word of what was asked. */
export const plainFaults = [
  /** 503, nothing done. */
  'busy',
  /** The connection is reset before anything is done. */
  'reset',
  /** An answer that takes its time. */
  'slow',
  /** Half an answer. */
  'truncated',
] as const;

export type PlainFault = (typeof plainFaults)[number];

const slowMs = 400;

export class ListeningServer {
  private readonly server = createServer((request, response) => void this.take(request, response));
  private readonly serve: (visit: Visit) => Promise<void>;

  constructor(serve: (visit: Visit) => Promise<void>) {
    this.serve = serve;
    // Node's five seconds are the time from one token to the next: a slow computer would have connections break that were
    // taken up again just as they were closed, which would be more faults than are counted here.
    this.server.keepAliveTimeout = 60_000;
  }

  open(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many connections are open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request).catch(() => undefined);
    // Whoever asked is gone.
    if (sent !== undefined) await this.serve({ request, response, sent });
  }
}

/** @param fault undefined for an answer that comes as it should. */
export async function answer(
  { request, response }: Visit,
  body: object,
  fault: PlainFault | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const whole = JSON.stringify(body);
  const head = { 'content-type': 'application/json', 'content-length': whole.length, ...headers };
  switch (fault) {
    case 'busy':
      response.writeHead(503, { 'content-type': 'text/plain' }).end('Busy.');
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'truncated':
      response.writeHead(200, head).write(whole.slice(0, whole.length / 2), () => request.socket.destroy());
      return;
    case 'slow':
      await pause(slowMs);
      break;
    case undefined:
  }
  response.writeHead(200, head).end(whole);
}
