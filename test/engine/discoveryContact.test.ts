/** What discovery asks the server itself, how seldom, and how it ends. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseChallenge } from '../../src/oauth/challenge.ts';
import { discoveryTimeoutMs } from '../../src/oauth/discovery.ts';
import { DiscoveryStand, issuerAddress, resourceAddress, rootResourceAddress } from './discoveryStand.ts';
import type { Answer, Reply } from './world.ts';

const stand = new DiscoveryStand();
const cold = ['POST /mcp', `GET ${resourceAddress}`, `GET ${issuerAddress}`];

describe('A discovery that knows nothing yet', () => {
  it('costs three requests and finds all that a sign-in needs (design 11)', async () => {
    const { world } = stand;
    const { resource, issuer, scopesSupported, challenge, bindsTokens, notes } = await stand.finds();
    assert.deepEqual(world.requests.toSorted(), cold.toSorted());
    assert.deepEqual([resource, issuer.issuer], [world.mcpUrl, world.issuer]);
    assert.deepEqual([scopesSupported, challenge?.scopes], [['notes:read'], ['notes:read', 'notes:write']]);
    assert.deepEqual([bindsTokens, notes], [false, []]);
  });

  it('asks for the document beside the first contact and not after it', { timeout: 20_000 }, async () => {
    const guessed = Promise.withResolvers<undefined>();
    stand.fetch = async (url, init) => {
      if (url.endsWith(resourceAddress)) guessed.resolve(undefined);
      else if (init.method === 'POST') await guessed.promise;
      return fetch(url, init);
    };
    await stand.finds();
  });

  it('lets nothing go on after its end', async () => {
    stand.fetch = (url, init) =>
      url.endsWith(resourceAddress)
        ? new Promise((_, reject) =>
            init.signal?.addEventListener('abort', () => reject(new Error('Ended.'))),
          )
        : fetch(url, init);
    stand.reply('/mcp', { status: 500 });
    await stand.fails('server_busy');
    assert.deepEqual(
      stand.exchanges.map(({ purpose, outcome }) => [purpose, outcome]),
      [
        ['first_contact', 500],
        ['resource_document', 'aborted'],
      ],
    );
  });

  it('takes a minute at most, however many answers come late', async () => {
    const challenge = parseChallenge('Bearer');
    assert.ok(challenge);
    stand.world.answers.delete(issuerAddress);
    // Each request stays within its own limit.
    stand.fetch = (url, init) => {
      stand.clock.advance(25_000);
      return fetch(url, init);
    };
    const { host } = new URL(stand.world.origin);
    assert.deepEqual((await stand.fails('timed_out', { challenge })).facts, { host });
    assert.equal(discoveryTimeoutMs, 60_000);
    assert.equal(stand.exchanges.length, 3);
  });

  it('ends with the reason of its caller when it is aborted', async () => {
    const reason = new Error('The person had enough.');
    await assert.rejects(stand.discover({}, AbortSignal.abort(reason)), reason);
    const later = new AbortController();
    stand.fetch = () => {
      later.abort(reason);
      return new Promise(() => undefined);
    };
    await assert.rejects(stand.discover({}, later.signal), reason);
    assert.equal(stand.clock.pendingTimers, 0);
  });
});

describe('A discovery soon after another', () => {
  it('asks for nothing (design 5.1, 11)', async () => {
    const first = await stand.finds();
    const before = stand.world.requests.length;
    assert.deepEqual(await stand.finds(), first);
    assert.equal(stand.world.requests.length, before);
  });

  it('asks for nothing where the documents lie at the last places to look', async () => {
    stand.challengeWith(undefined);
    stand.move(resourceAddress, rootResourceAddress);
    stand.move(issuerAddress, '/as/.well-known/openid-configuration');
    await stand.finds();
    const before = stand.world.requests.length;
    await stand.finds();
    assert.equal(stand.world.requests.length, before);
  });

  it('asks the server again after ten minutes, and what cannot have changed is not sent again', async () => {
    for (const address of [resourceAddress, issuerAddress]) {
      const answer = stand.answer(address);
      stand.world.answers.set(address, (request) =>
        request.headers['if-none-match'] === '"1"'
          ? { status: 304 }
          : { ...answer(request), headers: { etag: '"1"' } },
      );
    }
    const first = await stand.finds();
    stand.clock.advance(600_000);
    assert.deepEqual(await stand.finds(), first);
    assert.deepEqual(stand.world.requests.slice(3).toSorted(), cold.toSorted());
    assert.deepEqual(
      stand.exchanges
        .slice(3)
        .map(({ outcome }) => outcome)
        .toSorted(),
      [304, 304, 401],
    );
  });

  it('asks the server again where the person has changed what is sent along', async () => {
    await stand.finds();
    await stand.finds({ headers: { 'x-tenant': 'other' } });
    assert.equal(stand.world.sent('/mcp').length, 2);
  });

  it('asks for the document again where the server says something else than before (checklist 2.11)', async () => {
    const long = stand.answer(resourceAddress);
    stand.world.answers.set(resourceAddress, (request) => ({
      ...long(request),
      headers: { 'cache-control': 'max-age=3600' },
    }));
    await stand.finds();
    stand.clock.advance(600_000);
    await stand.finds();
    assert.equal(stand.world.sent(resourceAddress).length, 1);
    stand.challengeWith(`Bearer resource_metadata="${resourceAddress}", scope="more"`);
    stand.clock.advance(600_000);
    assert.deepEqual((await stand.finds()).challenge?.scopes, ['more']);
    assert.equal(stand.world.sent(resourceAddress).length, 2);
  });

  it('asks for everything again after one that failed, so that what is outdated does not stick', async () => {
    await stand.finds();
    stand.clock.advance(600_000);
    stand.world.alter(issuerAddress, { issuer: 'https://other.example' });
    await stand.fails('issuer_mismatch');
    stand.world.alter(issuerAddress, { issuer: stand.world.issuer });
    const before = stand.world.requests.length;
    await stand.finds();
    assert.deepEqual(stand.world.requests.slice(before).toSorted(), cold.toSorted());
  });

  it('asks for everything again when it was told to forget', async () => {
    await stand.finds();
    stand.documents.forget(stand.world.mcpUrl);
    await stand.finds();
    assert.deepEqual(stand.world.requests.slice(3).toSorted(), cold.toSorted());
  });
});

describe('A challenge that the server sent just now', () => {
  const challengeOf = (header: string) => parseChallenge(header) ?? assert.fail('It is no challenge.');

  it('spares the first contact', async () => {
    const challenge = challengeOf(`Bearer resource_metadata="${resourceAddress}", scope="x"`);
    const found = await stand.finds({ challenge });
    assert.equal(found.challenge, challenge);
    assert.deepEqual(stand.world.requests, [`GET ${resourceAddress}`, `GET ${issuerAddress}`]);
  });

  it('has the document asked for again, however fresh it is (checklist 2.11, field case 29)', async () => {
    const header = `Bearer resource_metadata="${resourceAddress}"`;
    stand.challengeWith(header);
    await stand.finds();
    stand.world.alter(resourceAddress, { authorization_servers: [`${stand.world.origin}/new`] });
    stand.world.alter(issuerAddress, { issuer: `${stand.world.origin}/new` });
    stand.move(issuerAddress, '/.well-known/oauth-authorization-server/new');
    const { issuer } = await stand.finds({
      challenge: challengeOf(header),
    });
    assert.equal(issuer.issuer, `${stand.world.origin}/new`);
  });

  it('that names another document puts an end to what is known (checklist 2.11)', async () => {
    await stand.finds();
    stand.move(resourceAddress, '/moved.json');
    await stand.finds({ challenge: challengeOf('Bearer resource_metadata="/moved.json"') });
    stand.challengeWith('Bearer resource_metadata="/moved.json"');
    await stand.finds();
    assert.equal(stand.world.sent('/mcp').length, 2);
  });

  it('that names no document leads to the one of the first contact', async () => {
    stand.move(resourceAddress, '/custom.json');
    stand.challengeWith('Bearer resource_metadata="/custom.json"');
    const challenge = challengeOf('Bearer error="insufficient_scope", scope="more"');
    // Nothing is known of a first contact: the server is asked.
    assert.equal((await stand.finds({ challenge })).challenge, challenge);
    assert.equal(stand.world.sent('/mcp').length, 1);
    await stand.finds();
    assert.equal(stand.world.sent('/mcp').length, 2);
    // Now it is known.
    await stand.finds({ challenge });
    assert.equal(stand.world.sent('/mcp').length, 2);
  });

  it('counts for a server that answers anybody at first (checklist 2.12)', async () => {
    stand.reply('/mcp', { body: { jsonrpc: '2.0', id: 0, result: {} } });
    stand.world.answers.delete(resourceAddress);
    assert.deepEqual(await stand.discover(), { kind: 'none' });
    await stand.fails('resource_metadata_missing', { challenge: challengeOf('Bearer') });
  });
});

describe('A server that answers anybody', () => {
  it('needs no sign-in, also where its documents cannot be had', async () => {
    stand.reply('/mcp', { body: { jsonrpc: '2.0', id: 0, result: {} } });
    for (const status of [404, 503]) {
      stand.reply(resourceAddress, { status });
      assert.deepEqual(await stand.discover(), { kind: 'none' });
    }
  });

  it('may be signed in to where it publishes how', async () => {
    stand.reply('/mcp', { body: { jsonrpc: '2.0', id: 0, result: {} } });
    assert.equal((await stand.finds()).challenge, undefined);
  });
});

describe('A server of the older transport, which takes nothing but the request for its stream', () => {
  const asksForStream =
    (status: number, stream: Reply): Answer =>
    (request) =>
      request.method === 'GET' && request.headers.accept === 'text/event-stream' ? stream : { status };

  it('is asked for its stream, and says there whether it wants a sign-in (checklist 2.1)', async () => {
    const headers = { 'www-authenticate': 'Bearer scope="older"' };
    for (const status of [404, 405]) {
      await stand.renew();
      stand.world.answers.set('/mcp', asksForStream(status, { status: 401, headers }));
      assert.deepEqual((await stand.finds()).challenge?.scopes, ['older']);
    }
    const stream = {
      headers: { 'content-type': 'text/event-stream' },
      body: 'event: endpoint\ndata: /m\n\n',
    };
    stand.world.answers.delete(resourceAddress);
    stand.documents.forget(stand.world.mcpUrl);
    stand.world.answers.set('/mcp', asksForStream(405, stream));
    assert.deepEqual(await stand.discover(), { kind: 'none' });
  });

  it('is none where that is answered by something else, or the first answer left no doubt', async () => {
    stand.world.answers.set('/mcp', asksForStream(405, { body: '<html>' }));
    assert.equal((await stand.fails('server_failed')).facts.status, 405);
    stand.world.answers.set('/mcp', asksForStream(405, { status: 503 }));
    await stand.fails('server_busy');
    const before = stand.world.sent('/mcp').length;
    stand.world.answers.set('/mcp', asksForStream(400, { status: 401 }));
    await stand.fails('server_failed');
    assert.equal(stand.world.sent('/mcp').length, before + 1);
  });
});

describe('Tokens are bound to a key (checklist 2.15, 14.10)', () => {
  it('where the resource document, the challenge or the person wants it, and not otherwise', async () => {
    assert.equal((await stand.finds()).bindsTokens, false);
    stand.world.alter(resourceAddress, { dpop_bound_access_tokens_required: true });
    stand.documents.forget(stand.world.mcpUrl);
    assert.equal((await stand.finds()).bindsTokens, true);
    await stand.renew();
    stand.challengeWith('DPoP algs="ES256"');
    assert.equal((await stand.finds()).bindsTokens, true);
    await stand.renew();
    stand.challengeWith(`DPoP algs="ES256", resource_metadata="${resourceAddress}", Bearer scope="x"`);
    assert.equal((await stand.finds()).bindsTokens, false);
  });
});
