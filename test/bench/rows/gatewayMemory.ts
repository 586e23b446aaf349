/** What is still held when ten thousand calls have gone through. */
import type { Line } from '../report.ts';
import type { Row } from '../row.ts';

/** Of what ten thousand calls might leave behind: a hundred bytes of each would be seen. */
const flatMb = 1;

export const gatewayMemory: Row = {
  name: 'gatewayMemory',
  group: 'gateway',
  async measure(stand) {
    const { caller, bare, ours, host, to } = await stand.ways();
    const calls = stand.options.isQuick ? 2_000 : 10_000;
    const ways = [
      { who: 'bare proxy', station: bare, place: to.bare },
      { who: 'process', station: ours, place: to.ours },
      ...(host && to.hosted ? [{ who: 'in VS Code', station: host, place: to.hosted }] : []),
    ];
    const amount = { bodyBytes: 200, callers: 8 };
    const kept = new Map<string, number>();
    for (const { who, station, place } of ways) {
      // What is compiled and pooled along the way comes once.
      await caller.ask('callMany', { place, ...amount, calls: calls / 2 });
      const before = await station.ask('memory', {});
      await caller.ask('callMany', { place, ...amount, calls });
      kept.set(who, (await station.ask('memory', {})).held - before.held);
    }
    const peer = { who: 'bare proxy', value: kept.get('bare proxy') ?? NaN };
    return ways.slice(1).map(({ who }): Line => {
      const value = kept.get(who) ?? NaN;
      return {
        row: 'memory',
        what: `MB kept after ${calls} calls of 200 B`,
        ours: { who, value },
        peer,
        // A real VS Code does other things meanwhile, which are not the gateway's.
        ...(who === 'process' && { budget: `≤ ${flatMb} MB`, isWithin: value <= flatMb }),
      };
    });
  },
};
