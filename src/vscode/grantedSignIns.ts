/** Tells of each sign-in that was granted in this window. */
import type { Unsubscribe } from '../session/ports.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';

export function onSignIn(sessions: Pick<Sessions, 'onDidChange'>, tell: () => void): Unsubscribe {
  const signingIn = new WeakSet<Session>();
  return sessions.onDidChange((change) => {
    if (change.kind !== 'state') return;
    const { session } = change;
    const { kind } = session.state;
    if (kind === 'authorizing') signingIn.add(session);
    else if (signingIn.delete(session) && kind === 'connected') tell();
  });
}
