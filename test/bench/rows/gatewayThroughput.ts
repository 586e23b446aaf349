/** Calls as fast as they go, from one caller and from 32: what is left of the calls per second, and how long one takes. */
import { byRound, median } from '../figures.ts';
import { atLeast, atMost, compare, less, more, type Budget, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { Load, Loads } from '../station/orders.ts';

/** Rounds so short that a noisy moment strikes all ways, and so many that the slowest hundredth of the calls is a crowd. */
const amounts = [
  { bodyBytes: 200, size: '200 B', callers: 1, rounds: 64, forMs: 50 },
  { bodyBytes: 1_000_000, size: '1 MB', callers: 1, rounds: 56, forMs: 60 },
  { bodyBytes: 200, size: '200 B', callers: 32, rounds: 64, forMs: 50 },
  { bodyBytes: 1_000_000, size: '1 MB', callers: 32, rounds: 16, forMs: 60 },
];
const warmUpMs = 1_000;

export const gatewayThroughput: Row = {
  name: 'gatewayThroughput',
  group: 'gateway',
  async measure(stand) {
    const { isQuick } = stand.options;
    const { caller, host, to } = await stand.ways();
    const { bareHosted, ...others } = to;
    const lines: Line[] = [];
    for (const { size, ...full } of isQuick ? amounts.slice(0, 3) : amounts) {
      const what = `${size}, ${full.callers} at once`;
      const amount = { warmUpMs, ...full, ...(isQuick && quick) };
      const outside = await caller.ask('callTogether', { places: others, ...amount });
      const fromOutside = { where: '', what, callers: full.callers };
      lines.push(...linesOf(fromOutside, outside, 'ours', 'process'));
      if (host === undefined || outside['hosted'] === undefined) continue;
      lines.push(...linesOf(fromOutside, outside, 'hosted', 'in VS Code'));
      const { direct, bare, hosted = bare, remote } = to;
      const places = { direct, bare, hosted, bareHosted: bareHosted ?? bare, remote };
      const inside = await host.ask('callTogether', { places, ...amount });
      const fromInside = { ...fromOutside, where: ', called inside' };
      lines.push(...linesOf(fromInside, inside, 'hosted', 'in VS Code'));
    }
    if (isQuick) stand.leftOut.push('throughput of 1 MB from 32 callers');
    return lines;
  },
};

const quick = { rounds: 20, forMs: 20, warmUpMs: 300 };

function linesOf(
  { where, what, callers }: { readonly where: string; readonly what: string; readonly callers: number },
  seen: Loads,
  way: string,
  who: string,
): readonly Line[] {
  const figure =
    (of: (load: Load) => number) =>
    (name: string, shown: string): Figure => {
      const load = seen[name];
      return { who: shown, value: load === undefined ? NaN : of(load) };
    };
  const share = (name: string, shown: string): Figure => {
    const { callsPerSecond: through = [] } = seen[name] ?? {};
    const { callsPerSecond: direct = [] } = seen['direct'] ?? {};
    const raw = byRound(through, direct, (one, other) => one / other);
    return { who: shown, value: median(raw), raw };
  };
  const [p50, p99] = [figure((load) => load.p50), figure((load) => load.p99)];
  const against = (
    name: string,
    shown: string,
    budgets?: { readonly share: Budget; readonly p50: Budget },
  ) => [
    compare(
      `throughput${where}`,
      `share of direct, ${what}`,
      share(way, who),
      share(name, shown),
      budgets?.share,
    ),
    compare(`call${where}`, `ms, p50, ${what}`, p50(way, who), p50(name, shown), budgets?.p50),
  ];
  const slowest = (name: string, shown: string, budget?: Budget) =>
    compare(`call${where}`, `ms, p99, ${what}`, p99(way, who), p99(name, shown), budget);
  // Design 11 measures the bare proxy from inside the extension host; from elsewhere, and of the slowest hundredth, it is told.
  // Where many calls are under way the proxy in a process of its own has half of the work done on another processor: what can
  // be reached without one is what a bare proxy reaches there.
  const isInside = where !== '';
  const floor = { share: atLeast(0.8), p50: atMost(1.25) };
  return [
    ...against('bare', 'bare proxy', isInside && callers === 1 ? floor : undefined),
    ...(isInside ? against('bareHosted', 'bare proxy in VS Code', callers > 1 ? floor : undefined) : []),
    ...against('remote', 'mcp-remote', { share: more, p50: less }),
    slowest('bare', 'bare proxy'),
    slowest('remote', 'mcp-remote', less),
  ];
}
