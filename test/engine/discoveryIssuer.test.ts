/** Which authorization server's document is believed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { metadataAddresses } from '../../src/oauth/issuer.ts';
import { policyFor } from '../../src/oauth/secureUrl.ts';
import { DiscoveryStand, issuerAddress, resourceAddress } from './discoveryStand.ts';

const stand = new DiscoveryStand();
const openidInserted = '/.well-known/openid-configuration/as';
const openidAppended = '/as/.well-known/openid-configuration';

describe('The document of an authorization server lies', () => {
  const places: [string, string[]][] = [
    [
      'https://as.example/t1',
      [
        'https://as.example/.well-known/oauth-authorization-server/t1',
        'https://as.example/.well-known/openid-configuration/t1',
        'https://as.example/t1/.well-known/openid-configuration',
      ],
    ],
    [
      'https://as.example/a/t1/',
      [
        'https://as.example/.well-known/oauth-authorization-server/a/t1',
        'https://as.example/.well-known/openid-configuration/a/t1',
        'https://as.example/a/t1/.well-known/openid-configuration',
      ],
    ],
    ...['https://as.example', 'https://as.example/'].map((issuer): [string, string[]] => [
      issuer,
      [
        'https://as.example/.well-known/oauth-authorization-server',
        'https://as.example/.well-known/openid-configuration',
      ],
    ]),
  ];
  for (const [issuer, addresses] of places) {
    it(`for ${issuer} at ${addresses.length} places, in this order (checklist 3.1, 3.2, 3.3, 3.4)`, () => {
      assert.deepEqual(metadataAddresses(issuer, policyFor('https://mcp.example')), addresses);
    });
  }

  for (const issuer of [
    'https://as.example?',
    'https://as.example/?a=1',
    'https://as.example#',
    'https://as.example/#a',
  ]) {
    it(`nowhere for ${issuer}, which is no issuer (checklist 3.8)`, () => {
      const find = () => metadataAddresses(issuer, policyFor('https://mcp.example'));
      assert.throws(find, { code: 'issuer_metadata_invalid' });
    });
  }

  for (const place of [openidInserted, openidAppended]) {
    it(`at ${place} where it lies there alone (checklist 1.3, 3.1)`, async () => {
      stand.move(issuerAddress, place);
      assert.equal((await stand.finds()).issuer.issuer, stand.world.issuer);
    });
  }
});

describe('An issuer is compared letter by letter (checklist 3.5, field case 10)', () => {
  const others: ((issuer: string) => string)[] = [
    (issuer) => `${issuer}/`,
    (issuer) => issuer.replace('http:', 'HTTP:'),
    (issuer) => issuer.replace('/as', '/%61s'),
    (issuer) => issuer.replace('/as', '/As'),
    (issuer) => issuer.replace('127.0.0.1', 'localhost'),
    () => 'https://sts.windows.net/{tenantid}/',
    () => '',
  ];
  for (const other of others) {
    it(`“${other('ISSUER/as')}” is another, and no other place is asked (checklist 3.6)`, async () => {
      const { world } = stand;
      world.alter(issuerAddress, { issuer: other(world.issuer) });
      world.answers.set(openidInserted, () => assert.fail('The next place was asked.'));
      const { facts } = await stand.fails('issuer_mismatch');
      assert.equal(facts.expected, world.issuer);
      assert.equal(facts.received, other(world.issuer) === '' ? undefined : other(world.issuer));
    });
  }
});

describe('A place in trouble', () => {
  it('lets the next one be asked, and is reported where no other has the document (checklist 3.6)', async () => {
    stand.move(issuerAddress, openidAppended);
    stand.reply(issuerAddress, { status: 503 });
    await stand.finds();
    stand.documents.forget(stand.world.mcpUrl);
    stand.world.answers.delete(openidAppended);
    const { facts } = await stand.fails('server_busy');
    assert.equal(facts.status, 503);
  });

  it('that says no is no trouble (field case 16)', async () => {
    for (const status of [400, 401, 403, 404, 405]) {
      stand.reply(issuerAddress, { status });
      await stand.fails('issuer_metadata_missing');
    }
  });
});

describe('Every endpoint of an authorization server', () => {
  const endpoints = [
    'authorization_endpoint',
    'token_endpoint',
    'registration_endpoint',
    'revocation_endpoint',
    'device_authorization_endpoint',
    'pushed_authorization_request_endpoint',
  ];
  for (const endpoint of endpoints) {
    it(`has an address that is safe to use: ${endpoint} (checklist 3.11, 7.9)`, async () => {
      for (const address of [
        'http://as.example/x',
        'javascript:alert(1)',
        'https://169.254.169.254/x',
        '/relative',
      ]) {
        stand.world.alter(issuerAddress, { [endpoint]: address });
        assert.equal((await stand.fails('insecure_url')).facts.received, address);
      }
      stand.world.alter(issuerAddress, { [endpoint]: 'https://as.example/x#part' });
      await stand.fails('issuer_metadata_invalid');
    });
  }
});

describe('PKCE has to be promised (checklist 3.10, field case 18)', () => {
  const promises: [unknown, 'kept' | 'silent' | 'refused'][] = [
    [['S256'], 'kept'],
    [['plain', 'S256'], 'kept'],
    [undefined, 'silent'],
    [null, 'silent'],
    ['S256', 'silent'],
    [[], 'refused'],
    [['plain'], 'refused'],
    [['s256'], 'refused'],
  ];
  for (const [methods, verdict] of promises) {
    it(`${JSON.stringify(methods)} is ${verdict}; the person can do without a promise, not against a refusal`, async () => {
      stand.world.alter(issuerAddress, { code_challenge_methods_supported: methods });
      const settings = { requirePkceMetadata: false };
      if (verdict === 'kept') await stand.finds();
      else await stand.fails('pkce_unsupported');
      if (verdict === 'refused') await stand.fails('pkce_unsupported', { settings });
      else
        assert.deepEqual(
          (await stand.finds({ settings })).notes,
          verdict === 'silent' ? ['pkce_not_promised'] : [],
        );
      if (verdict === 'silent')
        await stand.fails('pkce_unsupported', { settings: { requirePkceMetadata: true } });
    });
  }

  it('by a server that sends browsers somewhere; another one need not have codes at all (checklist 3.9, 17.1)', async () => {
    const machine = { response_types_supported: ['token'], code_challenge_methods_supported: undefined };
    stand.world.alter(issuerAddress, { ...machine, authorization_endpoint: undefined });
    assert.equal((await stand.finds()).issuer.authorizationEndpoint, undefined);
    await stand.renew();
    stand.world.alter(issuerAddress, { response_types_supported: ['token'] });
    await stand.fails('issuer_metadata_invalid');
  });
});

describe('Of several authorization servers (checklist 2.10)', () => {
  function furnish(...names: readonly string[]): string[] {
    const { world } = stand;
    const issuers = names.map((name) => `${world.origin}/${name}`);
    world.alter(resourceAddress, { authorization_servers: issuers });
    const answer = stand.answer(issuerAddress);
    names.forEach((name, index) => {
      const address = `/.well-known/oauth-authorization-server/${name}`;
      world.answers.set(address, answer);
      world.alter(address, { issuer: issuers[index] });
    });
    return issuers;
  }

  it('the one is taken that we are known at, else the first', async () => {
    const [one, two] = furnish('one', 'two');
    assert.equal((await stand.finds()).issuer.issuer, one);
    const found = await stand.finds({ isKnownAt: (issuer) => Promise.resolve(issuer === two) });
    assert.deepEqual([found.issuer.issuer, found.notes], [two, []]);
  });

  it('the next is taken where the first has no document, judged like every one', async () => {
    const [, two] = furnish('one', 'two');
    stand.world.answers.delete('/.well-known/oauth-authorization-server/one');
    const found = await stand.finds();
    assert.deepEqual([found.issuer.issuer, found.notes], [two, ['issuer_skipped']]);
    stand.documents.forget(stand.world.mcpUrl);
    stand.world.alter('/.well-known/oauth-authorization-server/two', {
      code_challenge_methods_supported: ['plain'],
    });
    await stand.fails('pkce_unsupported');
  });

  it('no other is taken where the first contradicts itself or is in trouble', async () => {
    furnish('one', 'two');
    stand.world.alter('/.well-known/oauth-authorization-server/one', { issuer: 'https://evil.example' });
    await stand.fails('issuer_mismatch');
    stand.reply('/.well-known/oauth-authorization-server/one', { status: 500 });
    await stand.fails('server_busy');
    assert.equal(stand.world.sent('/.well-known/oauth-authorization-server/two').length, 0);
  });

  it('only so many are asked', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `as${index}`);
    furnish(...names);
    for (const name of names) stand.world.answers.delete(`/.well-known/oauth-authorization-server/${name}`);
    await stand.fails('issuer_metadata_missing');
    assert.equal(stand.world.requests.length, 2 + 8 * 3);
  });
});

describe('An authorization server that the person names (field case 10)', () => {
  it('is used in place of the one that the server names', async () => {
    const issuer = `${stand.world.origin}/mine`;
    stand.world.answers.set('/.well-known/oauth-authorization-server/mine', stand.answer(issuerAddress));
    stand.world.alter('/.well-known/oauth-authorization-server/mine', { issuer });
    const found = await stand.finds({ settings: { issuer } });
    assert.deepEqual([found.issuer.issuer, found.notes], [issuer, ['issuer_setting']]);
    assert.equal(stand.world.sent(issuerAddress).length, 0);
  });

  it('may have its document at the addresses of the one that the server names', async () => {
    const issuer = `${stand.world.origin}/elsewhere`;
    stand.world.alter(issuerAddress, { issuer });
    const { facts } = await stand.fails('issuer_mismatch');
    assert.deepEqual([facts.expected, facts.received], [stand.world.issuer, issuer]);
    const found = await stand.finds({ settings: { issuer } });
    assert.deepEqual([found.issuer.issuer, found.notes], [issuer, ['issuer_setting', 'issuer_elsewhere']]);
  });

  it('is found at the second of them too, where the first has a document of its own', async () => {
    const { world } = stand;
    const issuer = `${world.origin}/elsewhere`;
    world.alter(resourceAddress, { authorization_servers: [world.issuer, `${world.origin}/two`] });
    world.answers.set('/.well-known/oauth-authorization-server/two', stand.answer(issuerAddress));
    world.alter('/.well-known/oauth-authorization-server/two', { issuer });
    assert.equal((await stand.finds({ settings: { issuer } })).issuer.issuer, issuer);
  });

  it('is compared letter by letter like every other', async () => {
    const issuer = `${stand.world.issuer}/`;
    const { facts } = await stand.fails('issuer_mismatch', { settings: { issuer } });
    assert.deepEqual([facts.expected, facts.received], [issuer, stand.world.issuer]);
  });

  it('is compared with the slash behind its host, which no request shows (checklist 3.5)', async () => {
    const { world } = stand;
    stand.move(issuerAddress, '/.well-known/oauth-authorization-server');
    world.alter('/.well-known/oauth-authorization-server', { issuer: world.origin });
    world.alter(resourceAddress, { authorization_servers: [`${world.origin}/`] });
    await stand.fails('issuer_mismatch');
  });

  it('is not replaced by another whose document lies at hand', async () => {
    const issuer = `${stand.world.origin}/nowhere`;
    const { facts } = await stand.fails('issuer_mismatch', { settings: { issuer } });
    assert.deepEqual([facts.expected, facts.received], [issuer, stand.world.issuer]);
    stand.world.answers.delete(issuerAddress);
    await stand.fails('issuer_metadata_missing', { settings: { issuer } });
  });

  it('is not found elsewhere while its own address is in trouble: what is there then says whose it is, and nobody else', async () => {
    const issuer = `${stand.world.origin}/mine`;
    stand.world.alter(issuerAddress, { issuer, token_endpoint: `${stand.world.origin}/evil` });
    stand.reply('/.well-known/oauth-authorization-server/mine', { status: 503 });
    await stand.fails('server_busy', { settings: { issuer } });
    assert.equal(stand.world.sent(issuerAddress).length, 0);
  });

  it('has to promise and publish what every other has to', async () => {
    const settings = { issuer: stand.world.issuer };
    stand.world.alter(issuerAddress, { token_endpoint: 'http://as.example/token' });
    await stand.fails('insecure_url', { settings });
    stand.world.alter(issuerAddress, { token_endpoint: undefined });
    await stand.fails('issuer_metadata_missing', { settings });
    await stand.fails('insecure_url', { settings: { issuer: 'http://as.example' } });
  });
});

describe('An authorization server that lists what it protects', () => {
  it('leaves a note where this server is not on the list, and nothing more (checklist 2.17)', async () => {
    const { world } = stand;
    world.alter(issuerAddress, { protected_resources: [world.mcpUrl] });
    assert.deepEqual((await stand.finds()).notes, []);
    stand.documents.forget(world.mcpUrl);
    world.alter(issuerAddress, { protected_resources: ['https://other.example'] });
    assert.deepEqual((await stand.finds()).notes, ['resource_not_listed']);
    assert.deepEqual((await stand.finds({ settings: { resource: false } })).notes, []);
  });
});
