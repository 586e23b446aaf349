/** What it costs the engine that there are many servers that nobody is signed in to: time, timers, and looks into the store. */
import { Sessions } from '../../../src/session/sessions.ts';
import { Desk, MemoryRecords, serverAt } from '../../engine/desk.ts';
import { atMost, compare, limited, type Line } from '../report.ts';
import type { Row } from '../row.ts';

const counts = [10, 100, 1_000];
const largest = 1_000;

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
  /** Processor time for each server, microseconds. */
  readonly startUs: number;
  /** The same when the settings are read again and nothing is new. */
  readonly changeUs: number;
  readonly looks: number;
  readonly timers: number;
}

export const manyServers: Row = {
  name: 'manyServers',
  group: 'editor',
  async measure(stand) {
    const seen = new Map<number, Opened[]>(counts.map((count) => [count, []]));
    for (let round = -3; round < (stand.options.isQuick ? 15 : 60); round++)
      for (const count of counts) {
        const opened = await openAll(count);
        // The first rounds warm up.
        if (round >= 0) seen.get(count)?.push(opened);
      }
    return linesOf(seen);
  },
};

/** The most that there may be, in groups of so many, so that all groups leave as much to be collected. */
async function openAll(count: number): Promise<Opened> {
  const all: Opened[] = [];
  for (let opened = 0; opened < largest; opened += count) all.push(await open(count));
  const mean = (of: (opened: Opened) => number) => all.reduce((sum, one) => sum + of(one), 0) / all.length;
  return {
    startUs: mean(({ startUs }) => startUs),
    changeUs: mean(({ changeUs }) => changeUs),
    looks: mean(({ looks }) => looks),
    timers: mean(({ timers }) => timers),
  };
}

async function open(count: number): Promise<Opened> {
  const records = new CountedRecords();
  const desk = new Desk({ visit: () => undefined }, records);
  const sessions = new Sessions(desk.ports);
  const servers = Array.from({ length: count }, (_, index) =>
    serverAt(`https://server-${index}.example/mcp`, { name: `server-${index}` }),
  );
  const startUs = await spentUs(() => sessions.update(servers));
  const { looks } = records;
  // As with each change of a setting, most often of another server.
  const changeUs = await spentUs(() => sessions.update(servers.map((server) => ({ ...server }))));
  const timers = desk.clock.pendingTimers;
  sessions.dispose();
  return { startUs: startUs / count, changeUs: changeUs / count, looks, timers };
}

async function spentUs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function linesOf(seen: ReadonlyMap<number, readonly Opened[]>): readonly Line[] {
  const row = 'many servers, engine';
  // Of many rounds the cheapest counts: what has to be collected meanwhile falls to one round or another by chance.
  const figure = (count: number, of: (opened: Opened) => number) => {
    const raw = (seen.get(count) ?? []).map(of);
    return { who: `${count} servers`, value: Math.min(...raw), raw };
  };
  const openUs = (count: number) => figure(count, ({ startUs }) => startUs);
  const againUs = (count: number) => figure(count, ({ changeUs }) => changeUs);
  return counts.slice(1).flatMap((count, index) => {
    const fewer = counts[index] ?? 0;
    return [
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
      compare(row, 'µs of processor for each server, start', openUs(count), openUs(fewer), atMost(1.25)),
      compare(
        row,
        'µs of processor for each server, settings read again',
        againUs(count),
        againUs(fewer),
        atMost(1.25),
      ),
    ];
  });
}
