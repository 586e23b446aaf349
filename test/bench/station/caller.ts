/** Calls places by turns, so that whatever else the computer does meanwhile strikes all of them alike. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { median } from '../figures.ts';
import type { Orders, Places, Rounds } from './orders.ts';
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
}: Orders['callTogether']['wish']): Promise<Rounds> {
  const measure = async (wire: Wire) => {
    const began = performance.now();
    let calls = 0;
    const callOn = async () => {
      for (; performance.now() - began < forMs; calls += 1) await wire.call();
    };
    await Promise.all(Array.from({ length: callers }, callOn));
    return (calls / (performance.now() - began)) * 1000;
  };
  return onWires(places, bodyBytes, rounds, { warmUp: measure, measure });
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

interface Measuring {
  readonly warmUp: (wire: Wire) => Promise<unknown>;
  readonly measure: (wire: Wire) => Promise<number>;
}

async function onWires(
  places: Places,
  bodyBytes: number,
  rounds: number,
  { warmUp, measure }: Measuring,
): Promise<Rounds> {
  const wires = new Map<string, Wire>();
  const found: Record<string, number[]> = {};
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
