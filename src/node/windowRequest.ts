/** One message from window to window: JSON, posted to a socket or pipe, and the answer to it. */
import { request, type IncomingMessage } from 'node:http';
import type { PeerWindow } from './windowAnnouncements.ts';

/** Why a message got no answer that is one. */
export class LinkFault extends Error {
  override readonly name = 'LinkFault';
  readonly code: 'no_answer' | 'refused' | 'unreadable';

  constructor(code: LinkFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** All records of a window are in one answer. */
const maxAnswerBytes = 33_554_432;

/**
 * Posts a message and gives the parsed answer.
 * @throws LinkFault where the answer is none; what `node:net` throws, such as `ECONNREFUSED`; the signal's reason.
 */
export async function post(peer: PeerWindow, message: string, signal: AbortSignal): Promise<unknown> {
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      {
        socketPath: peer.address.path,
        path: peer.path,
        method: 'POST',
        // A kept connection may be one that the other window has just closed.
        agent: false,
        signal,
        headers: {
          host: 'localhost',
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(message),
        },
      },
      resolve,
    );
    outgoing.on('error', reject).end(message);
  });
  if (incoming.statusCode !== 200) {
    incoming.resume();
    throw new LinkFault('refused', `Another window answered with ${incoming.statusCode ?? 0}.`);
  }
  const answer = await readJson(incoming, maxAnswerBytes);
  if (answer === undefined) {
    incoming.destroy();
    throw new LinkFault('unreadable', 'Another window gave an answer that cannot be read.');
  }
  return answer;
}

/**
 * Undefined where it is longer than `maxBytes` or no JSON. The parser's own words are not used: they quote what it read.
 * @throws where the connection ends before its time.
 */
export async function readJson(message: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
