// The scopes of the sandbox and what each of them means to the person who is asked for it.

/** What a client asks for to learn who signed in (OpenID Connect Core §5.4). */
export const identityScopes = ['openid', 'profile'] as const;

/** Asks for a refresh token (OpenID Connect Core §11). */
export const offlineScope = 'offline_access';

/** What the tools of the MCP server need, and the scopes it has unless others are configured. */
export const notesScopes = { read: 'notes:read', write: 'notes:write' } as const;

const meanings: Readonly<Record<string, string>> = {
  openid: 'Recognize you when you come back',
  profile: 'See the name you sign in with',
  [offlineScope]: 'Stay signed in',
  [notesScopes.read]: 'Read your notes',
  [notesScopes.write]: 'Add notes for you',
};

/** A scope in words; one that the sandbox has no words for is named as it is. */
export function describeScope(scope: string): string {
  return meanings[scope] ?? `Use “${scope}”`;
}

/** The scopes in a space-separated list (RFC 6749 §3.3), each once, in order. */
export function splitScopes(list: string | undefined): string[] {
  return [...new Set((list ?? '').split(' ').filter((scope) => scope !== ''))];
}
