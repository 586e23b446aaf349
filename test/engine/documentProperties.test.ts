/** What holds for whatever a server publishes: discovery ends in a result that is sound, or in an error of ours. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server as SocketServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { AuthError } from '../../src/oauth/authError.ts';
import type { Discovery } from '../../src/oauth/discovery.ts';
import { policyFor, requireSecureUrl } from '../../src/oauth/secureUrl.ts';
import { endpointsOf, readIssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';
import { readResourceDocument } from '../../src/oauth/wire/resourceDocument.ts';
import { DiscoveryStand, issuerAddress, legacyAddress, resourceAddress } from './discoveryStand.ts';

const stand = new DiscoveryStand();

const resourceMembers = [
  'resource',
  'authorization_servers',
  'scopes_supported',
  'bearer_methods_supported',
  'dpop_bound_access_tokens_required',
  'tls_client_certificate_bound_access_tokens',
] as const;
const issuerMembers = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
  'userinfo_endpoint',
  'introspection_endpoint',
  'response_types_supported',
  'scopes_supported',
  'code_challenge_methods_supported',
  'prompt_values_supported',
  'protected_resources',
  'require_pushed_authorization_requests',
] as const;

/** Values that members have in the field, and some that nobody would think of. ORIGIN stands for the server's own. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    true,
    [],
    {},
    ['S256'],
    ['plain'],
    ['code'],
    ['header'],
    ['ORIGIN/as'],
    ['ORIGIN/as', 'https://elsewhere.invalid'],
    'ORIGIN',
    'ORIGIN/',
    'ORIGIN/as',
    'ORIGIN/as/',
    'ORIGIN/mcp',
    'ORIGIN/mc',
    'javascript:alert(1)',
    'http://169.254.169.254/x',
    'https://elsewhere.invalid/x',
    'https://[broken',
    ['\0'],
    [[[]]],
    'ORIGIN/as#x',
    'ORIGIN/as?x',
  ),
  fc.jsonValue(),
);

/** A document that is right but for some members. */
const changesOf = (members: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...members), value, { maxKeys: 3 });

/** What comes in place of a document. */
const noise = fc.record({
  status: fc.oneof(fc.constant(200), fc.integer({ min: 200, max: 599 })),
  headers: fc.dictionary(
    fc.constantFrom(
      'cache-control',
      'etag',
      'age',
      'expires',
      'content-type',
      'location',
      'www-authenticate',
    ),
    fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
    { maxKeys: 3 },
  ),
  body: fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.json(),
    fc.constantFrom('{}', 'null', '[[[[', '"'.repeat(1000)),
  ),
});

/** Everything that a discovery may end in. */
async function ending(found: Promise<Discovery>): Promise<Discovery | AuthError> {
  const end = await found.catch((thrown: unknown) => {
    if (!(thrown instanceof AuthError)) throw thrown;
    assert.notEqual(thrown.code, 'unexpected');
    return thrown;
  });
  assert.equal(stand.clock.pendingTimers, 0);
  return end;
}

function requireSound(found: Discovery | AuthError, serverUrl: string): void {
  if (found instanceof AuthError || found.kind === 'none') return;
  const { issuer, resource, notes } = found;
  for (const endpoint of endpointsOf(issuer)) requireSecureUrl(endpoint, policyFor(serverUrl));
  assert.ok(resource !== undefined && serverUrl.startsWith(resource), resource);
  assert.equal(new URL(resource).origin, new URL(serverUrl).origin);
  assert.ok(
    issuer.authorizationEndpoint === undefined || issuer.codeChallengeMethods?.includes('S256') === true,
  );
  assert.ok(!notes.includes('legacy_endpoints'));
}

describe('Any JSON', () => {
  it('is a document or none', () => {
    const near = fc.oneof(
      fc.jsonValue(),
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      fc.dictionary(
        fc.constantFrom(...resourceMembers, ...issuerMembers, '__proto__'),
        fc.oneof(value, fc.array(fc.string())),
      ),
    );
    fc.assert(
      fc.property(near, (json) => {
        const [resource, issuer] = [readResourceDocument(json), readIssuerDocument(json)];
        if (resource !== undefined) {
          assert.equal(typeof resource.resource, 'string');
          assert.ok(
            [resource.issuers, resource.scopesSupported ?? []]
              .flat()
              .every((text) => typeof text === 'string'),
          );
          assert.ok(resource.issuers.length > 0);
        }
        if (issuer !== undefined)
          assert.ok([issuer.issuer, ...endpointsOf(issuer)].every((text) => typeof text === 'string'));
      }),
      { numRuns: 400 },
    );
  });
});

