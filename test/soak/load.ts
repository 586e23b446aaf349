/** Calls of a tool through every driver, several at once, for as long as the run lasts. */
import { callOutcomes, type CallOutcome, type DriverProcess } from './driverProcess.ts';
import type { DriverFleet } from './driverFleet.ts';
import type { Findings } from './findings.ts';
import type { GrantLedger } from './grantLedger.ts';
import type { SeededRandom } from './seededRandom.ts';
import type { Timeline } from './timeline.ts';
import { pause } from './pause.ts';

const callers = 10;
/** Between two calls of one caller, at the most. */
const longestPauseMs = 200;

export interface LoadParts {
  readonly fleet: DriverFleet;
  readonly ledger: GrantLedger;
  readonly findings: Findings;
  readonly timeline: Timeline;
}

export class Load {
  readonly counts = new Map<CallOutcome, number>(callOutcomes.map((outcome) => [outcome, 0]));
  private readonly parts: LoadParts;

  constructor(parts: LoadParts) {
    this.parts = parts;
  }

  /** Resolves when the signal came and every call was answered. */
  async run(random: SeededRandom, signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: callers }, () => this.callOn(random.fork(), signal)));
  }

  /** One call, which is counted and judged. */
  async call(driver: DriverProcess): Promise<CallOutcome> {
    const { ledger, findings, timeline } = this.parts;
    const wasMended = ledger.isMended;
    const { outcome, words } = await driver.call();
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
    timeline.add(`caller`, `driver ${driver.name}: ${outcome}${outcome === 'served' ? '' : `: ${words}`}`);
    if (outcome === 'served' && wasMended) ledger.noteServed(driver.name);
    if (outcome === 'hung')
      findings.add('calls', `A call to driver ${driver.name} was not answered: ${words}`);
    if (outcome === 'unexpected') findings.add('calls', `Driver ${driver.name} answered: ${words}`);
    if (outcome === 'cut_off' && !driver.isKilled)
      findings.add('calls', `Driver ${driver.name} broke a call off: ${words}`);
    return outcome;
  }

  private async callOn(random: SeededRandom, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const driver = random.pick(this.parts.fleet.ready);
      if (driver !== undefined) await this.call(driver);
      await pause(random.between(0, longestPauseMs), signal);
    }
  }
}
