/** Streams the server's answer to the client as it comes. */
import { pipeline } from 'node:stream';
import type { ClientCall } from './clientCall.ts';
import type { EventStream } from './eventStream.ts';
import type { Answer } from './forward.ts';
import { answerHeaders } from './headers.ts';

/** @param through makes what the events of the older transport go through. */
export function passOn(call: ClientCall, answer: Answer, through: () => EventStream): void {
  const { response } = call;
  response.writeHead(answer.statusCode ?? 502, answerHeaders(answer));
  // The head goes at once where nobody knows what follows: an event stream may be silent for hours.
  if (answer.headers['content-length'] === undefined) response.flushHeaders();
  if (mayAnnounceAddress(call, answer)) {
    // Whichever end breaks off takes the other one with it.
    pipeline(answer, through(), response, () => undefined);
    return;
  }
  answer.pipe(response);
  answer.once('error', () => response.destroy());
  // It broke off before anybody listened.
  if (answer.destroyed) response.destroy();
}

/** In the older transport the first event says where messages go; it knows no sessions of the newer one. */
function mayAnnounceAddress({ method, headers }: ClientCall, answer: Answer): boolean {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = answer.headers;
  return (
    method === 'GET' &&
    answer.statusCode === 200 &&
    /^text\/event-stream\b/i.test(type) &&
    encoding === 'identity' &&
    answer.headers['content-length'] === undefined &&
    headers['mcp-session-id'] === undefined
  );
}
