/**
 * Where the clients of the older HTTP+SSE transport post their messages: an address of the gateway's for each stream that
 * announced one, as unguessable as the path of the server, and good for as long as the stream is open.
 */
import type { EventStream } from './eventStream.ts';
import { unguessable } from './paths.ts';

export interface MessageAddress {
  /** Under which the server is given out. */
  readonly serverPath: string;
  /** What the server announced. */
  readonly target: URL;
  /** Where the answers go. */
  readonly stream: EventStream;
}

export class MessageAddresses {
  private readonly open = new Map<string, MessageAddress>();

  /** Its path. */
  add(address: MessageAddress): string {
    const { serverPath, stream } = address;
    const path = `${serverPath.slice(0, serverPath.lastIndexOf('/'))}/messages/${unguessable()}`;
    this.open.set(path, address);
    stream.once('close', () => this.open.delete(path));
    return path;
  }

  find(path: string): MessageAddress | undefined {
    return this.open.get(path);
  }
}
