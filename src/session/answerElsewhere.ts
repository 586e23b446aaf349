/** Notices that another window has taken the answer to an attempt, and when that window has made no sign-in of it. */
import { findPending } from './pendingAttempts.ts';
import type { SessionPorts, Unsubscribe } from './ports.ts';
import { pendingKey } from './records.ts';

type Ports = Pick<SessionPorts, 'store' | 'clock' | 'log'>;

/** Longer than a token request with its tries takes. A sign-in that comes later is taken over all the same. */
const graceMs = 60_000;

export class AnswerElsewhere {
  private readonly ports: Ports;
  private readonly state: string;
  private readonly giveUp: () => void;
  private readonly unsubscribe: Unsubscribe;
  private stopTimer: Unsubscribe | undefined;
  private isOver = false;

  /** @param giveUp called where whoever has the answer is out of time; harmless once the attempt is over. */
  constructor(ports: Ports, state: string, giveUp: () => void) {
    this.ports = ports;
    this.state = state;
    this.giveUp = giveUp;
    this.unsubscribe = ports.store.onDidChange((key) => {
      if (key === pendingKey(state)) void this.look();
    });
  }

  /** To be called where this window comes too late with the answer itself. */
  async look(): Promise<void> {
    if (!(await this.isTaken()) || this.isOver) return;
    this.stopTimer ??= this.ports.clock.after(graceMs, () => void this.end());
  }

  stop(): void {
    this.isOver = true;
    this.stopTimer?.();
    this.unsubscribe();
  }

  /** A store that did not know the attempt for a moment has given it to nobody. */
  private async end(): Promise<void> {
    this.stopTimer = undefined;
    if (await this.isTaken()) this.giveUp();
  }

  private async isTaken(): Promise<boolean> {
    const found = await findPending(this.ports, this.state).catch(() => undefined);
    return found?.kind === 'absent';
  }
}
