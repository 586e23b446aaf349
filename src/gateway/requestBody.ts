/** Reads a request's body far enough to answer in its name and to send it again, without holding a large one. */
import type { IncomingMessage } from 'node:http';
import type { Headers } from './headers.ts';

export interface RequestBody {
  /** What was read so far, all of it where `complete`; in pieces as they came, since joining them would copy them. */
  readonly pieces: readonly Buffer[];
  /** How long the pieces are together. */
  readonly bytes: number;
  readonly complete: boolean;
  /** What the client said of its length, in bytes; undefined where it sends until it ends. */
  readonly announcedBytes: number | undefined;
}

const headLimitBytes = 1_048_576;
const none: RequestBody = { pieces: [], bytes: 0, complete: true, announcedBytes: undefined };

/** Never settles where the client goes away in the middle: nobody waits for what would come of it. */
export function readBody(incoming: IncomingMessage, headers: Headers): RequestBody | Promise<RequestBody> {
  const length = headers['content-length'];
  const announcedBytes = length === undefined ? undefined : Number(length);
  if (announcedBytes === 0 || (announcedBytes === undefined && headers['transfer-encoding'] === undefined))
    return none;
  if (announcedBytes !== undefined && announcedBytes > headLimitBytes)
    return { ...none, complete: false, announcedBytes };
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const settle = (complete: boolean) => {
      incoming.off('data', read).off('end', end);
      resolve({ pieces, bytes, complete, announcedBytes });
    };
    const read = (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.byteLength;
      if (bytes <= headLimitBytes) return;
      incoming.pause();
      settle(false);
    };
    const end = () => settle(true);
    incoming.on('data', read).once('end', end);
  });
}
