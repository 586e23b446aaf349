// Reads a request's body into memory, up to a limit.
import type { IncomingMessage } from 'node:http';

/** The body as UTF-8 text, or `undefined` if it is larger than `limitBytes`. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength;
    // Read to its end all the same: a request that is left in the middle never hears the answer.
    if (sizeBytes <= limitBytes) chunks.push(chunk);
  }
  return sizeBytes > limitBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}
