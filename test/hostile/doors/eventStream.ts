/** Event streams of servers of the older transport, cut anywhere, on their way through the gateway. */
import assert from 'node:assert/strict';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { EventStream } from '../../../src/gateway/eventStream.ts';
import type { Door } from '../door.ts';
import { addresses, text } from '../hostileText.ts';

interface Case {
  readonly pieces: readonly string[];
  readonly says: readonly number[];
}

const line = fc.oneof(
  fc.constantFrom(
    'event: endpoint',
    'event:endpoint',
    'data: /messages?id=1',
    'data:',
    'data',
    ': note',
    'id: 1',
    'retry: 1e400',
    '',
    '',
    'event: message',
    'data: {"jsonrpc":"2.0"}',
    '\ufeffevent: endpoint',
    'event: endpoint\0',
  ),
  fc.constantFrom(...addresses).map((address) => `data: ${address}`),
  text,
);
const stream = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '')), { maxLength: 14 })
  .map((all) => all.flat().join(''));

export const eventStreamDoor: Door<Case> = {
  name: 'eventStream',
  share: 8,
  cases: fc.record({
    pieces: fc
      .tuple(stream, fc.array(fc.nat(400), { maxLength: 6 }))
      .map(([whole, cuts]) => cutAt(whole, cuts)),
    says: fc.array(fc.nat(6), { maxLength: 3 }),
  }),
  async try({ pieces, says }) {
    let announced = 0;
    const through = new EventStream(() => {
      announced += 1;
      return '/messages/ours';
    });
    const chunks: Buffer[] = [];
    through.on('data', (chunk: Buffer) => chunks.push(chunk));
    const over = finished(through);
    let said = 0;
    for (const [index, piece] of pieces.entries()) {
      through.write(Buffer.from(piece));
      if (!says.includes(index)) continue;
      through.say('event: message\ndata: ours\n\n');
      said += 1;
    }
    through.end();
    await over;
    const sent = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    const came = Buffer.concat(chunks);
    assert.ok(announced <= 1, 'An address was announced twice.');
    // What the server sent comes as it was, but for the address and what we say ourselves.
    if (announced === 0 && said === 0) assert.deepEqual(came, sent);
    assert.ok(came.length <= sent.length + 100 + 40 * said);
  },
};

function cutAt(whole: string, cuts: readonly number[]): readonly string[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((one, other) => one - other);
  return [0, ...places].map((from, index) => whole.slice(from, places[index] ?? whole.length));
}
