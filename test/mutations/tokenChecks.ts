/** Checks of tokens and clients: what an answer may give, and to whom what we have is shown (checklist 4, 10, 11, 17). */
import { checksIn } from './securityCheck.ts';

export const tokenChecks = [
  ...checksIn(
    'src/oauth/tokenRequest.ts',
    ['tokenAnswer', 'dpop'],
    [
      'a token cannot break out of its header (10.2)',
      String.raw`if (!/^[\x21-\x7e]+$/.test(accessToken)) throw`,
      "if (accessToken === '') throw",
    ],
    [
      'a token of an unknown type is not used (10.2)',
      "if (context.proofs === undefined && tokenType !== 'bearer')",
      "if (tokenType === '')",
    ],
    [
      'a token that was to be bound is bound (17.3)',
      "if (context.proofs !== undefined && tokenType !== 'dpop')",
      "if (tokenType === '')",
    ],
    ['tokens fit into a header', ' > longestTokens)', ' > 64 * longestTokens)'],
  ),
  ...checksIn(
    'src/oauth/wire/token.ts',
    ['tokenAnswer', 'otherGrants', 'assertionGrants', 'accountLookup'],
    [
      'an id token is signed by a key, if it says anything (11.7)',
      "[...algorithms, 'EdDSA', 'Ed25519']",
      "[...algorithms, 'EdDSA', 'Ed25519', 'none', 'HS256']",
    ],
    [
      'an identity assertion is one, and no token for the identity provider (17.2)',
      "issued_token_type: z.literal('urn:ietf:params:oauth:token-type:id-jag'),",
      'issued_token_type: z.string(),',
    ],
    ['introspection tells of live tokens alone', 'active: z.literal(true)', 'active: z.boolean()'],
  ),
  ...checksIn(
    'src/oauth/endpointRequest.ts',
    ['tokenAnswer', 'specificationTokens', 'clientAuthentication', 'traceSecrets'],
    [
      'the words of a server are shown without what was sent (11.2)',
      'const hidden = hiddenSpellings([...secrets, ...secretsOfClient(client)]);',
      'const hidden = hiddenSpellings(secretsOfClient(client));',
    ],
    [
      'the words of a server are shown without the secret of the client (11.2)',
      'const hidden = hiddenSpellings([...secrets, ...secretsOfClient(client)]);',
      'const hidden = hiddenSpellings([...secrets]);',
    ],
    [
      'secrets are hidden in every spelling (11.2)',
      "return [secret, encoded, encoded.replaceAll('+', '%20')];",
      'return [secret];',
    ],
    [
      'of a secret within another nothing is left (11.2)',
      'return [...new Set(spellings)].sort((one, other) => other.length - one.length);',
      'return [...new Set(spellings)].sort((one, other) => one.length - other.length);',
    ],
  ),
  ...checksIn(
    'src/oauth/token.ts',
    ['redirect', 'tokenAnswer', 'specificationTokens', 'hiddenWords'],
    [
      'the words of a server are shown without code and verifier (11.2)',
      "const secrets = [...secretsOf(pending), ...redirect.parameters.getAll('code')];",
      'const secrets: string[] = [];',
    ],
  ),
  ...checksIn(
    'src/oauth/deviceGrant.ts',
    ['deviceGrant'],
    [
      'an address that is refused is shown without the secret of the client (11.2)',
      'const secrets = hiddenSpellings(secretsOfClient(client));',
      'const secrets: string[] = [hiddenSpellings([]), secretsOfClient(client)].flat().slice(0, 0);',
    ],
  ),
  ...checksIn(
    'src/oauth/clientAuthentication.ts',
    ['clientAuthentication', 'clientCredentials', 'otherGrants'],
    [
      'a private key signs and is not sent (17.1)',
      "if (secret?.includes('-----BEGIN PRIVATE KEY-----') === true && configured !== 'none')",
      "if (secret === '')",
    ],
    [
      'an empty secret is not sent (field case 15)',
      "if (clientSecret === '') throw new AuthError('client_secret_missing');",
      '',
    ],
  ),
  ...checksIn(
    'src/oauth/accountLookup.ts',
    ['accountLookup'],
    [
      'userinfo counts for the person of the id token (11.7)',
      'return expectedSubject === undefined || claims?.subject === expectedSubject ? claims : undefined;',
      'return claims;',
    ],
    [
      'introspection counts for the person of the id token (11.7)',
      'return expectedSubject === undefined || subject === expectedSubject ? claims : undefined;',
      'return claims;',
    ],
    ['a token is not shown as a name (11.2)', 'quotable(claims?.name, secrets)', 'quotable(claims?.name)'],
    [
      'what a client proves who it is with is not shown as a name (11.2)',
      'const secrets = hiddenSpellings([accessToken, ...secretsOfClient(client)]);',
      'const secrets = hiddenSpellings([accessToken]);',
    ],
  ),
  ...checksIn(
    'src/oauth/account.ts',
    ['account', 'accountLookup'],
    [
      'no secret stands for a subject (11.2)',
      'return lookedFor(secrets).some((secret) => subject?.includes(secret) === true) ? undefined : subject;',
      'return subject;',
    ],
    [
      'no secret stands for a name in tokens (11.2)',
      'quotable(readNameClaims(claims).name, lookedFor(secrets))',
      'quotable(readNameClaims(claims).name)',
    ],
  ),
  ...checksIn(
    'src/oauth/registrationManagement.ts',
    ['registrationManagement', 'forgetting'],
    [
      'a registration is managed at its own issuer alone (14.2)',
      'if (management === undefined || !isOfIssuer(management.address, issuer)) return undefined;',
      'if (management === undefined) return undefined;',
    ],
  ),
  ...checksIn(
    'src/oauth/registration.ts',
    ['clients', 'redirectLadder', 'signIn', 'specification'],
    [
      'a registration is for our redirect URI (14.1)',
      'if (redirectUri !== undefined && redirectUris.length > 0 && !redirectUris.includes(redirectUri)) {',
      'if (redirectUris.length > 99) {',
    ],
  ),
  ...checksIn(
    'src/session/clients.ts',
    ['clients', 'clientSecrets', 'boundSecrets', 'workspaceSettings', 'clientRecovery'],
    [
      'a client of the person’s own is shown to its issuer alone (4.17)',
      '  await requireBound(attempt, client, issuer);\n  return client;',
      '  return client;',
    ],
    [
      'a client that is entered anew stays with the issuer that it is tied to (4.17)',
      'if ((await readRecord(ports, key, bindingRecords)) === undefined)',
      'if (key.length > 0)',
    ],
    [
      'a registration is for one issuer (4.16)',
      'return registrationKey(issuer.issuer, ...terms);',
      "return registrationKey('', ...terms);",
    ],
    [
      'a registration is for one redirect URI (4.19)',
      'const terms = [redirectUri ?? grantType,',
      'const terms = [redirectUri === undefined ? grantType : "",',
    ],
    [
      'a shared secret is no document’s (4.6)',
      'isDocumentAddress(clientId) && issuer.takesClientDocuments && isOpen;',
      'isDocumentAddress(clientId) && issuer.takesClientDocuments;',
    ],
  ),
  ...checksIn(
    'src/session/unattendedSignIn.ts',
    ['boundSecrets', 'otherGrants'],
    [
      'a workload’s assertion is shown to its issuer alone (17.4)',
      '  await requireBound(attempt, nobody, demand.issuer);\n',
      '',
    ],
  ),
  ...checksIn(
    'src/session/clientSecrets.ts',
    ['boundSecrets', 'workspaceSettings', 'clients', 'clientSecrets'],
    [
      'a secret is for the issuer that the entry names',
      "? [clientId ?? '', issuer ?? '']",
      "? [clientId ?? '']",
    ],
    ['a secret is for one client', "? [clientId ?? '', issuer ?? '']", "? [issuer ?? '']"],
    [
      'a secret is for one identity provider',
      ": [identityProvider?.clientId ?? '', identityProvider?.issuer ?? ''];",
      ": [identityProvider?.clientId ?? ''];",
    ],
    [
      'a secret is for one address',
      'JSON.stringify([name, url, owner, ...whose])',
      'JSON.stringify([name, url.slice(0, 0), owner, ...whose])',
    ],
  ),
];
