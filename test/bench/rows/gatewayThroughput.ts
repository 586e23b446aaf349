/** What is left of the calls per second that the server answers straight, with 32 callers at once. */
import { byRound, median } from '../figures.ts';
import { atLeast, compare, more, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { Rounds } from '../station/orders.ts';

const callers = 32;
const sizes = [
  { bodyBytes: 200, words: '200 B' },
  { bodyBytes: 1_000_000, words: '1 MB' },
];

export const gatewayThroughput: Row = {
  name: 'gatewayThroughput',
  group: 'gateway',
  async measure(stand) {
    const { isQuick } = stand.options;
    const { caller, host, to } = await stand.ways();
    const lines: Line[] = [];
    for (const { bodyBytes, words } of sizes) {
      const what = `share of direct, ${words}, ${callers} callers`;
      const amount = { bodyBytes, callers, ...(isQuick ? quick : full) };
      const outside = await caller.ask('callTogether', { places: to, ...amount });
      lines.push(...linesOf('throughput', what, outside, 'ours', 'process'));
      if (host === undefined || outside['hosted'] === undefined) continue;
      lines.push(...linesOf('throughput', what, outside, 'hosted', 'in VS Code'));
      const { direct, bare, hosted = bare, remote } = to;
      const inside = await host.ask('callTogether', { places: { direct, bare, hosted, remote }, ...amount });
      lines.push(...linesOf('throughput, called inside', what, inside, 'hosted', 'in VS Code'));
    }
    return lines;
  },
};

const quick = { rounds: 3, forMs: 500 };
const full = { rounds: 9, forMs: 1_000 };

function linesOf(row: string, what: string, seen: Rounds, way: string, who: string): readonly Line[] {
  const { direct = [] } = seen;
  const share = (name: string, shown: string): Figure => {
    const raw = byRound(seen[name] ?? [], direct, (through, straight) => through / straight);
    return { who: shown, value: median(raw), raw };
  };
  const ours = share(way, who);
  return [
    compare(row, what, ours, share('bare', 'bare proxy'), atLeast(0.8)),
    compare(row, what, ours, share('remote', 'mcp-remote'), more),
  ];
}
