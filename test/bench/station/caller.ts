/** Calls places by turns, so that whatever else the computer does meanwhile strikes all of them alike. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { median, quantile } from '../figures.ts';
import type { Load, Loads, Orders, Places, Rounds } from './orders.ts';
import { openWire, targetOf, type Wire } from './wire.ts';

export async function callInTurn({
  places,
  bodyBytes,
  rounds,
  callsEach,
  warmUpCalls,
}: Orders['callInTurn']['wish']): Promise<Rounds> {
  return onWires(places, bodyBytes, rounds, {
    warmUp: (wire) => times(warmUpCalls, () => wire.call()),
    measure: async (wire) => {
      const took: number[] = [];
      await times(callsEach, async () => {
        const began = performance.now();
        await wire.call();
        took.push(performance.now() - began);
      });
      return median(took);
    },
  });
}

export async function callTogether({
  places,
  bodyBytes,
  rounds,
  callers,
  forMs,
}: Orders['callTogether']['wish']): Promise<Loads> {
  const measure = async (wire: Wire): Promise<Load> => {
    const began = performance.now();
    const took: number[] = [];
    const callOn = async () => {
      for (let now = began; now - began < forMs;) {
        const calledAt = now;
        await wire.call();
        now = performance.now();
        took.push(now - calledAt);
      }
    };
    await Promise.all(Array.from({ length: callers }, callOn));
    const seconds = (performance.now() - began) / 1000;
    return { callsPerSecond: took.length / seconds, p50: median(took), p99: quantile(took, 0.99) };
  };
  return onWires(places, bodyBytes, rounds, { warmUp: measure, measure });
}

export async function callMany({
  place,
  bodyBytes,
  callers,
  calls,
}: Orders['callMany']['wish']): Promise<object> {
  const wire = await openWire(place, bodyBytes);
  try {
    let left = calls;
    const callOn = async () => {
      while (left > 0) {
        left -= 1;
        await wire.call();
      }
    };
    await Promise.all(Array.from({ length: callers }, callOn));
    return {};
  } finally {
    wire.close();
  }
}

/** @throws Error where an event is missing. */
export function streamInTurn({ places, events, rounds }: Orders['streamInTurn']['wish']): Promise<Rounds> {
  const measure = async (wire: Wire) => {
    const began = performance.now();
    const seen = await wire.callForEvents(events);
    if (seen !== events) throw new Error(`Of ${events} events ${seen} came.`);
    return performance.now() - began;
  };
  return onWires(places, 0, rounds, { warmUp: measure, measure });
}

/** Reads as fast as it can, or slowly: then what it does not take has to wait at the server. */
export async function readStream({
  place,
  pauseMs,
  forMs,
}: Orders['readStream']['wish']): Promise<{ readonly bytes: number }> {
  if (place.kind === 'program') throw new Error('Streams are read over HTTP.');
  const { headers, options } = targetOf(place);
  const outgoing = request({
    ...options,
    method: 'GET',
    headers: { ...headers, accept: 'text/event-stream' },
  });
  outgoing.end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`Answered ${answer.statusCode}.`);
  const began = performance.now();
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (pauseMs > 0) await pause(pauseMs);
    if (forMs !== undefined && performance.now() - began > forMs) break;
  }
  return { bytes };
}

interface Measuring<Seen> {
  readonly warmUp: (wire: Wire) => Promise<unknown>;
  readonly measure: (wire: Wire) => Promise<Seen>;
}

async function onWires<Seen>(
  places: Places,
  bodyBytes: number,
  rounds: number,
  { warmUp, measure }: Measuring<Seen>,
): Promise<Readonly<Record<string, readonly Seen[]>>> {
  const wires = new Map<string, Wire>();
  const found: Record<string, Seen[]> = {};
  try {
    for (const [name, place] of Object.entries(places)) {
      const wire = await openWire(place, bodyBytes);
      wires.set(name, wire);
      await warmUp(wire);
    }
    for (let round = 0; round < rounds; round++)
      for (const [name, wire] of wires) (found[name] ??= []).push(await measure(wire));
    return found;
  } finally {
    for (const wire of wires.values()) wire.close();
  }
}

async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index++) await work();
}
