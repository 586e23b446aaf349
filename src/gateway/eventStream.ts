/**
 * An event stream on its way to the client. Only its first event is read; if that announces where messages go, the
 * gateway may put events of its own between those of the server from then on.
 */
import { Transform, type TransformCallback } from 'node:stream';
import { firstBlock, withAddress } from './endpointEvent.ts';

/** What is longer is no address; it is passed on as it is. */
const firstEventLimitBytes = 65_536;
const none = Buffer.alloc(0);
/** The end of a line, and ahead of it that of an empty one, which ends an event and may be ahead of another one. */
const eventEnd = /(?:\r\n|\n|\r(?!\n))(?=(\r\n|\n|\r))/g;
const longestEndBytes = 4;

export class EventStream extends Transform {
  /** The client's address for the one that the server announced. @throws what ends the stream. */
  private readonly readdress: (announced: string) => string;
  private phase: 'first_event' | 'older_transport' | 'passing' = 'first_event';
  private held: Buffer = none;
  /** The last bytes that went through, as far as they can be the beginning of an empty line. */
  private tail: Buffer = none;
  private waiting: string[] = [];

  constructor(readdress: (announced: string) => string) {
    super();
    this.readdress = readdress;
  }

  /** Whether anything can still be said: not once the server has ended the stream, be it still on its way. */
  get isOpen(): boolean {
    return !this.destroyed && !this.writableEnded;
  }

  /** Says something to the client between two events of the server. */
  say(event: string): void {
    if (!this.isOpen) return;
    this.waiting.push(event);
    if (endOfEvent(this.tail, this.tail.length) !== undefined) this.sayWaiting();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    try {
      if (this.phase === 'first_event') this.readFirst(chunk);
      else this.pass(chunk);
      done();
    } catch (thrown) {
      done(thrown as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    if (this.held.length > 0) this.push(this.held);
    done();
  }

  private readFirst(chunk: Buffer): void {
    let left = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    this.held = none;
    for (let block = firstBlock(left); block !== undefined; block = firstBlock(left)) {
      left = left.subarray(block.bytes.length);
      const { event } = block;
      if (event?.type === 'endpoint' && block.bytes.length <= firstEventLimitBytes) {
        this.phase = 'older_transport';
        this.pass(withAddress(block, this.readdress(event.data)));
      } else {
        if (event !== undefined) this.phase = 'passing';
        this.push(block.bytes);
      }
      if (event !== undefined) {
        if (left.length > 0) this.pass(left);
        return;
      }
    }
    this.held = left;
    if (left.length <= firstEventLimitBytes) return;
    this.phase = 'passing';
    this.held = none;
    this.push(left);
  }

  private pass(chunk: Buffer): void {
    if (this.phase === 'passing') {
      this.push(chunk);
      return;
    }
    const seen = chunk.length < longestEndBytes ? Buffer.concat([this.tail, chunk]) : chunk;
    const end = this.waiting.length === 0 ? undefined : this.endWithin(chunk);
    this.tail = seen.subarray(-longestEndBytes);
    this.push(end === undefined ? chunk : chunk.subarray(0, end));
    if (end === undefined) return;
    this.sayWaiting();
    if (end < chunk.length) this.push(chunk.subarray(end));
  }

  /** Where in the chunk the first event ends. */
  private endWithin(chunk: Buffer): number | undefined {
    const { tail } = this;
    const end = endOfEvent(Buffer.concat([tail, chunk]), tail.length + 1);
    return end === undefined ? undefined : end - tail.length;
  }

  private sayWaiting(): void {
    for (const event of this.waiting.splice(0)) this.push(event);
  }
}

/** Where an event ends, at the earliest there. */
function endOfEvent(bytes: Buffer, earliest: number): number | undefined {
  for (const match of bytes.toString('latin1').matchAll(eventEnd)) {
    const end = match.index + match[0].length + (match[1] ?? '').length;
    if (end >= earliest) return end;
  }
  return undefined;
}
