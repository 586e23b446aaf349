// What the streams of one session carried lately, so that a client whose connection broke off gets the rest when it
// comes back with the last event that it saw (MCP transports, resumability).
import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';

/** Enough for the longest count and whatever else is said meanwhile; beyond it the oldest event goes. */
const eventsLimit = 3_000;

interface PastEvent {
  readonly streamId: string;
  readonly message: JSONRPCMessage;
}

/** Keeps the last events of all streams of a session, and goes with it. */
export class EventHistory implements EventStore {
  readonly #events = new Map<string, PastEvent>();
  #lastId = 0;

  /** Whether what came after this event can still be told. */
  knows(eventId: string): boolean {
    return this.#events.has(eventId);
  }

  storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    const eventId = String((this.#lastId += 1));
    this.#events.set(eventId, { streamId, message });
    // The oldest of all streams: what is left of a stream is always its end, without a gap.
    const [oldest] = this.#events.keys();
    if (oldest !== undefined && this.#events.size > eventsLimit) this.#events.delete(oldest);
    return Promise.resolve(eventId);
  }

  async replayEventsAfter(
    lastEventId: string,
    { send }: { readonly send: (eventId: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const last = this.#events.get(lastEventId);
    if (!last) throw new Error('The event is not known, or no longer.');
    for (const [eventId, { streamId, message }] of this.#events) {
      if (streamId === last.streamId && Number(eventId) > Number(lastEventId)) await send(eventId, message);
    }
    return last.streamId;
  }
}
