/** Servers of the revision 2025-03-26, which publish no resource document (checklist 13). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DiscoveryStand,
  issuerAddress,
  legacyAddress,
  resourceAddress,
  rootResourceAddress,
} from './discoveryStand.ts';

const stand = new DiscoveryStand();

describe('A server without a resource document', () => {
  it('is its own authorization server where its origin says so (checklist 13.1, 13.2)', async () => {
    stand.furnishLegacy();
    const { world } = stand;
    const found = await stand.finds();
    assert.deepEqual([found.issuer.issuer, found.notes], [world.origin, ['legacy_metadata']]);
    assert.equal(found.issuer.tokenEndpoint, `${world.issuer}/token`);
    assert.deepEqual(
      world.requests.toSorted(),
      [
        'POST /mcp',
        `GET ${resourceAddress}`,
        `GET ${rootResourceAddress}`,
        `GET ${legacyAddress}`,
      ].toSorted(),
    );
  });

  it('is known by having none, whatever its pages weigh that lie there (checklist 2.6)', async () => {
    stand.furnishLegacy();
    stand.reply(resourceAddress, { body: 'x'.repeat(5_000_000) });
    assert.deepEqual((await stand.finds()).notes, ['legacy_metadata']);
  });

  it('is told the revision that it is asked in (checklist 13.2)', async () => {
    stand.furnishLegacy();
    await stand.finds();
    const versions = stand.world.transcript.map(({ path, headers }) => [
      path,
      headers['mcp-protocol-version'],
    ]);
    assert.deepEqual(
      versions.filter(([, version]) => version !== undefined),
      [[legacyAddress, '2025-03-26']],
    );
  });

  it('may publish an OpenID Connect document instead', async () => {
    stand.furnishLegacy();
    stand.move(legacyAddress, '/.well-known/openid-configuration');
    assert.equal((await stand.finds()).issuer.issuer, stand.world.origin);
  });

  it('gets a token for its own address, unless the person says otherwise (checklist 13.4)', async () => {
    stand.furnishLegacy();
    assert.equal((await stand.finds()).resource, stand.world.mcpUrl);
    assert.equal((await stand.finds({ settings: { resource: 'api://x' } })).resource, 'api://x');
    assert.equal((await stand.finds({ settings: { resource: false } })).resource, undefined);
  });

  it('has its issuer pinned as it stands', async () => {
    for (const spelling of ['/', '/tenant', '/as']) {
      await stand.renew();
      stand.furnishLegacy({ issuer: stand.world.origin + spelling });
      assert.equal((await stand.finds()).issuer.issuer, stand.world.origin + spelling);
    }
  });

  it('may not name an authorization server of another origin, unless the person names it too', async () => {
    const issuer = 'https://as.example';
    stand.furnishLegacy({ issuer });
    const { facts } = await stand.fails('issuer_mismatch');
    assert.deepEqual([facts.expected, facts.received], [stand.world.origin, issuer]);
    // That one publishes nothing at its own address.
    stand.fetch = (url, init) =>
      url.startsWith(issuer) ? Promise.resolve(new Response(null, { status: 404 })) : fetch(url, init);
    const found = await stand.finds({ settings: { issuer } });
    assert.deepEqual([found.issuer.issuer, found.notes], [issuer, ['issuer_setting', 'issuer_elsewhere']]);
  });

  it('passes all the checks of today (checklist 13.3)', async () => {
    const changes: [Record<string, unknown>, Parameters<typeof stand.fails>[0]][] = [
      [{ code_challenge_methods_supported: undefined }, 'pkce_unsupported'],
      [{ token_endpoint: 'http://as.example/token' }, 'insecure_url'],
      [{ response_types_supported: ['token'] }, 'issuer_metadata_invalid'],
      [{ issuer: 'no address' }, 'insecure_url'],
    ];
    for (const [change, code] of changes) {
      await stand.renew();
      stand.furnishLegacy(change);
      await stand.fails(code);
    }
    await stand.renew();
    stand.furnishLegacy({ issuer: `${stand.world.origin}/?tenant=1` });
    await stand.fails('issuer_metadata_invalid');
  });

  it('is reported as busy where its document cannot be asked for now', async () => {
    stand.furnishLegacy();
    stand.reply(legacyAddress, { status: 502 });
    await stand.fails('server_busy', { settings: { legacyEndpoints: true } });
  });
});

describe('A server that publishes nothing at all', () => {
  it('is not signed in to by guessing (checklist 13.3)', async () => {
    stand.furnishLegacy();
    stand.world.answers.delete(legacyAddress);
    const { facts } = await stand.fails('resource_metadata_missing');
    assert.deepEqual(facts, { host: new URL(stand.world.origin).host });
  });

  it('is, by the endpoints of that revision, where the person says so, and marked (checklist 13.2, 13.3)', async () => {
    stand.furnishLegacy();
    stand.world.answers.delete(legacyAddress);
    const { world } = stand;
    const { issuer, notes, resource } = await stand.finds({ settings: { legacyEndpoints: true } });
    assert.deepEqual([notes, resource], [['legacy_endpoints'], world.mcpUrl]);
    assert.deepEqual(
      [issuer.issuer, issuer.authorizationEndpoint, issuer.tokenEndpoint, issuer.registrationEndpoint],
      ['', '/authorize', '/token', '/register'].map((path) => world.origin + path),
    );
    assert.deepEqual([issuer.assumed, issuer.sendsIss], [true, false]);
  });

  it('is not where it publishes a document that is wrong', async () => {
    stand.furnishLegacy({ issuer: 'https://as.example' });
    await stand.fails('issuer_mismatch', { settings: { legacyEndpoints: true } });
  });

  it('is, by the authorization server that the person names (checklist 2.5)', async () => {
    stand.challengeWith(undefined);
    stand.world.answers.delete(resourceAddress);
    const { issuer, resource, notes } = await stand.finds({ settings: { issuer: stand.world.issuer } });
    assert.deepEqual(
      [issuer.issuer, resource, notes],
      [stand.world.issuer, stand.world.mcpUrl, ['issuer_setting']],
    );
    assert.equal(stand.world.sent(issuerAddress).length, 1);
  });
});

describe('A server of today', () => {
  it('is never taken for one of then: its document decides (checklist 2.18)', async () => {
    stand.world.answers.set(legacyAddress, stand.answer(issuerAddress));
    stand.world.alter(legacyAddress, { issuer: stand.world.origin });
    stand.world.answers.delete(issuerAddress);
    await stand.fails('issuer_metadata_missing', { settings: { legacyEndpoints: true } });
    assert.equal(stand.world.sent(legacyAddress).length, 0);
  });
});
