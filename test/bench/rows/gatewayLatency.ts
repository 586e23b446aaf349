/** What the way through adds to a small call, from outside of VS Code and from inside its extension host. */
import { byRound, median } from '../figures.ts';
import { atMost, compare, less, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { Rounds } from '../station/orders.ts';

const bodyBytes = 200;
const what = 'added to a call of 200 B, ms, median';

export const gatewayLatency: Row = {
  name: 'gatewayLatency',
  group: 'gateway',
  async measure(stand) {
    const { isQuick } = stand.options;
    const { caller, host, to } = await stand.ways();
    const amount = { bodyBytes, ...(isQuick ? quick : full) };
    const outside = await caller.ask('callInTurn', { places: to, ...amount });
    const lines = [...linesOf('latency', outside, 'ours', 'process')];
    if (host === undefined || outside['hosted'] === undefined) return lines;
    lines.push(...linesOf('latency', outside, 'hosted', 'in VS Code'));
    const { direct, bare, hosted = bare, remote } = to;
    const inside = await host.ask('callInTurn', { places: { direct, bare, hosted, remote }, ...amount });
    return [...lines, ...linesOf('latency, called inside', inside, 'hosted', 'in VS Code')];
  },
};

const quick = { rounds: 15, callsEach: 20, warmUpCalls: 300 };
const full = { rounds: 60, callsEach: 30, warmUpCalls: 1_000 };

function linesOf(row: string, seen: Rounds, way: string, who: string): readonly Line[] {
  const { direct = [] } = seen;
  const added = (name: string, shown: string): Figure => {
    const raw = byRound(seen[name] ?? [], direct, (through, straight) => through - straight);
    return { who: shown, value: median(raw), raw };
  };
  const ours = added(way, who);
  // Design 11 measures it from inside the extension host; from elsewhere it is told.
  return [
    compare(row, what, ours, added('bare', 'bare proxy'), row === 'latency' ? undefined : atMost(1.25)),
    compare(row, what, ours, added('remote', 'mcp-remote'), less),
  ];
}
