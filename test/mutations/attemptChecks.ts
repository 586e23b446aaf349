/** Checks of an attempt to sign in: what is believed on the way, which client is shown, and what is left when it ends. */
import { checksIn } from './securityCheck.ts';

export const attemptChecks = [
  ...checksIn(
    'src/session/pageAnswer.ts',
    ['signInPage', 'unfinishedSignIn', 'windows', 'redirect', 'answersElsewhere', 'signIn'],
    ['no page opens that nobody waits for', '    waiting.throwIfAborted();\n', ''],
    [
      'an answer that arrives in two windows is used by one (7.6)',
      "if (taken.kind === 'absent') {",
      "if (taken.kind === 'record' && taken.record.serverName === '') {",
    ],
    ['the address of a page goes with its attempt (invariant 1)', '    page.close();\n', ''],
    [
      'a person is waited for ten minutes (7.6)',
      'ports.clock.after(pendingLifetimeMs, () =>',
      'ports.clock.after(pendingLifetimeMs * 1000, () =>',
    ],
    [
      'nothing is left of an attempt that has ended (7.6)',
      '    await ports.store\n      .remove(pendingKey(state))\n',
      '    await Promise.resolve()\n',
    ],
  ),
  ...checksIn(
    'src/session/grants.ts',
    ['accounts', 'accountNames', 'signIn', 'unfinishedSignIn', 'lateTokens', 'session', 'workspaceSettings'],
    ['what is longer than a name is no part of a key', 'told.id.length <= maxIdLength', 'told.id.length > 0'],
    [
      'two accounts that nobody named are two (5.2)',
      '    return unnamedAccount(server);\n',
      '    return onlyAccount(server);\n',
    ],
    [
      'an account that is called something else by now is not taken for another of its old name (5.2)',
      'return isRenamed ? { ...unnamedAccount(server), label: name } : account;',
      'return isRenamed ? account : account;',
    ],
    [
      'an issuer that the server led to stays so when settings name it (5.2)',
      'if (there !== undefined && there.isIssuerChosen !== true) delete grant.isIssuerChosen;',
      'void there;',
    ],
  ),
  ...checksIn(
    'src/session/clients.ts',
    ['clients', 'clientSecrets', 'clientRecovery', 'lostClients', 'windows'],
    [
      'a client that a server does not take is not shown to it again (field case 4)',
      "  if (client.clientId === lost) return 'not_taken';\n",
      '',
    ],
    [
      'a secret that has run out is not shown again',
      "  if (hasRunOut(client, nowMs)) return 'secret_ran_out';\n",
      '',
    ],
    [
      'windows that need a client at the same time register one',
      'return ports.lock.hold(key, reuseOrRegister, signal);',
      'return reuseOrRegister();',
    ],
  ),
  ...checksIn(
    'src/session/browserSignIn.ts',
    ['clientRecovery', 'clients', 'lostClients'],
    [
      'a client of the person’s own is never replaced (field case 4)',
      "  if (kind === 'configured') throw new AuthError('client_refused', { host });\n",
      '',
    ],
  ),
  ...checksIn(
    'src/session/lostClient.ts',
    ['lostClients', 'clientRecovery', 'clients'],
    ['a client of the person’s own is never let go', " || client.kind !== 'registered')", ')'],
    [
      'a client is let go at the issuer that does not know it (4.16)',
      'record?.issuer === issuer && record.client.clientId === clientId',
      'record?.client.clientId === clientId',
    ],
  ),
  ...checksIn(
    'src/session/ways.ts',
    ['clientRecovery', 'redirectLadder', 'lostClients', 'clients'],
    [
      'a client is checked before a person sees an error page, unless it came back this way (field case 4)',
      'way?.redirectUri === redirectUri && way.clientId === clientId &&',
      'way?.redirectUri === redirectUri &&',
    ],
    [
      'a way back is believed in for minutes',
      'nowMs - way.workedAtMs < trustedForMs',
      'nowMs > way.workedAtMs',
    ],
  ),
  ...checksIn(
    'src/session/knownHabits.ts',
    ['knownHabits', 'habits'],
    [
      'no habit is followed where the person wants none',
      'oauth.knownHabits === false ? undefined : find(new URL(issuer).host);',
      'find(new URL(issuer).host);',
    ],
    [
      'a resource is left out where the scopes are those of the server (7.3)',
      'mayNameByScope(server, found) && nameServersResource(server.url, scopes, server.oauth.scopes);',
      'mayNameByScope(server, found);',
    ],
    [
      'the setting beats what is known of a server about the resource (7.3)',
      'return oauth.resource === undefined && service?.habits',
      'return service?.habits',
    ],
  ),
  ...checksIn(
    'src/oauth/discovery.ts',
    ['discovery', 'discoveryResource', 'discoveryContact', 'discoveryLegacy', 'documentCache'],
    [
      'what led to a failure is not believed on (3.12)',
      '    if (thrown instanceof AuthError) documents.forget(request.serverUrl);\n',
      '',
    ],
    [
      'a document is asked for again after a challenge (2.11)',
      'serverUrl, reader, !isStepUp);',
      'serverUrl, reader, isStepUp && !isStepUp);',
    ],
    [
      'the document that a challenge names is the one (2.2)',
      '  return named === undefined\n',
      "  return named !== ''\n",
    ],
    [
      'endpoints are assumed for whom the person wants it alone (13.3)',
      "  if (settings.legacyEndpoints !== true) throw new AuthError('resource_metadata_missing', { host });\n",
      '',
    ],
    [
      'a search for a sign-in ends in time',
      'return await withDeadline(clock, discoveryTimeoutMs, host, signal, work);',
      'return await withDeadline(clock, discoveryTimeoutMs * 1000, host, signal, work);',
    ],
  ),
];
