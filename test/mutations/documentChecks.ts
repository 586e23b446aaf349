/** Checks of what servers publish: whose document it is, and where it may lead (checklist 2, 3). */
import { checksIn } from './securityCheck.ts';

export const documentChecks = [
  ...checksIn(
    'src/oauth/issuerJudgement.ts',
    [
      'discovery',
      'discoveryIssuer',
      'discoveryLegacy',
      'documentProperties',
      'knownHabits',
      'habits',
      'specification',
    ],
    [
      'a document is of the issuer that it was asked for (3.5)',
      'if (!isSame && alias === undefined)',
      'if (document.issuer.length < 0)',
    ],
    [
      'issuers are compared letter by letter (3.5)',
      'const isSame = document.issuer === issuer;',
      "const isSame = document.issuer.replace(/[/]$/, '') === issuer.replace(/[/]$/, '');",
    ],
    [
      'endpoints are secure (3.11)',
      'for (const endpoint of endpoints) requireSecureUrl(endpoint, policy);',
      'void [requireSecureUrl, policy];',
    ],
    ['endpoints have no fragment (3.8)', "endpoints.every((endpoint) => !endpoint.includes('#')) &&", ''],
    [
      'a server gives codes (3.9)',
      "(authorizationEndpoint === undefined || responseTypes?.includes('code') !== false);",
      'true;',
    ],
    [
      'PKCE is promised (3.10)',
      "if (authorizationEndpoint === undefined || codeChallengeMethods?.includes('S256') === true)",
      'if (document.issuer.length > 0)',
    ],
    [
      'PKCE is promised with S256 (3.10)',
      "codeChallengeMethods?.includes('S256') === true)",
      'codeChallengeMethods !== undefined)',
    ],
    [
      'a server that takes no S256 is refused whatever the settings say (3.10)',
      'if (codeChallengeMethods === undefined) {',
      'if (document.issuer.length > 0) {',
    ],
    [
      'the setting beats what is known of a server that does not promise PKCE (3.10)',
      'if (requirePkceMetadata === undefined && service',
      'if (service',
    ],
    [
      'only known pairs of names are the same server (3.5)',
      'aliases.some(([one, other]) => one === called && other === issuer)',
      'aliases.some(([one]) => one === called)',
    ],
    [
      'a slash is passed over at known servers alone (3.5)',
      'return ignoresFinalSlash && isSlash',
      'return isSlash',
    ],
  ),
  ...checksIn(
    'src/oauth/hostPattern.ts',
    ['habits', 'knownHabits', 'knownNames', 'knownServices'],
    [
      'a host is known by its whole name',
      'return new RegExp(`^${expression}$`).test(host);',
      'return new RegExp(`^${expression}`).test(host);',
    ],
    [
      'a host is known by its whole name, from the start',
      'return new RegExp(`^${expression}$`).test(host);',
      'return new RegExp(`${expression}$`).test(host);',
    ],
  ),
  ...checksIn(
    'src/oauth/issuer.ts',
    ['discoveryIssuer', 'discoveryLegacy', 'discovery'],
    [
      'a document of 2025-03-26 is of the origin of the server (13.2)',
      'const called = new URL(issuer).origin === origin ? issuer : origin;',
      'const called = issuer;',
    ],
    [
      'an issuer has no query and no fragment (3.8)',
      'if (/[?#]/.test(issuer)) throw',
      'if (issuer === "") throw',
    ],
    [
      'nobody else speaks for an issuer in trouble (field case 10)',
      '  if (own.failure !== undefined) throw own.failure;\n',
      '',
    ],
    [
      'only so many issuers are asked',
      'const [first, ...others] = issuers.slice(0, maxIssuers) as',
      'const [first, ...others] = [...issuers] as unknown as',
    ],
  ),
  ...checksIn(
    'src/oauth/scopeResource.ts',
    ['knownHabits'],
    [
      'a resource is left out for scopes that may be those of the server alone (7.3)',
      'more.length === 0 && mayBeServers(first, new URL(serverUrl).origin)',
      'more.length === 0',
    ],
    [
      'a resource is left out for scopes of one resource (7.3)',
      'first !== undefined && more.length === 0 &&',
      'first !== undefined &&',
    ],
    [
      'more access is of the resource that the person configured (7.3)',
      'return [...others].every((resource) => own.has(resource));',
      'return own.size > 0;',
    ],
  ),
  ...checksIn(
    'src/oauth/resource.ts',
    ['discovery', 'discoveryResource', 'addressProperties', 'documentProperties', 'specification'],
    [
      'the document is about this server (2.7)',
      "throw new AuthError('resource_mismatch', mismatch(serverUrl, resource));",
      'return [];',
    ],
    [
      'a resource above the server ends with a segment (2.8)',
      '(server.pathname === prefix || server.pathname.startsWith(`${prefix}/`))',
      'server.pathname.startsWith(prefix)',
    ],
    ['a resource is of the host of the server (2.8)', '    named.host === server.host &&\n', ''],
    ['a resource has the scheme of the server (2.8)', '    named.protocol === server.protocol &&\n', ''],
    ['a resource names no user (2.8)', "    named.username + named.password === '' &&\n", ''],
    ['a resource has no fragment (2.8)', "    !resource.includes('#') &&\n", ''],
    [
      'a resource has no query but that of the server (2.8)',
      "    (named.search === '' || named.search === server.search) &&\n",
      '',
    ],
    [
      'tokens are presented in the header alone (2.14)',
      "!document.requiresClientCertificate && document.bearerMethods?.includes('header') !== false;",
      '!document.requiresClientCertificate;',
    ],
    [
      'a server that wants certificates is told from others (2.15)',
      "!document.requiresClientCertificate && document.bearerMethods?.includes('header') !== false;",
      "document.bearerMethods?.includes('header') !== false;",
    ],
  ),
  ...checksIn(
    'src/oauth/documentCache.ts',
    ['documentCache'],
    [
      'a document that is kept is given only to who might ask for it (16.1)',
      '    requireSecureUrl(wanted.address, transport.policy);\n',
      '',
    ],
    [
      'a request that runs is shared only by who might make it (16.1)',
      'const runningKey = JSON.stringify([nearest, serverHost, key]);',
      'const runningKey = JSON.stringify([nearest === serverHost, key]);',
    ],
    [
      'what was said with other headers is not believed (3.12)',
      'if (contact?.headers !== JSON.stringify(headers)) return undefined;',
      'if (contact === undefined) return undefined;',
    ],
  ),
];
