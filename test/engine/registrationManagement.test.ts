// What becomes of a registration after it was made (RFC 7592).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRegistrationAgain, removeRegistration } from '../../src/oauth/registrationManagement.ts';
import type { ClientIdentity } from '../../src/oauth/wire/client.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { register } from './sandboxVisitor.ts';
import { publicClient, TokenStand, without } from './tokenStand.ts';
import { World, type Reply } from './world.ts';

const stand = new TokenStand();
const path = '/as/register/client-1';

function managed(changes: Partial<ClientIdentity> = {}): ClientIdentity {
  const management = { address: `${stand.world.origin}${path}`, token: 'manage-1' };
  return { ...publicClient, management, ...changes };
}

function remove(client = managed(), issuer = stand.issuer) {
  return removeRegistration(stand.transport, issuer, client, stand.signal);
}

function readAgain(client = managed(), issuer = stand.issuer) {
  return readRegistrationAgain(stand.transport, issuer, client, stand.signal);
}

/** What comes of one answer. */
function given(reply: Reply, client = managed(), issuer = stand.issuer) {
  stand.answers(path, reply);
  return readAgain(client, issuer);
}

describe('A registration that is not needed any more', () => {
  it('is taken back with the token that came with it (checklist 14.2)', async () => {
    for (const status of [204, 200]) {
      stand.answers(path, { status });
      assert.equal(await remove(), true);
      const request = stand.sent(path).at(-1);
      assert.deepEqual(
        [request?.method, request?.headers.authorization, request?.body],
        ['DELETE', 'Bearer manage-1', ''],
      );
    }
  });

  it('is gone where the server knows it no longer (checklist 14.2)', async () => {
    for (const status of [401, 404]) {
      stand.answers(path, { status, body: { error: 'invalid_token' } });
      assert.equal(await remove(), true, String(status));
    }
  });

  it('stays where the server refuses, fails or leads elsewhere, and that is no reason to fail (checklist 14.2)', async () => {
    for (const status of [400, 403, 405, 429, 500, 503]) {
      stand.answers(path, { status });
      assert.equal(await remove(), false, String(status));
    }
    stand.answers(path, { status: 307, headers: { location: '/as/elsewhere' } });
    assert.equal(await remove(), false);
    assert.deepEqual(stand.sent('/as/elsewhere'), []);
    const [client, { issuer }] = [managed(), stand];
    await stand.world.close();
    assert.equal(await remove(client, issuer), false);
  });

  it('stays where nothing was said of how to take it back', async () => {
    assert.equal(await remove(publicClient), false);
    assert.equal(await readAgain(publicClient), undefined);
    assert.deepEqual(stand.world.requests, []);
  });

  it('is taken back from a real server, and once', async (t) => {
    const sandbox = await startSandbox();
    t.after(() => sandbox.close());
    const { body } = await register(sandbox, { redirect_uris: ['http://127.0.0.1:1/callback'] });
    const client = managed({
      clientId: String(body['client_id']),
      management: {
        address: String(body['registration_client_uri']),
        token: String(body['registration_access_token']),
      },
    });
    const issuer = { ...stand.issuer, issuer: sandbox.issuer };
    const read = await readAgain(client, issuer);
    assert.equal(read?.clientId, client.clientId);
    assert.equal(await remove(read, issuer), true);
    assert.equal(await readAgain(read, issuer), undefined);
  });
});

