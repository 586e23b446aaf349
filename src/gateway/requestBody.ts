/** Reads a request's body far enough to answer in its name and to send it again, without holding a large one. */
import type { IncomingMessage } from 'node:http';
import type { Headers } from './headers.ts';

export interface RequestBody {
  /** What was read so far, all of it where `complete`. */
  readonly head: Buffer;
  readonly complete: boolean;
  /** What the client said of its length, in bytes; undefined where it sends until it ends. */
  readonly announcedBytes: number | undefined;
}

const headLimitBytes = 1_048_576;
const none: RequestBody = { head: Buffer.alloc(0), complete: true, announcedBytes: undefined };

/** Never settles where the client goes away in the middle: nobody waits for what would come of it. */
export function readBody(incoming: IncomingMessage, headers: Headers): RequestBody | Promise<RequestBody> {
  const length = headers['content-length'];
  const announcedBytes = length === undefined ? undefined : Number(length);
  if (announcedBytes === 0 || (announcedBytes === undefined && headers['transfer-encoding'] === undefined))
    return none;
  if (announcedBytes !== undefined && announcedBytes > headLimitBytes)
    return { ...none, complete: false, announcedBytes };
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (complete: boolean) => {
      incoming.off('data', read).off('end', end);
      const head = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      resolve({ head, complete, announcedBytes });
    };
    const read = (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes <= headLimitBytes) return;
      incoming.pause();
      settle(false);
    };
    const end = () => settle(true);
    incoming.on('data', read).once('end', end);
  });
}
