/** What is still held when ten thousand calls have gone through. */
import { within } from '../../support/deadline.ts';
import type { Figure, Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { Place } from '../station/orders.ts';
import type { Stations } from '../stations.ts';

/** Of what ten thousand calls might leave behind: a hundred bytes of each would be seen. */
const flatMb = 1;
const startMs = 30_000;

export const gatewayMemory: Row = {
  name: 'gatewayMemory',
  group: 'gateway',
  async measure(stand) {
    const { caller, bare, ours, host, to } = await stand.ways();
    const calls = stand.options.isQuick ? 2_000 : 10_000;
    const beside = stand.stations.beside('mcp-remote');
    const ways = [
      { who: 'bare proxy', station: bare, place: to.bare },
      { who: 'mcp-remote', station: beside.station, place: startedBeside(to.remote, beside) },
      { who: 'process', station: ours, place: to.ours },
      ...(host && to.hosted ? [{ who: 'in VS Code', station: host, place: to.hosted }] : []),
    ];
    const amount = { bodyBytes: 200, callers: 8 };
    const kept = new Map<string, number>();
    for (const { who, station, place } of ways) {
      // What is compiled and pooled along the way comes once.
      await caller.ask('callMany', { place, ...amount, calls: calls / 2 });
      const measured = await within(startMs, `${who} is no station.`, Promise.resolve(station));
      const before = await measured.ask('memory', {});
      await caller.ask('callMany', { place, ...amount, calls });
      kept.set(who, (await measured.ask('memory', {})).held - before.held);
      await caller.ask('hangUp', {});
    }
    const figure = (who: string): Figure => ({ who, value: kept.get(who) ?? NaN });
    return ['process', ...(host ? ['in VS Code'] : [])].flatMap((who) =>
      ['bare proxy', 'mcp-remote'].map((peer): Line => {
        const own = figure(who);
        return {
          row: 'memory',
          what: `MB kept after ${calls} calls of 200 B`,
          ours: own,
          peer: figure(peer),
          // A real VS Code does other things meanwhile, which are not the gateway's.
          ...(who === 'process' && { budget: `≤ ${flatMb} MB`, isWithin: own.value <= flatMb }),
        };
      }),
    );
  },
};

/** So that it can be asked what it holds, too. */
function startedBeside(place: Place, { args, env }: ReturnType<Stations['beside']>): Place {
  if (place.kind !== 'program') throw new Error('This is not started for a row.');
  return { ...place, args: [...args, ...place.args], env: { ...place.env, ...env } };
}
