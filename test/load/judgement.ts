/** Whether what a client was told of its call is what became of it at the server. */
import type { Outcome } from './caller.ts';
import type { LoadCheck } from './loadFindings.ts';
import { refusedBecause } from './gatewayWords.ts';
import type { CallAccount, CallFault } from './trafficServer.ts';

export interface Wrong {
  readonly check: LoadCheck;
  readonly sentence: string;
}

const unanswered: readonly CallFault[] = ['reset', 'reset_late'];

/** Once and twice in a row a call waits for the next try. */
const failuresTold = 3;

/** @param tokenFailures how often in a row a new token could not be had when the call came, or when it was answered. */
export function judge(
  outcome: Outcome,
  account: CallAccount | undefined,
  tokenFailures: number,
): Wrong | undefined {
  const { effects, faults } = account ?? { effects: 0, faults: [] };
  const history = `${effects} times done, faults: ${faults.join(', ') || 'none'}`;
  if (effects > 1) return { check: 'once', sentence: `was done more than once (${history})` };
  const isTrue = isTruthful(outcome, effects, faults, tokenFailures);
  return isTrue ? undefined : { check: 'answers', sentence: `got ${JSON.stringify(outcome)} (${history})` };
}

function isTruthful(
  outcome: Outcome,
  effects: number,
  faults: readonly CallFault[],
  tokenFailures: number,
): boolean {
  switch (outcome.kind) {
    case 'result':
      return effects === 1;
    case 'error':
      if (outcome.words === refusedBecause.noAnswer)
        return unanswered.some((fault) => faults.includes(fault));
      return (
        outcome.words.startsWith(refusedBecause.noToken) && effects === 0 && tokenFailures >= failuresTold
      );
    case 'status':
      return outcome.status === 503 && faults.includes('busy');
    case 'broken':
      return faults.includes('truncated');
    case 'wrong':
      return false;
  }
}
