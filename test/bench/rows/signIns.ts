/**
 * What a sign-in costs until the first answer with a token, the person's time left out: where nobody is known yet, where
 * the client is registered and knows the server's documents, and where only the token is over.
 */
import { CountingServer, type Cost } from '../countingServer.ts';
import { median } from '../figures.ts';
import { atMost, compare, less, limited, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { CountedClient, CountedKind } from '../signIn/countedClient.ts';
import { ours } from '../signIn/ours.ts';
import { remote } from '../signIn/remote.ts';
import { sdk, sdkKeeping } from '../signIn/sdk.ts';

type Part = 'cold' | 'warm' | 'ranOut' | 'refused';

const parts: readonly Part[] = ['cold', 'warm', 'ranOut', 'refused'];
const words: Readonly<Record<Part, string>> = {
  cold: 'cold sign-in',
  warm: 'warm sign-in',
  ranOut: 'call, token ran out',
  refused: 'call, token refused',
};
/** Design 11. A call is the first answer with a token, too. */
const mostRequests: Readonly<Record<Part, number>> = { cold: 6, warm: 2, ranOut: 2, refused: 3 };
const mostInTurn = 5;
const warmUpRounds = 3;
const kinds: readonly CountedKind[] = [ours, sdk, sdkKeeping, remote];

export type Costs = Readonly<Record<Part, Cost>>;

export const signIns: Row = {
  name: 'signIns',
  group: 'signIn',
  async measure(stand) {
    const { isQuick } = stand.options;
    const lines: Line[] = [];
    await warmUp(kinds);
    for (const latencyMs of [0, 50]) {
      const seen = await inTurn(kinds, latencyMs, isQuick ? 1 : 5);
      for (const part of parts) lines.push(...linesOf(part, latencyMs, seen));
    }
    return lines;
  },
};

/** What runs in this process is loaded by the first rounds, which do not count; mcp-remote loads itself beforehand. */
async function warmUp(kinds: readonly CountedKind[]): Promise<void> {
  for (let round = 0; round < warmUpRounds; round++)
    for (const kind of kinds) if (kind !== remote) await costsOf(kind, 0);
}

/** By turns, so that whatever else the computer does strikes all of them alike. */
async function inTurn(
  kinds: readonly CountedKind[],
  latencyMs: number,
  rounds: number,
): Promise<ReadonlyMap<CountedKind, readonly Costs[]>> {
  const seen = new Map<CountedKind, Costs[]>(kinds.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round++)
    for (const kind of kinds) seen.get(kind)?.push(await costsOf(kind, latencyMs));
  return seen;
}

/** All parts, one after another, before a server of their own. */
export async function costsOf(kind: CountedKind, latencyMs: number): Promise<Costs> {
  const server = await CountingServer.start(latencyMs);
  let client: CountedClient | undefined;
  try {
    const opened = (client = await kind.open(server));
    const cold = await server.costOf(() => opened.signIn());
    await opened.forgetTokens();
    const warm = await server.costOf(() => opened.signIn());
    await opened.call();
    await server.quiet();
    server.endTokens();
    opened.passTokenTime();
    const ranOut = await server.costOf(() => opened.call());
    await server.quiet();
    server.endTokens();
    const refused = await server.costOf(() => opened.call());
    return { cold, warm, ranOut, refused };
  } finally {
    await client?.close();
    await server.close();
  }
}

function linesOf(
  part: Part,
  latencyMs: number,
  seen: ReadonlyMap<CountedKind, readonly Costs[]>,
): readonly Line[] {
  const row = words[part];
  const figure = (kind: CountedKind, of: (cost: Cost) => number): Figure => {
    const raw = (seen.get(kind) ?? []).map((costs) => of(costs[part]));
    return { who: kind.name, value: median(raw), raw };
  };
  const peers = [...seen.keys()].filter((kind) => kind !== ours);
  const requests = figure(ours, (cost) => cost.requests);
  const time = peers.map((peer) => {
    const asMany = figure(peer, (cost) => cost.requests).value === requests.value;
    // As many round trips take as long.
    const ahead = asMany ? atMost(1.05) : less;
    return compare(
      row,
      `client side, ms, ${latencyMs} ms added`,
      figure(ours, ({ tookMs }) => tookMs),
      figure(peer, ({ tookMs }) => tookMs),
      // No server is so near. What is left there is the processor's share: of checks that the SDK does not make, and of the
      // local endpoint, which its calls do not pass.
      latencyMs === 0 && peer !== remote ? undefined : ahead,
    );
  });
  // Counts are the same at any latency.
  if (latencyMs === 0) return time;
  return [
    limited(row, 'requests', requests, mostRequests[part]),
    ...(part === 'cold'
      ? [
          limited(
            row,
            'requests one after another',
            figure(ours, (cost) => cost.inTurn),
            mostInTurn,
          ),
        ]
      : []),
    ...peers.map((peer) =>
      compare(
        row,
        'requests',
        requests,
        figure(peer, (cost) => cost.requests),
        atMost(1),
      ),
    ),
    ...time,
  ];
}
