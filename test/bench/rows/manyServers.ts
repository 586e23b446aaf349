/** What it costs the engine that there are many servers that nobody is signed in to: time, timers, and looks into the store. */
import { Sessions } from '../../../src/session/sessions.ts';
import { Desk, MemoryRecords, serverAt } from '../../engine/desk.ts';
import { median } from '../figures.ts';
import { atMost, compare, limited, type Line } from '../report.ts';
import type { Row } from '../row.ts';

const counts = [10, 100, 1_000];

/** The secret storage, where each look costs milliseconds. */
class CountedRecords extends MemoryRecords {
  looks = 0;

  override read(key: string): Promise<string | undefined> {
    this.looks += 1;
    return super.read(key);
  }

  override keys(): Promise<readonly string[]> {
    this.looks += 1;
    return super.keys();
  }
}

interface Opened {
  readonly tookMs: number;
  /** When the settings are read again and nothing is new. */
  readonly changeMs: number;
  readonly looks: number;
  readonly timers: number;
}

export const manyServers: Row = {
  name: 'manyServers',
  group: 'editor',
  async measure(stand) {
    const seen = new Map<number, Opened[]>(counts.map((count) => [count, []]));
    for (let round = -3; round < (stand.options.isQuick ? 5 : 15); round++)
      for (const count of counts) {
        const opened = await open(count);
        // The first rounds warm up.
        if (round >= 0) seen.get(count)?.push(opened);
      }
    return linesOf(seen);
  },
};

async function open(count: number): Promise<Opened> {
  const records = new CountedRecords();
  const desk = new Desk({ visit: () => undefined }, records);
  const sessions = new Sessions(desk.ports);
  const servers = Array.from({ length: count }, (_, index) =>
    serverAt(`https://server-${index}.example/mcp`, { name: `server-${index}` }),
  );
  const began = performance.now();
  await sessions.update(servers);
  const tookMs = performance.now() - began;
  const { looks } = records;
  // As with each change of a setting, most often of another server.
  const changed = performance.now();
  await sessions.update(servers.map((server) => ({ ...server })));
  const changeMs = performance.now() - changed;
  const timers = desk.clock.pendingTimers;
  sessions.dispose();
  return { tookMs, changeMs, looks, timers };
}

function linesOf(seen: ReadonlyMap<number, readonly Opened[]>): readonly Line[] {
  const row = 'many servers, engine';
  const figure = (count: number, of: (opened: Opened) => number) => {
    const raw = (seen.get(count) ?? []).map(of);
    return { who: `${count} servers`, value: median(raw), raw };
  };
  const [few = 0, ...more] = counts;
  const openUs = (count: number) => figure(count, ({ tookMs }) => (tookMs / count) * 1_000);
  const changeUs = (count: number) => figure(count, ({ changeMs }) => (changeMs / count) * 1_000);
  return more.flatMap((count) => [
    limited(
      row,
      'looks into the secret storage',
      figure(count, ({ looks }) => looks),
      1,
    ),
    limited(
      row,
      'timers',
      figure(count, ({ timers }) => timers),
      1,
    ),
    // A server may not cost more for there being others.
    compare(row, 'µs for each server, start', openUs(count), openUs(few), atMost(1.25)),
    compare(row, 'µs for each server, settings read again', changeUs(count), changeUs(few), atMost(1.25)),
  ]);
}
