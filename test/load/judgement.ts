/** Whether what a client was told of its call is what became of it at the server. */
import type { Outcome } from './caller.ts';
import type { LoadCheck } from './loadFindings.ts';
import type { CallAccount, Fault } from './trafficServer.ts';

export interface Wrong {
  readonly check: LoadCheck;
  readonly sentence: string;
}

const unanswered: readonly Fault[] = ['reset', 'reset_late'];

/** @param isAway whether the server had broken off another call, after which it is given a while. */
export function judge(
  outcome: Outcome,
  account: CallAccount | undefined,
  isAway: boolean,
): Wrong | undefined {
  const { effects, faults } = account ?? { effects: 0, faults: [] };
  const history = `${effects} times done, faults: ${faults.join(', ') || 'none'}`;
  if (effects > 1) return { check: 'once', sentence: `was done more than once (${history})` };
  const isTrue = isTruthful(outcome, effects, faults, isAway);
  return isTrue ? undefined : { check: 'answers', sentence: `got ${JSON.stringify(outcome)} (${history})` };
}

function isTruthful(outcome: Outcome, effects: number, faults: readonly Fault[], isAway: boolean): boolean {
  switch (outcome.kind) {
    case 'result':
      return effects === 1;
    case 'error':
      return unanswered.some((fault) => faults.includes(fault)) || (isAway && effects === 0);
    case 'status':
      return outcome.status === 503 && faults.includes('busy');
    case 'broken':
      return faults.includes('truncated');
    case 'wrong':
      return false;
  }
}
