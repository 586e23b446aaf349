// The answers that the MCP server gives itself, before a request has reached the protocol.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Challenge } from './challenge.ts';

/** The text of an answer, whole or in pieces that come one after another. */
export type ReplyBody = string | AsyncIterable<string>;

/** An answer before it is sent. `challenges` become its `WWW-Authenticate` header. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly challenges?: readonly Challenge[];
  readonly body?: ReplyBody;
}

/** In place of an answer: none, for as long as the client waits. */
export const silence = Symbol('silence');

/** In place of an answer: the connection ends. */
export const breakOff = Symbol('breakOff');

export type NoReply = typeof silence | typeof breakOff;

/** A JSON answer. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

/** An HTML page with one sentence in it; the sentence is markup already. */
export function page(status: number, markup: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!doctype html><title>Sandbox</title><p>${markup}</p>`,
  };
}

/** Sends an answer with the lines of its `WWW-Authenticate` header as they are to be written. */
export async function sendReply(
  response: ServerResponse,
  { status, headers = {}, body = '' }: Reply,
  challengeLines: readonly string[],
): Promise<void> {
  if (challengeLines.length > 0) response.setHeader('www-authenticate', challengeLines);
  response.writeHead(status, headers);
  if (typeof body === 'string') response.end(body);
  else await sendPieces(response, body);
}

async function sendPieces(response: ServerResponse, pieces: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), response);
  } catch (error) {
    // A client that leaves in the middle has had enough; that is no failure of the server.
    if (!response.destroyed) throw error;
  }
}
