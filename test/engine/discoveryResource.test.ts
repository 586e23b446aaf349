/** Which resource document is believed, and what it has to say. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalResource, wellKnownAddresses } from '../../src/oauth/resource.ts';
import {
  DiscoveryStand,
  issuerAddress,
  legacyAddress,
  resourceAddress,
  rootResourceAddress,
} from './discoveryStand.ts';
import type { Reply } from './world.ts';

const stand = new DiscoveryStand();

describe('The resource document lies', () => {
  const places: [string, string[]][] = [
    ['https://mcp.example', ['']],
    ['https://mcp.example/', ['']],
    ['https://mcp.example/mcp', ['/mcp', '']],
    ['https://mcp.example/mcp/', ['/mcp/', '']],
    ['https://mcp.example/a/b?tenant=1', ['/a/b?tenant=1', '']],
    ['https://mcp.example/?tenant=1', ['?tenant=1', '']],
    ['https://mcp.example/mcp#part', ['/mcp', '']],
  ];
  for (const [server, paths] of places) {
    it(`for ${server} where the path and the query are put behind the well-known one (checklist 2.3, 2.4)`, () => {
      assert.deepEqual(
        wellKnownAddresses(server),
        paths.map((path) => `https://mcp.example/.well-known/oauth-protected-resource${path}`),
      );
    });
  }

  it('where the challenge says, whatever lies elsewhere (checklist 2.2)', async () => {
    stand.world.answers.set('/custom.json', stand.answer(resourceAddress));
    stand.world.alter(resourceAddress, { resource: 'https://evil.example' });
    stand.challengeWith(`Bearer resource_metadata="${stand.world.origin}/custom.json"`);
    assert.equal((await stand.finds()).resource, stand.world.mcpUrl);
  });

  it('at the path before it is sought at the root (checklist 2.3)', async () => {
    stand.challengeWith(undefined);
    await stand.finds();
    assert.equal(stand.world.sent(rootResourceAddress).length, 0);
  });
});

describe('What is no document at a well-known address is passed over (checklist 2.6, 2.9, field case 16)', () => {
  const noise: [string, Reply][] = [
    ...[400, 401, 403, 405, 500, 502].map((status): [string, Reply] => [`${status}`, { status, body: 'no' }]),
    ['a web page', { body: '<!doctype html>' }],
    ['{}', { body: {} }],
    ['null', { body: 'null' }],
    ['a list', { body: [] }],
    ['a text', { body: '"text"' }],
    ['a redirect to a page to sign in at', { status: 302, headers: { location: '/login' } }],
    ['five megabytes', { body: 'x'.repeat(5_000_000) }],
    [
      'a document with another status',
      { status: 203, body: { resource: 'x', authorization_servers: ['y'] } },
    ],
    ['a document without authorization servers', { body: { resource: 'x', authorization_servers: [] } }],
    ['a document without a resource', { body: { authorization_servers: ['https://as.example'] } }],
  ];
  for (const [what, reply] of noise) {
    it(what, async () => {
      stand.challengeWith(undefined);
      stand.move(resourceAddress, rootResourceAddress);
      stand.reply(resourceAddress, reply);
      assert.equal((await stand.finds()).resource, stand.world.mcpUrl);
      assert.equal(stand.world.sent('/login').length, 0);
    });
  }

  it('and unknown members of a document are ignored', async () => {
    stand.world.alter(resourceAddress, {
      resource_name: 7,
      signed_metadata: 'x.y.z',
      scopes_supported: 'no list',
    });
    assert.equal((await stand.finds()).scopesSupported, undefined);
  });

  it('but one that could not be asked for is reported, and not taken for an old server (checklist 3.6)', async () => {
    stand.furnishLegacy();
    stand.reply(resourceAddress, { status: 503 });
    const { facts } = await stand.fails('server_busy');
    assert.equal(facts.status, 503);
    assert.equal(stand.world.sent(legacyAddress).length, 0);
  });
});

describe('A document that the challenge names has to be there (checklist 2.18)', () => {
  const failures: [string, Reply, 'resource_metadata_invalid' | 'server_busy' | 'response_too_large'][] = [
    ['404', { status: 404 }, 'resource_metadata_invalid'],
    ['a web page', { body: '<!doctype html>' }, 'resource_metadata_invalid'],
    [
      'no authorization server',
      { body: { resource: 'x', authorization_servers: [] } },
      'resource_metadata_invalid',
    ],
    ['503', { status: 503 }, 'server_busy'],
    ['too much', { body: 'x'.repeat(2_000_000) }, 'response_too_large'],
  ];
  for (const [what, reply, code] of failures) {
    it(`${what} ends in ${code}, and nothing is sought elsewhere`, async () => {
      stand.world.answers.set(legacyAddress, stand.answer(issuerAddress));
      stand.challengeWith('Bearer resource_metadata="/named.json"');
      stand.reply('/named.json', reply);
      await stand.fails(code);
      const sought = stand.world.requests.filter((request) => !request.endsWith(resourceAddress));
      assert.deepEqual(sought, ['POST /mcp', 'GET /named.json']);
    });
  }

  it('and its address has to be one', async () => {
    stand.challengeWith('Bearer resource_metadata="https://[broken"');
    await stand.fails('resource_metadata_invalid');
    stand.challengeWith('Bearer resource_metadata="http://169.254.169.254/latest"');
    await stand.fails('insecure_url');
  });
});

describe('A resource is for this server (checklist 2.7, 2.8, field cases 8, 9)', () => {
  // What the document names, and whether it is the server itself, above it, or somebody else's.
  const cases: [(origin: string) => string, 'exact' | 'above' | 'other'][] = [
    [(origin) => `${origin}/mcp/deep`, 'exact'],
    [(origin) => `${origin}/mcp/deep/`, 'above'],
    [(origin) => `${origin}/mcp`, 'above'],
    [(origin) => `${origin}/mcp/`, 'above'],
    [(origin) => origin, 'above'],
    [(origin) => `${origin}/`, 'above'],
    [(origin) => `${origin}/mc`, 'other'],
    [(origin) => `${origin}/mcpx`, 'other'],
    [(origin) => `${origin}/mcp/deep/er`, 'other'],
    [(origin) => `${origin}/MCP`, 'other'],
    [(origin) => `${origin}/mcp?a=1`, 'other'],
    [(origin) => `${origin}/mcp#`, 'other'],
    [(origin) => `${origin}/mcp#part`, 'other'],
    [(origin) => origin.replace('http:', 'https:'), 'other'],
    [(origin) => origin.replace('http://', 'http://user@'), 'other'],
    [(origin) => origin.replace('127.0.0.1', 'localhost'), 'other'],
    [(origin) => `${origin}0`, 'other'],
    [(origin) => `blob:${origin}/mcp`, 'other'],
    [(origin) => `${origin}.evil.example`, 'other'],
    [() => 'https://elsewhere.example/mcp/deep', 'other'],
    [() => 'urn:mcp', 'other'],
    [() => '/mcp', 'other'],
    [() => '', 'other'],
  ];
  for (const [resourceAt, verdict] of cases) {
    it(`“${resourceAt('ORIGIN')}” is ${verdict}`, async () => {
      const serverUrl = `${stand.world.origin}/mcp/deep`;
      const resource = resourceAt(stand.world.origin);
      stand.world.answers.set('/mcp/deep', stand.answer('/mcp'));
      stand.world.alter(resourceAddress, { resource });
      if (verdict === 'other') {
        await stand.fails('resource_mismatch', { serverUrl });
        assert.equal(stand.world.sent(issuerAddress).length, 0);
        return;
      }
      const found = await stand.finds({ serverUrl });
      // Byte for byte: a slash more or less is another resource (checklist 7.5).
      assert.equal(found.resource, resource);
      assert.deepEqual(found.notes, verdict === 'above' ? ['resource_prefix'] : []);
    });
  }

  it('or the person says that it is the one that they mean, or that none is to be named', async () => {
    const resource = 'https://elsewhere.example/mcp';
    stand.world.alter(resourceAddress, { resource });
    const { facts } = await stand.fails('resource_mismatch', {
      settings: { resource: 'https://third.example' },
    });
    assert.deepEqual([facts.expected, facts.received], [stand.world.mcpUrl, resource]);
    for (const setting of [resource, false] as const) {
      const found = await stand.finds({ settings: { resource: setting } });
      assert.deepEqual(
        [found.resource, found.notes],
        [setting === false ? undefined : setting, ['resource_setting']],
      );
    }
  });

  it('and the person may name another one in place of a good one', async () => {
    const settings = { resource: 'api://mine' };
    const found = await stand.finds({ settings });
    assert.deepEqual([found.resource, found.notes], ['api://mine', []]);
  });

  it('and is named by the address of the server where no document does (checklist 7.4, 7.5)', () => {
    assert.equal(canonicalResource('HTTPS://MCP.example'), 'https://mcp.example');
    assert.equal(canonicalResource('https://mcp.example/'), 'https://mcp.example');
    assert.equal(canonicalResource('https://mcp.example:443/mcp/#part'), 'https://mcp.example/mcp/');
    assert.equal(canonicalResource('https://mcp.example/mcp?tenant=1'), 'https://mcp.example/mcp?tenant=1');
  });
});

describe('A token that we could not present is not asked for', () => {
  const cases: [string, Record<string, unknown>, boolean][] = [
    ['in the header', { bearer_methods_supported: ['body', 'header'] }, true],
    ['where the server does not say', { bearer_methods_supported: undefined }, true],
    ['in the body alone', { bearer_methods_supported: ['body'] }, false],
    ['nowhere', { bearer_methods_supported: [] }, false],
    ['with a client certificate', { tls_client_certificate_bound_access_tokens: true }, false],
    ['without a client certificate', { tls_client_certificate_bound_access_tokens: false }, true],
  ];
  for (const [how, members, isUsable] of cases) {
    it(`${how}: ${isUsable ? 'it is usable' : 'it is not'} (checklist 2.14, 2.15)`, async () => {
      stand.world.alter(resourceAddress, members);
      if (isUsable) await stand.finds();
      else await stand.fails('token_use_unsupported');
    });
  }
});
