// What a person reads about a proof that did not hold.
import type { Verdict } from './personCheck.ts';

/** One or two sentences about a verdict that lets nobody pass. */
export function describeVerdict(verdict: Exclude<Verdict, { kind: 'there' | 'spent' }>): string {
  switch (verdict.kind) {
    case 'nothing':
      return 'Type the passphrase.';
    case 'wrong': {
      const sentence =
        verdict.what === 'passphrase' ? 'That is not the passphrase.' : 'The passkey could not be checked.';
      return `${sentence} ${verdict.triesLeft === 1 ? 'One try is' : `${verdict.triesLeft} tries are`} left.`;
    }
    case 'paused':
      return describePause(verdict.waitSeconds);
  }
}

/** Why nothing is checked for now, and for how long. */
export function describePause(waitSeconds: number): string {
  const minutes = Math.ceil(waitSeconds / 60);
  return `There were too many wrong tries. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
}
