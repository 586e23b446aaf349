/** The servers as other extensions see them. */
import { shownUrl } from '../servers/server.ts';
import type { AccountGrant } from '../session/accounts.ts';
import type { Session } from '../session/session.ts';
import { holdsGrant, resting, type SessionState } from '../session/state.ts';
import type { McpOAuthServer, McpOAuthToken } from './api.ts';

/** A copy that nobody can change, without a token. */
export function describeServer({ server, state }: Session, providerId: string): McpOAuthServer {
  return Object.freeze({
    name: server.name,
    url: shownUrl(server),
    state: state.kind,
    ...signInOf(state),
    providerId,
  });
}

/** @returns undefined where there is none, or none that can be sent by itself. */
export function tokenOf({
  accessToken,
  account,
  scopes,
  expiresAtMs,
  isBound,
}: AccountGrant): McpOAuthToken | undefined {
  if (accessToken === undefined || isBound) return undefined;
  return Object.freeze({
    accessToken,
    tokenType: 'Bearer',
    account: Object.freeze({ ...account }),
    scopes: Object.freeze([...scopes]),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  });
}

function signInOf(state: SessionState): Pick<McpOAuthServer, 'account' | 'scopes' | 'expiresAtMs'> {
  const now = resting(state);
  if (now.kind === 'expired') return { account: Object.freeze({ ...now.account }) };
  if (!holdsGrant(now)) return {};
  return {
    account: Object.freeze({ ...now.account }),
    scopes: Object.freeze([...now.scopes]),
    ...(now.expiresAtMs !== undefined && { expiresAtMs: now.expiresAtMs }),
  };
}
