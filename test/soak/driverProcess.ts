/** One driver that serves: a process with a gateway, and an MCP client in front of it that knows nothing of OAuth. */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { firstLineOf } from '../engine/driverStand.ts';
import { modern, toolCall } from '../engine/sandboxMcpStand.ts';

/** A call without an answer for so long hangs. */
const longestCallMs = 60_000;

/**
 * How a call ended. `failed`: with a status of the server's, as the fault strikes. `unreachable`: no answer of the server's,
 * or no token for now. `sign_in_wanted`: somebody has to sign in. `cut_off`: the driver went away. `hung`: no answer at all.
 */
export const callOutcomes = [
  'served',
  'failed',
  'unreachable',
  'sign_in_wanted',
  'cut_off',
  'hung',
  'unexpected',
] as const;
export type CallOutcome = (typeof callOutcomes)[number];

export interface CallEnd {
  readonly outcome: CallOutcome;
  /** What was answered. */
  readonly words: string;
}

export class DriverProcess {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
  /** Whether it takes calls. */
  isReady = false;
  isKilled = false;
  isGone = false;
  private readonly child: ChildProcess;
  private gatewayUrl = '';

  /** @param log takes each line that the driver writes. */
  constructor(name: string, child: ChildProcess, log: (line: string) => void) {
    this.name = name;
    this.child = child;
    this.pid = child.pid ?? 0;
    this.ended = new Promise((resolve) => {
      child.once('exit', () => {
        this.isGone = true;
        resolve();
      });
    });
    if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', log);
  }

  /** Resolves when it takes calls or is gone. */
  async ready(): Promise<void> {
    try {
      this.gatewayUrl = await firstLineOf(this.child);
      this.isReady = true;
    } catch {
      await this.ended;
    }
  }

  /** @param onGone told in the moment in which the system lets others know that the process is gone. */
  kill(onGone: () => void): void {
    this.isKilled = true;
    this.child.once('exit', onGone);
    this.child.kill('SIGKILL');
  }

  async call(): Promise<CallEnd> {
    try {
      const answer = await fetch(this.gatewayUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...modern('tools/call', 'whoami'),
        },
        body: JSON.stringify({ jsonrpc: '2.0', ...toolCall('whoami') }),
        signal: AbortSignal.timeout(longestCallMs),
      });
      const words = await answer.text();
      return { outcome: outcomeOf(answer.status, words), words: `${answer.status} ${words}` };
    } catch (thrown) {
      const hung = thrown instanceof DOMException && thrown.name === 'TimeoutError';
      return { outcome: hung ? 'hung' : 'cut_off', words: String(thrown) };
    }
  }
}

function outcomeOf(status: number, words: string): CallOutcome {
  // A client that sees either would start a sign-in of its own.
  if (status === 401 || status === 403) return 'unexpected';
  // The gateway's own word for a fault of its own; the server's faults say something.
  if (words === '') return 'unexpected';
  if (status === 429 || status >= 500) return 'failed';
  if (words.includes('Signed in as ada')) return 'served';
  if (/cannot be reached|cannot be used right now/.test(words)) return 'unreachable';
  // “As it is”: a sign-in was tried while the server was in trouble, and has to be tried again.
  return /needs (?:sign-in|you to sign in)|signed out|sign-in (?:expired|no longer accepted|failed)|waits for you|does not accept|cannot be used as it is/.test(
    words,
  )
    ? 'sign_in_wanted'
    : 'unexpected';
}
