/** What is held while an event stream goes through for long: read as fast as it comes, and read slowly. */
import { setTimeout as pause } from 'node:timers/promises';
import { rounded, type Figure, type Line } from '../report.ts';
import type { Row } from '../row.ts';
import type { Place } from '../station/orders.ts';
import type { Station } from '../stations.ts';
import type { Ways } from '../stand.ts';

/** Far less than goes through. */
const flatMb = 16;

interface Seen {
  /** How much more is held afterwards than before, in MB. */
  readonly kept: number;
  /** How much more of the computer's memory the process had at the most. */
  readonly resident: number;
  /** What the server was rid of and the reader had not read yet, in MB, with what the system buffers. */
  readonly between: number;
  readonly throughMb: number;
}

export const streamMemory: Row = {
  name: 'streamMemory',
  group: 'gateway',
  async measure(stand) {
    const ways = await stand.ways();
    const { bare, ours, host, toStream } = ways;
    const slow = { pauseMs: 20, forMs: stand.options.isQuick ? 1_500 : 10_000 };
    const lines: Line[] = [];
    for (const [reader, how] of [
      ['fast reader', { pauseMs: 0 }],
      ['slow reader', slow],
    ] as const) {
      const peer = await watch(ways, bare, toStream.bare, how);
      lines.push(...linesOf(reader, 'process', await watch(ways, ours, toStream.ours, how), peer));
      if (host && toStream.hosted)
        lines.push(...linesOf(reader, 'in VS Code', await watch(ways, host, toStream.hosted, how), peer));
    }
    return lines;
  },
};

async function watch(
  { caller, server }: Ways,
  station: Station,
  place: Place,
  how: { readonly pauseMs: number; readonly forMs?: number },
): Promise<Seen> {
  // The first stream brings what every later one finds there.
  await caller.ask('readStream', { place, pauseMs: 0, forMs: 300 });
  const before = await station.ask('memory', {});
  await station.ask('memoryPeak', {});
  const reading = caller.ask('readStream', { place, ...how });
  const { bytes } = await reading;
  const streamed = await server.ask('streamedBytes', {});
  const peak = await station.ask('memoryPeak', {});
  // What was broken off is let go of a moment later.
  await pause(200);
  const after = await station.ask('memory', {});
  return {
    kept: after.held - before.held,
    resident: peak.resident - before.resident,
    between: (streamed.bytes - bytes) / 1e6,
    throughMb: bytes / 1e6,
  };
}

function linesOf(reader: string, who: string, ours: Seen, peer: Seen): readonly Line[] {
  const of = (seen: Seen, shown: string, figure: keyof Seen): Figure => ({ who: shown, value: seen[figure] });
  // Both are near nothing, and one by the other would say nothing.
  const line = (figure: keyof Seen, words: string, limit?: number): Line => ({
    row: 'stream memory',
    what: `${reader}, ${rounded(ours.throughMb)} MB: ${words}`,
    ours: of(ours, who, figure),
    peer: of(peer, 'bare proxy', figure),
    ...(limit !== undefined && { budget: `≤ ${limit} MB`, isWithin: ours[figure] <= limit }),
  });
  return [
    line('kept', 'MB kept after it', flatMb),
    line('resident', 'MB more of memory at the most'),
    ...(reader === 'slow reader' ? [line('between', 'MB on the way at the end', flatMb)] : []),
  ];
}
