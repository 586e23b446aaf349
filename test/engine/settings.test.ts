import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reservedParameters } from '../../src/oauth/wire/authorization.ts';
import { isClientDocumentUrl, oauthMembers } from '../../src/servers/oauthSettings.ts';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { parseServers } from '../../src/servers/settings.ts';
import type { SettingsLayer } from '../../src/servers/source.ts';

const url = 'https://mcp.example/mcp';

/** What becomes of the settings of a person, and of a workspace. */
function parse(own: unknown, shared?: unknown) {
  const layers: SettingsLayer[] = [
    { source: { scope: 'user' }, servers: own },
    { source: { scope: 'workspace', workspace: 'file:///project' }, servers: shared },
  ];
  const { listed, problems } = parseServers(layers);
  return {
    servers: listed.map(({ server }) => server),
    problems: problems.map(({ name, member, reason }) => ({ name, member, reason })),
  };
}

describe('The setting mcpOAuth.servers', () => {
  it('gives a server for each entry, byte for byte as its address was typed', () => {
    const { servers, problems } = parse({
      plain: { url: 'https://MCP.example' },
      full: { url, headers: { 'X-Team': 'a' }, oauth: { clientId: 'mine', scopes: ['a:b'], later: 1 } },
      off: { url: 'http://localhost:3000/mcp', oauth: false },
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(servers, [
      { name: 'plain', url: 'https://MCP.example', headers: {}, oauth: {} },
      { name: 'full', url, headers: { 'X-Team': 'a' }, oauth: { clientId: 'mine', scopes: ['a:b'] } },
      { name: 'off', url: 'http://localhost:3000/mcp', headers: {}, oauth: false },
    ]);
  });

  it('names what is wrong with an entry, and keeps the good ones', () => {
    const { servers, problems } = parse({
      good: { url },
      noUrl: {},
      plainHttp: { url: 'http://mcp.example/mcp' },
      otherScheme: { url: 'ftp://mcp.example' },
      fragment: { url: `${url}#x` },
      credentials: { url: 'https://a:b@mcp.example' },
      badHeaderName: { url, headers: { 'a b': 'c' } },
      badHeaderValue: { url, headers: { a: 'b\r\nc: d' } },
      badOauth: { url, oauth: true },
      badScope: { url, oauth: { scopes: ['a b'] } },
      text: 'https://mcp.example',
      '': { url },
      'two\nlines': { url },
      '[x](command:y)': { url },
    });
    assert.deepEqual(
      servers.map(({ name }) => name),
      ['good'],
    );
    assert.deepEqual(
      problems.map(({ name, member }) => [name, member]),
      [
        ['noUrl', 'url'],
        ['plainHttp', 'url'],
        ['otherScheme', 'url'],
        ['fragment', 'url'],
        ['credentials', 'url'],
        ['badHeaderName', 'headers'],
        ['badHeaderValue', 'headers'],
        ['badOauth', 'oauth'],
        ['badScope', 'oauth.scopes'],
        ['text', 'entry'],
        ['', 'name'],
        ['two\nlines', 'name'],
        ['[x](command:y)', 'name'],
      ],
    );
  });

  it('break no request apart: a header that frames it is none of theirs (RFC 9110 §7.6.1, §8.6)', () => {
    for (const name of ['Host', 'Content-Length', 'transfer-encoding', 'Connection', 'TE', 'Upgrade']) {
      const { servers, problems } = parse({ a: { url, headers: { [name]: 'x' } } });
      assert.deepEqual([servers, problems.map(({ member }) => member)], [[], ['headers']], name);
    }
  });

  it('may be anything at all', () => {
    for (const setting of [undefined, null, 1, 'x', [], ['x'], { a: null }])
      assert.deepEqual(parse(setting).servers, []);
  });

  it('does not let a name reach the prototype of anything', () => {
    const { servers } = parse(
      JSON.parse(`{"__proto__": {"url": "${url}"}, "constructor": {"url": "${url}"}}`),
    );
    assert.deepEqual(
      servers.map(({ name }) => name),
      ['__proto__', 'constructor'],
    );
  });
});

/** Every setting there is: one that is added to the type does not compile here without a value. */
const everything: Required<OAuthSettings> = {
  clientId: 'mine',
  tokenEndpointAuthMethod: 'client_secret_post',
  scopes: ['read', 'offline_access'],
  resource: 'api://mine',
  authorizationParameters: { audience: 'https://api.example', prompt: '' },
  issuer: 'https://login.example/tenant/',
  requirePkceMetadata: false,
  knownHabits: false,
  legacyEndpoints: true,
  dpop: true,
  grant: 'enterprise',
  identityProvider: { issuer: 'https://idp.example', clientId: 'editor' },
  assertionFile: '/var/run/secrets/token',
  redirect: 'loopback',
  redirectPort: 47_712,
  redirectHost: 'localhost',
  relayUrl: 'https://vscode.dev/redirect',
};

describe('The settings of a server under oauth', () => {
  it('are taken as they stand, every one of them', () => {
    const { servers, problems } = parse({ all: { url, oauth: everything } });
    assert.deepEqual(problems, []);
    assert.deepEqual(servers[0]?.oauth, everything);
    assert.deepEqual(Object.keys(oauthMembers()).sort(), Object.keys(everything).sort());
  });

  const bad: Record<keyof OAuthSettings, readonly unknown[]> = {
    clientId: ['', 1, null, 'two\nlines'],
    tokenEndpointAuthMethod: ['', 'client_secret_jwt', null],
    scopes: ['read', ['two words'], [''], [1]],
    resource: [
      true,
      '',
      '/mcp',
      'https://mcp.example/#a',
      'https://mcp.example/#',
      ' https://mcp.example',
      null,
    ],
    authorizationParameters: [{ audience: 1 }, { 'a b': 'c' }, { '': 'c' }, ['audience'], 'audience=x'],
    issuer: [
      '',
      'http://login.example',
      'https://login.example?x',
      'https://login.example#x',
      'https://me:mine@login.example',
      'https://login.example\n',
      'https://169.254.169.254',
    ],
    requirePkceMetadata: ['false', 0, null],
    knownHabits: ['false', 0, null],
    legacyEndpoints: ['true', 1],
    dpop: ['true', 1],
    grant: ['', 'password', 'authorization_code'],
    identityProvider: [
      'https://idp.example',
      { issuer: 'https://idp.example' },
      { clientId: 'editor' },
      { issuer: 'http://idp.example', clientId: 'editor' },
      { issuer: 'https://idp.example', clientId: '' },
    ],
    assertionFile: ['', 'token', './token', '~/token', 'file:///token', '/a\0b'],
    redirect: ['', 'browser'],
    redirectPort: [0, 65_536, 1.5, '8080', -1],
    redirectHost: ['', '0.0.0.0', '[::1]', 'example.com'],
    relayUrl: [
      '',
      'http://localhost/relay',
      'https://relay.example/#x',
      'https://me:mine@relay.example',
      'ftp://x',
    ],
  };
  for (const [name, values] of Object.entries(bad)) {
    it(`name oauth.${name} where it is wrong, and cost no other entry`, () => {
      for (const value of values) {
        const { servers, problems } = parse({
          wrong: { url, oauth: { [name]: value } },
          good: { url },
        });
        assert.deepEqual(
          problems,
          [{ name: 'wrong', member: `oauth.${name}`, reason: 'unusable' }],
          JSON.stringify(value),
        );
        assert.deepEqual(
          servers.map((server) => server.name),
          ['good'],
        );
      }
    });
  }

  it('add no parameter that belongs to the protocol (checklist 7.1)', () => {
    assert.ok(reservedParameters.size > 0);
    for (const name of reservedParameters) {
      const { problems } = parse({ a: { url, oauth: { authorizationParameters: { [name]: 'x' } } } });
      assert.deepEqual(
        problems,
        [{ name: 'a', member: 'oauth.authorizationParameters', reason: 'unusable' }],
        name,
      );
    }
  });

  it('take a resource of any scheme, or none at all', () => {
    for (const resource of ['api://8f2c', 'urn:example:mcp', 'https://mcp.example', false] as const) {
      const { servers } = parse({ a: { url, oauth: { resource } } });
      assert.deepEqual(servers[0]?.oauth, { resource });
    }
  });

  it('take the path of a file on any platform', () => {
    for (const assertionFile of ['/run/token', 'C:\\token', 'c:/token', '\\\\server\\share\\token']) {
      const { servers } = parse({ a: { url, oauth: { assertionFile } } });
      assert.deepEqual(servers[0]?.oauth, { assertionFile });
    }
  });
});

describe('The address of a client metadata document', () => {
  it('is https with a path, and nothing that could be read in two ways (checklist 4.5)', () => {
    for (const text of [
      'https://me.example/client.json',
      'https://me.example:8443/a/b?v=1',
      'https://me.example/a..b',
    ])
      assert.ok(isClientDocumentUrl(text), text);
    for (const text of [
      '',
      'https://me.example',
      'https://me.example/',
      'http://localhost/client.json',
      'https://me.example/a#b',
      'https://me:mine@me.example/a',
      'https://me.example/../a',
      'https://me.example/a/.',
      'https://me.example/a/%2E%2e/b',
      'https://me.example/a b',
      'client.json',
    ])
      assert.ok(!isClientDocumentUrl(text), text);
  });
});
