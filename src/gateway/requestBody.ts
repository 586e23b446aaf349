/** Reads a request's body far enough to answer in its name and to send it again, without holding a large one. */
import type { IncomingMessage } from 'node:http';

export interface RequestBody {
  /** What was read so far, all of it where `complete`. */
  readonly head: Buffer;
  readonly complete: boolean;
}

const headLimitBytes = 1_048_576;

export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let complete = true;
  const iterator = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of iterator) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > headLimitBytes) {
      complete = false;
      break;
    }
  }
  return { head: Buffer.concat(chunks), complete };
}
