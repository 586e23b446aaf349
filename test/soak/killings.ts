/** Kills drivers at random: half of them whenever it is, half of them while they refresh, which is most of the danger. */
import { watch } from 'node:fs';
import type { DriverFleet } from './driverFleet.ts';
import type { DriverProcess } from './driverProcess.ts';
import { pause } from './pause.ts';
import type { SeededRandom } from './seededRandom.ts';
import type { StateFolder } from './stateFolder.ts';

/** Between two kills, at least and at most. */
const [shortestPeaceMs, longestPeaceMs] = [1_000, 3_000];
/** How long a refresh is waited for. */
const patienceMs = 1_500;
/** So that kills meet every step of a refresh: about as long as one takes. */
const longestAimMs = 12;

export interface Killings {
  readonly fleet: DriverFleet;
  readonly state: StateFolder;
  /** Under which refreshes run. */
  readonly lock: string;
}

/** Resolves when the signal came and all that were started take calls. */
export async function killOn(
  { fleet, state, lock }: Killings,
  random: SeededRandom,
  signal: AbortSignal,
): Promise<void> {
  const starts: Promise<unknown>[] = [];
  for (;;) {
    await pause(random.between(shortestPeaceMs, longestPeaceMs), signal);
    const [isAimed, aimMs, any] = [
      random.next() < 0.5,
      random.between(0, longestAimMs),
      random.pick(fleet.all),
    ];
    const refreshing =
      isAimed && !signal.aborted ? await whoRefreshes(fleet, state, lock, signal) : undefined;
    if (refreshing !== undefined) await pause(aimMs, signal);
    if (signal.aborted) break;
    const victim = refreshing ?? any;
    if (victim === undefined || victim.isGone) continue;
    await fleet.kill(victim, lock);
    starts.push(fleet.start());
  }
  await Promise.all(starts);
}

/** The first that is seen at it within a while. */
async function whoRefreshes(
  fleet: DriverFleet,
  state: StateFolder,
  lock: string,
  signal: AbortSignal,
): Promise<DriverProcess | undefined> {
  const { promise: seen, resolve } = Promise.withResolvers<DriverProcess | undefined>();
  const watcher = watch(state.locks, () => {
    const holders = state.holdersOf(lock);
    const holder = fleet.all.find(({ pid }) => holders.includes(pid));
    if (holder !== undefined) resolve(holder);
  });
  const given = new AbortController();
  try {
    const tooLate = pause(patienceMs, AbortSignal.any([signal, given.signal])).then(() => undefined);
    return await Promise.race([seen, tooLate]);
  } finally {
    given.abort();
    watcher.close();
  }
}
