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

/** Why no passphrase is checked for now, for how long, and what can be done meanwhile. */
export function describePause(waitSeconds: number, hasPasskeys = false): string {
  const minutes = Math.ceil(waitSeconds / 60);
  const wait = `again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
  return `Too many wrong passphrases were typed. ${hasPasskeys ? 'Use a passkey, or try' : 'Try'} ${wait}`;
}
