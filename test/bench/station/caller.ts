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
  warmUpMs,
}: Orders['callTogether']['wish']): Promise<Loads> {
  const seen = await onWires(places, bodyBytes, rounds, {
    warmUp: (wire) => callFor(wire, callers, warmUpMs),
    measure: (wire) => callFor(wire, callers, forMs),
  });
  return Object.fromEntries(Object.entries(seen).map(([name, spells]) => [name, loadOf(spells)]));
}

/** One round at one place. */
interface Spell {
  readonly seconds: number;
  /** Milliseconds of each call. */
  readonly took: readonly number[];
}

async function callFor(wire: Wire, callers: number, forMs: number): Promise<Spell> {
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
  return { seconds: (performance.now() - began) / 1000, took };
}

function loadOf(spells: readonly Spell[]): Load {
  const all = spells.flatMap(({ took }) => took);
  return {
    callsPerSecond: spells.map(({ seconds, took }) => took.length / seconds),
    p50: median(all),
    p99: quantile(all, 0.99),
    calls: all.length,
  };
}

/** The ways that are open for further calls, by where they go. */
const open = new Map<string, Wire>();

export async function callMany({
  place,
  bodyBytes,
  callers,
  calls,
}: Orders['callMany']['wish']): Promise<object> {
  const where = JSON.stringify({ place, bodyBytes });
  const wire = open.get(where) ?? (await openWire(place, bodyBytes));
  open.set(where, wire);
  let left = calls;
  const callOn = async () => {
    while (left > 0) {
      left -= 1;
      await wire.call();
    }
  };
  await Promise.all(Array.from({ length: callers }, callOn));
  return {};
}

export function hangUp(): object {
  for (const wire of open.values()) wire.close();
  open.clear();
  return {};
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
    // There and back: nobody always follows the same one.
    const turns = [...wires];
    for (let round = 0; round < rounds; round++, turns.reverse())
      for (const [name, wire] of turns) (found[name] ??= []).push(await measure(wire));
    return found;
  } finally {
    for (const wire of wires.values()) wire.close();
  }
}

async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index++) await work();
}