describe('A registration that is read again', () => {
  it('has the secret, its end and the token that it has now (checklist 14.2)', async () => {
    const before = managed({ clientSecret: 'old', secretExpiresAtMs: 1, authMethod: 'client_secret_basic' });
    const address = `${stand.world.origin}/as/register/moved`;
    const body = {
      client_id: 'client-1',
      client_secret: 'new',
      client_secret_expires_at: 1_900_000_000,
      token_endpoint_auth_method: 'client_secret_post',
      registration_client_uri: address,
      registration_access_token: 'manage-2',
    };
    assert.deepEqual(await given({ body }, before), {
      kind: 'registered',
      clientId: 'client-1',
      // As it was, since it may be the person's choice.
      authMethod: 'client_secret_basic',
      clientSecret: 'new',
      secretExpiresAtMs: 1_900_000_000_000,
      management: { address, token: 'manage-2' },
    });
    const [request] = stand.sent(path);
    assert.deepEqual([request?.method, request?.headers.authorization], ['GET', 'Bearer manage-1']);
  });

  it('keeps what the answer leaves out (checklist 14.2)', async () => {
    const before = managed({ clientSecret: 's', secretExpiresAtMs: 1, authMethod: 'client_secret_post' });
    assert.deepEqual(await given({ body: { client_id: 'client-1' } }, before), before);
    assert.deepEqual(await given({ body: { client_id: 'client-1' } }), managed());
    const rotated = { client_id: 'client-1', registration_access_token: 'manage-2' };
    assert.deepEqual((await given({ body: rotated }))?.management, {
      address: managed().management?.address,
      token: 'manage-2',
    });
  });

  it('has a secret without an end where the new one has none (checklist 14.2)', async () => {
    const before = managed({ clientSecret: 'old', secretExpiresAtMs: 1, authMethod: 'client_secret_post' });
    for (const end of [0, undefined, null]) {
      const body = { client_id: 'client-1', client_secret: 'new', client_secret_expires_at: end };
      const client = await given({ body }, before);
      assert.deepEqual([client?.clientSecret, client?.secretExpiresAtMs], ['new', undefined]);
    }
  });

  it('proves who asks as the server wants it, where it is given its first secret (checklist 14.2)', async () => {
    const body = { client_id: 'client-1', client_secret: 'new' };
    const issuer = { ...stand.issuer, tokenAuthMethods: ['client_secret_post'] };
    assert.equal((await given({ body }, managed(), issuer))?.authMethod, 'client_secret_post');
    assert.equal((await given({ body }))?.authMethod, 'client_secret_basic');
  });

  it('is not taken for another client (checklist 14.2)', async () => {
    for (const id of ['client-2', 'CLIENT-1', '', undefined])
      assert.equal(await given({ body: { client_id: id, client_secret: 'new' } }), undefined);
  });

  it('cannot be had from a server that refuses, fails or answers something else (checklist 14.2)', async () => {
    const body = { client_id: 'client-1' };
    for (const status of [302, 401, 403, 404, 503])
      assert.equal(await given({ status, body }), undefined, String(status));
    for (const odd of [undefined, '<html>', 'null', []]) assert.equal(await given({ body: odd }), undefined);
    const [client, { issuer }] = [managed(), stand];
    await stand.world.close();
    assert.equal(await readAgain(client, issuer), undefined);
  });
});

describe('The token that manages a registration', () => {
  it('goes to the origin of the issuer or of its registration endpoint and to no other (checklist 14.2)', async () => {
    const elsewhere = await World.start();
    try {
      for (const world of [stand.world, elsewhere])
        world.answers.set(path, ({ method }) =>
          method === 'DELETE' ? { status: 204 } : { body: { client_id: 'client-1' } },
        );
      const foreign = managed({ management: { address: `${elsewhere.origin}${path}`, token: 'manage-1' } });
      const { issuer } = stand;
      assert.equal(await remove(foreign), false);
      assert.equal(await readAgain(foreign), undefined);
      assert.deepEqual(elsewhere.requests, []);

      const there = { ...issuer, registrationEndpoint: `${elsewhere.origin}/register` };
      assert.deepEqual(await readAgain(foreign, there), foreign);
      assert.equal(await remove(foreign, there), true);
      assert.deepEqual(await readAgain(managed(), there), managed(), 'the issuer’s own');
    } finally {
      await elsewhere.close();
    }
  });

  it('goes to no address that no request may go to (checklist 14.2)', async () => {
    for (const address of ['http://as.example/c', 'https://169.254.169.254/c', 'data:,c', 'no address', '']) {
      const client = managed({ management: { address, token: 'manage-1' } });
      const issuer = { ...stand.issuer, issuer: address };
      assert.equal(await remove(client, issuer), false, address);
      assert.equal(await readAgain(client, issuer), undefined, address);
    }
    const odd = managed({ management: { address: managed().management?.address ?? '', token: 'a\r\nb: c' } });
    assert.equal(await remove(odd), false);
    assert.deepEqual(stand.world.requests, []);
  });

  it('is given up with the reason that the request was given up for', async () => {
    for (const work of [removeRegistration, readRegistrationAgain]) {
      const giveUp = new AbortController();
      stand.world.answers.set(path, () => {
        giveUp.abort(new Error('Given up.'));
        return { status: 204 };
      });
      const asked = work(stand.transport, stand.issuer, managed(), giveUp.signal);
      await assert.rejects(asked, { message: 'Given up.' });
    }
    assert.equal(stand.clock.pendingTimers, 0);
  });

  it('needs no more of the issuer than its name', async () => {
    stand.answers(path, { status: 204 });
    const { issuer } = without(stand.issuer, 'revocationEndpoint');
    assert.equal(await removeRegistration(stand.transport, { issuer }, managed(), stand.signal), true);
  });
});
