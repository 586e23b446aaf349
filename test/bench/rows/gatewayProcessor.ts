/** Processor time that a small call costs the process it goes through. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { median } from '../figures.ts';
import { compare, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { Place } from '../station/orders.ts';
import type { Station } from '../stations.ts';

const what = 'processor time of a call of 200 B, ms';

export const gatewayProcessor: Row = {
  name: 'gatewayProcessor',
  group: 'gateway',
  async measure(stand) {
    const { isQuick } = stand.options;
    const { caller, bare, ours, host, to } = await stand.ways();
    const ways = [
      { who: 'bare proxy', station: bare, place: to.bare },
      { who: 'process', station: ours, place: to.ours },
      ...(host && to.hosted ? [{ who: 'in VS Code', station: host, place: to.hosted }] : []),
    ];
    const seen = new Map<string, number[]>(ways.map(({ who }) => [who, []]));
    const { rounds, calls } = isQuick ? { rounds: 2, calls: 500 } : { rounds: 7, calls: 1_000 };
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const { who, station, place } of ways) {
        const ms = await costOf(caller, station, place, calls);
        if (round > 0) seen.get(who)?.push(ms);
      }
    }
    const { profileFolder } = stand.options;
    if (profileFolder !== undefined)
      for (const { who, station, place } of ways) {
        await station.ask('beginProfile', {});
        await callTimes(caller, place, 10 * calls);
        await station.ask('endProfile', { file: path.resolve(profileFolder, `${who}.cpuprofile`) });
      }
    const figureOf = (who: string): Figure => {
      const raw = seen.get(who) ?? [];
      return { who, value: median(raw), raw };
    };
    const peer = figureOf('bare proxy');
    const own = [...seen.keys()].filter((who) => who !== 'bare proxy');
    return own.map((who): Line => compare('processor', what, figureOf(who), peer));
  },
};

/** Without what the process does anyhow. */
async function costOf(caller: Station, station: Station, place: Place, calls: number): Promise<number> {
  const busy = await spentOver(station, () => callTimes(caller, place, calls));
  const idle = await spentOver(station, () => pause(300));
  return (busy.spentMs - (idle.spentMs / idle.tookMs) * busy.tookMs) / calls;
}

function callTimes(caller: Station, place: Place, calls: number): Promise<unknown> {
  const amount = { bodyBytes: 200, rounds: 1, callsEach: calls, warmUpCalls: 0 };
  return caller.ask('callInTurn', { places: { place }, ...amount });
}

async function spentOver(
  station: Station,
  work: () => Promise<unknown>,
): Promise<{ readonly spentMs: number; readonly tookMs: number }> {
  const before = await station.ask('processorMs', {});
  const began = performance.now();
  await work();
  const tookMs = performance.now() - began;
  const after = await station.ask('processorMs', {});
  return { spentMs: after.ms - before.ms, tookMs };
}