describe('Whatever a server publishes', { timeout: 120_000 }, () => {
  /** Puts the origin of the world where the generator could only name it. */
  const here = (changes: object) =>
    JSON.parse(JSON.stringify(changes).replaceAll('ORIGIN', stand.world.origin)) as Record<string, unknown>;

  it('discovery ends in a sound result or in an error, where documents are right but for some members', async () => {
    // No name outside this world is asked for.
    stand.fetch = (url, init) =>
      url.startsWith(stand.world.origin) ? fetch(url, init) : Promise.reject(new Error('Nowhere.'));
    const [resource, issuer] = [stand.answer(resourceAddress), stand.answer(issuerAddress)];
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        changesOf(resourceMembers),
        changesOf(issuerMembers),
        fc.constantFrom('Bearer', `Bearer resource_metadata="${resourceAddress}"`, 'DPoP', undefined),
        fc.boolean(),
        async (ofResource, ofIssuer, challenge, isLegacy) => {
          const { world } = stand;
          world.answers.set(resourceAddress, resource);
          world.answers.set(issuerAddress, issuer);
          world.alter(resourceAddress, here(ofResource));
          world.alter(issuerAddress, here(ofIssuer));
          world.answers.set(legacyAddress, stand.answer(issuerAddress));
          if (isLegacy) world.answers.delete(resourceAddress);
          stand.challengeWith(challenge);
          stand.documents.forget(world.mcpUrl);
          const end = await ending(stand.discover());
          requireSound(end, world.mcpUrl);
          ends.add(end instanceof AuthError ? end.code : end.kind);
        },
      ),
      {
        numRuns: 300,
        examples: [
          [{}, {}, 'Bearer', false],
          [{ resource: 'https://other.example/mcp' }, {}, 'Bearer', false],
          [{}, { issuer: 'https://other.example' }, 'Bearer', false],
        ],
      },
    );
    // The property says nothing if all runs end alike.
    for (const end of ['sign_in', 'resource_mismatch', 'issuer_mismatch'])
      assert.ok(ends.has(end), [...ends].join(' '));
  });

  it('discovery ends in a sound result or in an error, where anything comes in place of documents', async () => {
    const places = [
      '/mcp',
      resourceAddress,
      '/.well-known/oauth-protected-resource',
      issuerAddress,
      legacyAddress,
    ];
    const right = places.map((place) => stand.world.answers.get(place));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(noise), { minLength: 5, maxLength: 5 }), async (replies) => {
        places.forEach((place, index) => {
          const [reply, answer] = [replies[index], right[index]];
          if (reply) stand.reply(place, reply);
          else if (answer === undefined) stand.world.answers.delete(place);
          else stand.world.answers.set(place, answer);
        });
        requireSound(await ending(stand.discover()), stand.world.mcpUrl);
        // Not forgotten: what was kept must not do harm in the next run either.
      }),
      { numRuns: 300 },
    );
  });
});

describe('Whatever comes over the wire', { timeout: 120_000 }, () => {
  let sockets: SocketServer;
  let answer = Buffer.alloc(0);
  before(async () => {
    sockets = createSocketServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => sockets.listen(0, '127.0.0.1', resolve));
  });
  after(() => sockets.close());

  it('discovery ends in an error of ours, or finds a server that says nothing', async () => {
    const status = fc.constantFrom(
      'HTTP/1.1 200 OK',
      'HTTP/1.1 401 No',
      'HTTP/1.1 999 X',
      'HTTP/1.1 204 X',
      'HTTP/1.1 304 X',
      'HTTP/9 1',
    );
    const line = fc.constantFrom(
      'content-type: application/json',
      'content-length: 5',
      'content-length: -1',
      'content-encoding: gzip',
      'transfer-encoding: chunked',
      'www-authenticate: Bearer',
      'location: /x',
      'set-cookie: a=b',
      ': x',
      'x',
    );
    const http = fc
      .tuple(status, fc.array(line, { maxLength: 5 }), fc.uint8Array({ maxLength: 100 }))
      .map(([first, lines, body]) =>
        Buffer.concat([Buffer.from([first, ...lines, '', ''].join('\r\n')), body]),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }).map((all) => Buffer.from(all)),
          http,
        ),
        async (bytes) => {
          answer = bytes;
          const serverUrl = `http://127.0.0.1:${(sockets.address() as AddressInfo).port}/mcp`;
          const end = await ending(stand.discover({ serverUrl }));
          assert.ok(end instanceof AuthError || end.kind === 'none');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('A server that never stops', { timeout: 30_000 }, () => {
  let endless: Server;
  const ended = Promise.withResolvers<undefined>();
  before(async () => {
    endless = createServer((request, response) => {
      if (request.method === 'POST') return void response.writeHead(401).end();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.on('close', () => ended.resolve(undefined));
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    endless.closeAllConnections();
    endless.close();
  });

  it('is hung up on', async () => {
    const serverUrl = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/mcp`;
    const { code } = (await ending(stand.discover({ serverUrl }))) as AuthError;
    assert.equal(code, 'response_too_large');
    await ended.promise;
  });
});
