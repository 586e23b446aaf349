/** Checks of what is kept and when it is used: grants, renewals, windows, questions to the person, shares. */
import { checksIn } from './securityCheck.ts';

export const sessionChecks = [
  ...checksIn(
    'src/session/storedGrants.ts',
    [
      'storedGrants',
      'session',
      'workspaceSettings',
      'accounts',
      'storedRecord',
      'clients',
      'settingsSwitches',
    ],
    ['a grant is for one address (5.2)', '    grant.serverUrl === url &&\n', ''],
    [
      'a grant is for the issuer that the settings name (5.2)',
      'issuer === grant.authorizationServer.issuer) &&',
      'true) &&',
    ],
    [
      'a grant of an issuer that settings named serves no other entry (5.2)',
      '(issuer === undefined ? grant.isIssuerChosen !== true :',
      '(issuer === undefined ? true :',
    ],
    [
      'a grant is for the resource that the settings name (5.2)',
      '    (resource === undefined || (resource === false ? undefined : resource) === grant.resource) &&\n',
      '',
    ],
    [
      'a grant is for the client that the settings name (5.2)',
      '(clientId === undefined || clientId === grant.client.clientId)',
      'true',
    ],
    [
      'no token lasts longer because the clock was set back (11.12)',
      '  if (nowMs < grantedAtMs - marginMs) return true;\n',
      '',
    ],
  ),
  ...checksIn(
    'src/session/records.ts',
    ['accounts', 'windows', 'clients', 'workspaceSettings', 'session'],
    [
      'accounts have a grant each (5.2)',
      'const parts = [server.name, server.url, authorizationServer.issuer, account.id, ...own];',
      'const parts = [server.name, server.url, authorizationServer.issuer, ...own];',
    ],
    [
      'issuers have a grant each (5.2)',
      'const parts = [server.name, server.url, authorizationServer.issuer, account.id, ...own];',
      'const parts = [server.name, server.url, account.id, ...own];',
    ],
    [
      'clients of the person’s own have a grant each (5.2)',
      "const own = client.kind === 'configured' ? [client.clientId] : [];",
      'const own: string[] = client.clientId.length < 0 ? [] : [];',
    ],
  ),
  ...checksIn(
    'src/session/renewal.ts',
    [
      'renewal',
      'windows',
      'storedRecord',
      'session',
      'accounts',
      'upkeep',
      'settingsSwitches',
      'workspaceSettings',
    ],
    [
      'a refresh token is used under a lock (11.10)',
      'return await ports.lock.hold(key, async () => {',
      'return await ((_: string, work: () => Promise<Renewal>) => work())(key, async () => {',
    ],
    [
      'what another window renewed is taken over (11.10)',
      'if (isNews && isSettled) return',
      'if (isNews && !isSettled) return',
    ],
    [
      'who signed out meanwhile has the last word',
      "if ((await findRecord(ports, key, grantRecords)).kind === 'absent') {",
      "if ((await findRecord(ports, key, grantRecords)).kind === 'unreadable') {",
    ],
    [
      'what is signed out of is not renewed',
      "      if (found.kind === 'absent') return { kind: 'gone', reason: 'signed_out' };\n",
      '',
    ],
    [
      'a grant that settings no longer mean is not renewed (5.2)',
      "      if (!isFor(server, basis)) return { kind: 'gone', reason: 'settings_changed' };\n",
      '',
    ],
    [
      'a refresh token that may have been used is not shown again (11.10)',
      "if (found.kind === 'unreadable' && !isUnsaved)",
      "if (found.kind === 'absent' && !isUnsaved)",
    ],
  ),
  ...checksIn(
    'src/session/renewalFault.ts',
    ['upkeep', 'renewal', 'refresh', 'specificationTokens', 'faults'],
    [
      'only what is final ends a grant (field case 3)',
      "return ending.has(said) ? 'final' : 'stuck';",
      "return ending.size > 0 ? 'final' : 'stuck';",
    ],
    [
      'a server in trouble ends no grant (field case 3)',
      "if (troubled.has(said)) return 'passing';",
      "if (troubled.has(said)) return 'final';",
    ],
  ),
  ...checksIn(
    'src/session/redemption.ts',
    ['workspaceSettings', 'clients', 'answersElsewhere'],
    [
      'an issuer that settings name takes no client from the one it is tied to (4.16)',
      'if (grant.isIssuerChosen !== true) await bindClient',
      'await bindClient',
    ],
    [
      'a client is tied to the issuer that let it in (4.16)',
      'if (grant.isIssuerChosen !== true) await bindClient',
      'if (grant.scopes.length < 0) await bindClient',
    ],
  ),
  ...checksIn(
    'src/session/session.ts',
    ['workspaceSettings', 'windows', 'unfinishedSignIn', 'session', 'answersElsewhere', 'upkeep', 'signIn'],
    [
      'an answer is used only where the settings mean what was asked for (5.2)',
      "(await judge(grant)) === 'late' || !isFor(server, grant)",
      "(await judge(grant)) === 'late'",
    ],
    [
      'what came after a sign-out is given back',
      "(await judge(grant)) === 'late' || !isFor(server, grant)",
      '(await judge(grant)) === undefined || !isFor(server, grant)',
    ],
    ['a token that was refused is not sent again (12.1)', '    await held.end(ending);\n', ''],
  ),
  ...checksIn(
    'src/session/signOut.ts',
    ['crossingWindows', 'failingStore'],
    [
      'what a slow renewal kept after a sign-out goes, too (14.8)',
      '    await ports.store.remove(key);\n    return found.record;',
      '    return found.record;',
    ],
    [
      'whoever has signed in again keeps what they got',
      'signInId === undefined || found.record.signInId !== signInId',
      'signInId === undefined',
    ],
    [
      'a token that the store did not take is the one that is revoked (14.8)',
      "found.kind === 'record' && !held.isNewerThan(found.record)",
      "found.kind === 'record'",
    ],
  ),
  ...checksIn(
    'src/session/otherWindows.ts',
    ['workspaceSettings', 'windows', 'crossingWindows'],
    [
      'a sign-out of another window that could not be read is looked at again',
      "if (found.kind === 'unreadable') this.missed.add(key);",
      "if (found.kind === 'unreadable') this.missed.delete(key);",
    ],
    [
      'a grant of another window is used only where the settings mean it (5.2)',
      'mayAsk(server) && isFor(server, found.record))',
      'mayAsk(server))',
    ],
  ),
  ...checksIn(
    'src/servers/server.ts',
    ['gateway', 'session', 'settingsSwitches', 'signIn', 'specification'],
    [
      'a configured header wins over a sign-in (field case 17)',
      "return names.some((name) => name.toLowerCase() === 'authorization') ? 'configured_header' : undefined;",
      'return names.length < 0 ? "configured_header" : undefined;',
    ],
    [
      'a server with “oauth”: false is not signed in to',
      "if (server.oauth === false) return 'oauth_off';",
      '',
    ],
  ),
  ...checksIn(
    'src/session/accessRequests.ts',
    ['accessRequests', 'gatewayReview', 'gateway', 'driverParts', 'transcripts'],
    [
      'questions for more access are counted (12.4)',
      'if (this.asked.has(wish) || lately.length >= maxStepUps) {',
      'if (this.asked.has(wish)) {',
    ],
    [
      'nobody is asked twice for the same access (12.4)',
      'if (this.asked.has(wish) || lately.length >= maxStepUps) {',
      'if (lately.length >= maxStepUps) {',
    ],
    [
      'more access is asked for with the person’s leave (12.2)',
      '    if (!allows) {\n',
      '    if (signal.aborted) {\n',
    ],
    [
      'a browser is opened with the person’s leave',
      'return allows && this.signIn(challenge);',
      'return this.signIn(challenge);',
    ],
  ),
  ...checksIn(
    'src/session/shares.ts',
    ['shares', 'shareDoor', 'sharePort'],
    ['a share is for its own computer', 'return record.place === this.place && ', 'return '],
    ['a share counts under the key that its members make', ' && shareKey(record) === key', ''],
    ['a share has a key that nobody guesses', ' && keyForm.test(record.key)', ''],
  ),
  ...checksIn(
    'src/session/storedRecord.ts',
    ['storedRecord', 'earlierRecords'],
    [
      'a record of a later version is left alone',
      "if (parsed !== undefined && parsed.version > kind.version) return { kind: 'unreadable' };",
      '',
    ],
    [
      'a record is checked on reading',
      'return kind.schema.safeParse(current).data;',
      'return current as Kept;',
    ],
  ),
  ...checksIn(
    'src/vscode/apiConsents.ts',
    ['extensionAccess'],
    [
      'a consent is for one address',
      'JSON.stringify([askerId, name, url])',
      'JSON.stringify([askerId, name, url.slice(0, 0)])',
    ],
    [
      'a consent is for one extension',
      'JSON.stringify([askerId, name, url])',
      'JSON.stringify([askerId.slice(0, 0), name, url])',
    ],
  ),
];
