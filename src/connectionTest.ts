/**
 * Tests the connection to a server with an MCP client that knows nothing of OAuth, behind a gateway of its own: the token is
 * added and renewed as for every other client, but nobody is asked and no browser opens.
 */
import { unguessable } from './gateway/paths.ts';
import { routeTo, type Refusal, type Route } from './gateway/route.ts';
import { fetchOver } from './node/socketFetch.ts';
import { SocketListener } from './node/socketListener.ts';
import { AuthError } from './oauth/authError.ts';
import type { Challenge } from './oauth/wire/challenge.ts';
import type { SessionPorts } from './session/ports.ts';
import type { Session } from './session/session.ts';
import { needsPerson, resting } from './session/state.ts';
import type { ConnectionReport } from './vscode/connectionReport.ts';

const limitMs = 30_000;

/** Whoever asks through here has gone already, as far as questions to the person are concerned. */
const asksNobody = AbortSignal.abort();

/** How the server's last refusal was explained, and what came with it. */
interface Refused {
  refusal: Refusal | undefined;
  challenge: Challenge | undefined;
}

export async function testConnection(
  session: Session,
  { clock, log, softwareVersion }: Pick<SessionPorts, 'clock' | 'log' | 'softwareVersion'>,
  cancelled: AbortSignal,
): Promise<ConnectionReport> {
  const { state } = session;
  if (state.kind === 'authorizing' && session.accessToken === undefined) return { kind: 'waits', state };
  const refused: Refused = { refusal: undefined, challenge: undefined };
  const { Gateway } = await import('./gateway/gateway.ts');
  const path = `/${unguessable()}/mcp`;
  const route = quietRoute(session, refused);
  const gateway = new Gateway({
    hosts: () => ['localhost'],
    find: (asked) => (asked === path ? route : undefined),
    messageAddress: 'fragment',
    clock,
    onFault: (cause) => log.error('connection_test_fault', { server: session.server.name }, cause),
  });
  const listener = new SocketListener(gateway.listener);
  const limit = new AbortController();
  const stop = clock.after(limitMs, () => limit.abort());
  try {
    const [{ visit }] = await Promise.all([import('./mcpClient/visit.ts'), listener.open()]);
    const result = await visit({
      url: new URL(path, 'http://localhost'),
      fetch: fetchOver(listener.address.path),
      visitor: { name: 'mcp-oauth', version: softwareVersion },
      signal: AbortSignal.any([cancelled, limit.signal]),
    });
    if (result.kind === 'met') return { kind: 'works', server: result.server };
    log.error('connection_test_failed', { server: session.server.name }, result.cause);
    return judge(session, refused, result.status, result.words);
  } catch (thrown) {
    if (cancelled.aborted) return { kind: 'cancelled' };
    if (limit.signal.aborted) return { kind: 'failed', error: new AuthError('timed_out', hostOf(session)) };
    throw thrown;
  } finally {
    stop();
    listener.close();
  }
}

/** The route that every client has, with nobody asked on the way. */
function quietRoute(session: Session, refused: Refused): Route {
  const explain = (refusal: Refusal) => {
    refused.refusal = refusal;
    return refusal.kind;
  };
  const route = routeTo(session, explain, () => undefined);
  return {
    ...route,
    resolve(refusal, before) {
      refused.challenge = refusal.challenge;
      return route.resolve(refusal, before, asksNobody);
    },
    get state() {
      return session.state;
    },
  };
}

function judge(
  session: Session,
  { refusal, challenge }: Refused,
  status: number | undefined,
  words: string | undefined,
): ConnectionReport {
  const { state } = session;
  if (refusal?.kind === 'blocked' || (refusal !== undefined && needsPerson(resting(state))))
    return { kind: 'waits', state };
  if (refusal?.kind === 'unreachable') {
    const { cause } = refusal;
    const error = cause instanceof AuthError ? cause : new AuthError('unreachable', hostOf(session), cause);
    return { kind: 'failed', error };
  }
  // What a test sends is small enough to be sent again.
  if (refusal !== undefined && refusal.kind !== 'renewed')
    return { kind: 'refused', how: refusal.kind, challenge };
  if (status === undefined) return { kind: 'no_mcp', words };
  const isBusy = status === 429 || status >= 500;
  const facts = { ...hostOf(session), status };
  return { kind: 'failed', error: new AuthError(isBusy ? 'server_busy' : 'server_failed', facts) };
}

function hostOf({ server }: Session): { readonly host: string } {
  return { host: new URL(server.url).host };
}
