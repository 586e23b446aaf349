/** A call that is answered with a thousand events before its result: all of them come, and how long that takes. */
import { median } from '../figures.ts';
import { atMost, compare, less, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { Rounds } from '../station/orders.ts';

const events = 1_000;

export const gatewayStreams: Row = {
  name: 'gatewayStreams',
  group: 'gateway',
  async measure(stand) {
    const { caller, host, to } = await stand.ways();
    const rounds = stand.options.isQuick ? 5 : 40;
    const outside = await caller.ask('streamInTurn', { places: to, events, rounds });
    const lines = linesOf(outside, 'ours', 'process');
    return host === undefined ? lines : [...lines, ...linesOf(outside, 'hosted', 'in VS Code')];
  },
};

function linesOf(seen: Rounds, way: string, who: string): readonly Line[] {
  const figure = (name: string, shown: string): Figure => {
    const raw = seen[name] ?? [];
    return { who: shown, value: median(raw), raw };
  };
  const what = `ms until ${events} events and the result are there`;
  return [
    compare('event stream', what, figure(way, who), figure('bare', 'bare proxy'), atMost(1.25)),
    compare('event stream', what, figure(way, who), figure('remote', 'mcp-remote'), less),
  ];
}
