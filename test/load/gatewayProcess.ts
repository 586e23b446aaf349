/** The process with the gateway, from outside. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { within } from '../support/deadline.ts';
import type { GatewayOrder, GatewayReport, Opened, Seen } from './gatewayWords.ts';

const patienceMs = 60_000;
/** Connections that nobody uses are kept for four seconds. */
const endMs = 30_000;

export class GatewayProcess {
  private readonly child: ChildProcess = fork(path.join(import.meta.dirname, 'gatewayProgram.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  private readonly exited = once(this.child, 'exit') as Promise<[number | null, string | null]>;

  constructor() {
    process.once('exit', () => this.child.kill());
  }

  open(order: Omit<Extract<GatewayOrder, { kind: 'open' }>, 'kind'>): Promise<Opened> {
    return this.tell({ kind: 'open', ...order }, 'opened');
  }

  look(): Promise<Seen> {
    return this.tell({ kind: 'look' }, 'seen');
  }

  /** Why it did not end by itself; undefined where it did. */
  async end(): Promise<string | undefined> {
    await this.tell({ kind: 'end' }, 'ending');
    try {
      const [code, signal] = await within(endMs, 'Something keeps it alive', this.exited);
      return code === 0 ? undefined : `It ended with ${code ?? signal}.`;
    } catch (thrown) {
      this.child.kill();
      return String(thrown);
    }
  }

  /** For a run that failed: does nothing where it ended by itself. */
  kill(): void {
    this.child.kill();
  }

  private async tell<Kind extends GatewayReport['kind']>(
    order: GatewayOrder,
    wanted: Kind,
  ): Promise<Extract<GatewayReport, { kind: Kind }>> {
    const said = once(this.child, 'message') as Promise<[GatewayReport]>;
    this.child.send(order);
    const gone = this.exited.then(([code]) => {
      throw new Error(`The process with the gateway ended with ${code}.`);
    });
    const [report] = await within(patienceMs, 'The gateway does not answer.', Promise.race([said, gone]));
    if (report.kind === 'failed') throw new Error(report.words);
    if (report.kind !== wanted) throw new Error(`The gateway said “${report.kind}”.`);
    return report as Extract<GatewayReport, { kind: Kind }>;
  }
}
