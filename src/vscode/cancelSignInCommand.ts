/** Cancels a sign-in from the row of its server, where the button stands in the place of the one that began it. */
import type { Clock } from '../oauth/clock.ts';
import type { Session } from '../session/session.ts';

/** Longer than any system takes two clicks for one double click. */
const doubleClickMs = 1_000;

/** The second click of a double click on Sign In cancels nothing. */
export function cancelSignInCommand(
  session: Pick<Session, 'traces' | 'cancelSignIn'> | undefined,
  clock: Clock,
): void {
  const begun = session?.traces.all.find(({ kind }) => kind === 'sign_in');
  const agoMs = clock.now() - (begun?.startedAtMs ?? -Infinity);
  // A clock that was set back tells nothing.
  if (agoMs < 0 || agoMs >= doubleClickMs) session?.cancelSignIn();
}
