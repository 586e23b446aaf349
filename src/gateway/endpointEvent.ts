/**
 * The first event of the older HTTP+SSE transport of MCP: `endpoint`, whose data is the address that messages are posted
 * to. Everything here works on bytes, of which nothing but that address is changed.
 */

/** A block of lines up to and with the empty line that ends it. */
export interface EventBlock {
  /** Undefined where nothing is dispatched: comments alone, or fields without data. */
  readonly event: { readonly type: string; readonly data: string } | undefined;
  readonly bytes: Buffer;
}

/** The first complete block; undefined where it has not ended yet. */
export function firstBlock(bytes: Buffer): EventBlock | undefined {
  const end = blockEnd(bytes);
  if (end === -1) return undefined;
  const block = bytes.subarray(0, end);
  return { event: eventIn(block), bytes: block };
}

/** Where the first block ends, behind its empty line; -1 where it does not. */
function blockEnd(bytes: Buffer): number {
  let lineBegin = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte !== carriageReturn && byte !== lineFeed) continue;
    const isEmpty = index === lineBegin;
    if (byte === carriageReturn && bytes[index + 1] === lineFeed) index += 1;
    if (isEmpty) return index + 1;
    lineBegin = index + 1;
  }
  return -1;
}

/** The same event with another address; what else it says, such as its id, is kept. */
export function withAddress({ bytes }: EventBlock, address: string): Buffer {
  const lines = linesOf(bytes).filter((line) => fieldOf(line).name !== 'data' && line !== '');
  return Buffer.from(`${[...lines, `data: ${address}`].join('\n')}\n\n`);
}

export function messageEvent(message: object): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`;
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
function eventIn(block: Buffer): EventBlock['event'] {
  let type = 'message';
  const data: string[] = [];
  for (const line of linesOf(block)) {
    const { name, value } = fieldOf(line);
    if (name === 'event') type = value === '' ? 'message' : value;
    if (name === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { type, data: data.join('\n') };
}

function linesOf(block: Buffer): string[] {
  return block
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/);
}

function fieldOf(line: string): { readonly name: string; readonly value: string } {
  const colon = line.indexOf(':');
  return colon === -1
    ? { name: line, value: '' }
    : { name: line.slice(0, colon), value: line.slice(colon + 1).replace(/^ /, '') };
}
