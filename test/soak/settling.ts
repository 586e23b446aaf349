/** The end of a run, when nothing goes wrong any more: everybody serves, and nothing is left that should not be there. */
import { eventually } from '../support/deadline.ts';
import type { DriverProcess } from './driverProcess.ts';
import type { DriverFleet } from './driverFleet.ts';
import type { Findings } from './findings.ts';
import type { Load } from './load.ts';
import type { StateFolder } from './stateFolder.ts';

/** Longer than the pauses after some failures in a row. */
const recoveryMs = 60_000;

export interface Settling {
  /** How many should be there. */
  readonly processes: number;
  readonly fleet: DriverFleet;
  readonly load: Load;
  readonly state: StateFolder;
  readonly findings: Findings;
}

/** To be called when no fault is on any more. */
export async function settle({ processes, fleet, load, state, findings }: Settling): Promise<void> {
  const failing = (check: 'service' | 'leftovers') => (thrown: Error) => findings.add(check, thrown.message);
  const recovers = (driver: DriverProcess) => {
    const serves = async () => ((await load.call(driver)) === 'served' ? true : undefined);
    return eventually(recoveryMs, serves, () => `Driver ${driver.name} serves no more.`);
  };
  await Promise.all(fleet.all.map((driver) => recovers(driver).catch(failing('service'))));
  if (fleet.ready.length !== processes)
    findings.add('service', `${fleet.ready.length} processes are there of ${processes}.`);
  for (const problem of state.problems()) findings.add('records', problem);
  const working = state.grants().filter(({ grant }) => grant.ending === undefined);
  if (working.length !== 1) findings.add('service', `${working.length} grants work, and not one.`);

  const leftovers = () => [
    ...state.locksOf(fleet.all.map(({ pid }) => pid)),
    ...state.draftsOfRecords().filter((file) => !fleet.leftBehind.has(file)),
  ];
  // Whoever renews just now is done soon.
  const nothing = () => Promise.resolve(leftovers().length === 0 ? true : undefined);
  await eventually(recoveryMs, nothing, () => `Left behind: ${leftovers().join(', ')}.`).catch(
    failing('leftovers'),
  );
  const drafts = state.draftsOfRecords().length;
  if (drafts > fleet.kills) findings.add('leftovers', `${fleet.kills} kills left ${drafts} temporary files.`);
}
