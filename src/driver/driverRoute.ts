/**
 * The route to the server for a program that nobody sits in front of: where somebody has to sign in again, it does so
 * itself before the request goes out. Whoever started the program asked for that, and nobody could be asked.
 */
import { routeTo, type Refusal, type Route } from '../gateway/route.ts';
import { judgeFault } from '../session/renewalFault.ts';
import type { Session } from '../session/session.ts';
import { resting, type SessionState } from '../session/state.ts';

/** @param explain a sentence for an MCP client, in place of an answer. */
export function driverRoute(
  session: Session,
  explain: (refusal: Refusal, session: Session) => string,
): Route {
  const route = routeTo(session, explain, () => undefined);
  return {
    ...route,
    async authorization(lastsMs) {
      const found = await route.authorization(lastsMs);
      if (found.kind !== 'blocked' || !isToSignIn(found.state)) return found;
      // The session keeps why it failed, as its state.
      await session.signIn().catch(() => undefined);
      return route.authorization(lastsMs);
    },
    get state() {
      return session.state;
    },
  };
}

/** Not after a sign-in that would fail again: each request would open a browser. */
function isToSignIn(state: SessionState): boolean {
  const now = resting(state);
  if (now.kind === 'error') return judgeFault(now.error) === 'passing';
  return now.kind === 'expired' || now.kind === 'needs_auth';
}
