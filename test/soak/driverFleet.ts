/** The drivers of a run: always so many, one started for each that is killed. */
import type { DriverStand } from '../engine/driverStand.ts';
import type { ConsentDesk } from './consentDesk.ts';
import { DriverProcess } from './driverProcess.ts';
import type { Findings } from './findings.ts';
import type { GrantLedger } from './grantLedger.ts';
import type { StateFolder } from './stateFolder.ts';
import type { Timeline } from './timeline.ts';

export interface FleetParts {
  readonly stand: DriverStand;
  readonly desk: ConsentDesk;
  readonly mcpUrl: string;
  readonly state: StateFolder;
  readonly ledger: GrantLedger;
  readonly findings: Findings;
  readonly timeline: Timeline;
}

export class DriverFleet {
  kills = 0;
  killsInsideRefresh = 0;
  /** Records that were being written when a process was killed; at most one for each kill. */
  readonly leftBehind = new Set<string>();
  private readonly parts: FleetParts;
  private drivers: readonly DriverProcess[] = [];
  private started = 0;

  constructor(parts: FleetParts) {
    this.parts = parts;
  }

  get all(): readonly DriverProcess[] {
    return this.drivers;
  }

  get ready(): readonly DriverProcess[] {
    return this.drivers.filter(({ isReady }) => isReady);
  }

  /** Resolves when the driver takes calls or was killed before it did. */
  async start(): Promise<DriverProcess> {
    const { stand, desk, mcpUrl, state, ledger, timeline } = this.parts;
    this.started += 1;
    const name = String(this.started);
    const environment = { MCP_OAUTH_STATE: state.folder, ...desk.environmentFor(name) };
    const child = stand.start(['--serve', '--log', mcpUrl], environment);
    const driver = new DriverProcess(name, child, (line) => {
      timeline.add(`driver ${name}`, line);
      if (line.startsWith('sign_in_started ')) ledger.noteSignInStart(name);
    });
    timeline.add('run', `driver ${name} starts as process ${driver.pid}`);
    ledger.noteStart(name);
    this.drivers = [...this.drivers, driver];
    void driver.ended.then(() => this.noteEnd(driver));
    await driver.ready();
    return driver;
  }

  /** @param lock under which refreshes run. */
  async kill(driver: DriverProcess, lock: string): Promise<void> {
    const { state, ledger, timeline } = this.parts;
    const isHolder = () => state.holdersOf(lock).includes(driver.pid);
    let isInside = false;
    driver.kill(() => {
      // Nobody takes a lock over before its holder is known to be gone, which is only just the case.
      isInside ||= isHolder();
      for (const file of state.draftsOfRecords()) this.leftBehind.add(file);
    });
    isInside ||= isHolder();
    await driver.ended;
    this.kills += 1;
    if (isInside) this.killsInsideRefresh += 1;
    timeline.add('run', `driver ${driver.name} was killed${isInside ? ' inside a refresh' : ''}`);
    ledger.noteKill(driver.name, isInside);
  }

  /** Ends those that are left, which counts as no kill. */
  async close(): Promise<void> {
    await Promise.all(
      this.drivers.map((driver) => {
        driver.kill(() => undefined);
        return driver.ended;
      }),
    );
  }

  private noteEnd(driver: DriverProcess): void {
    this.drivers = this.drivers.filter((other) => other !== driver);
    if (!driver.isKilled) this.parts.findings.add('endurance', `Driver ${driver.name} ended by itself.`);
  }
}
