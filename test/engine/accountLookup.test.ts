// Whose sign-in it is, where the tokens do not tell: userinfo (OpenID Connect Core §5.3), then introspection (RFC 7662).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { lookUpAccount, type AccountQuestion } from '../../src/oauth/accountLookup.ts';
import { IssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';
import { publicClient, secretClient, TokenStand, without } from './tokenStand.ts';

const userinfoPath = '/as/me';
const introspectionPath = '/as/introspect';
const stand = new TokenStand();

function issuerWith(...endpoints: readonly ('userinfoEndpoint' | 'introspectionEndpoint')[]): IssuerDocument {
  const { origin } = stand.world;
  const all = {
    userinfoEndpoint: `${origin}${userinfoPath}`,
    introspectionEndpoint: `${origin}${introspectionPath}`,
  };
  return { ...stand.issuer, ...Object.fromEntries(endpoints.map((name) => [name, all[name]])) };
}

function look({
  issuer = issuerWith('userinfoEndpoint', 'introspectionEndpoint'),
  ...changes
}: Partial<AccountQuestion> = {}) {
  const question = {
    issuer,
    client: publicClient,
    accessToken: 'access',
    scopes: ['openid', 'notes:read'],
    ...changes,
  };
  return lookUpAccount(stand.transport, question, stand.signal);
}

describe('Userinfo', () => {
  it('tells the name of who signed in, for the token alone (checklist 11.7)', async () => {
    stand.answers(userinfoPath, { body: { sub: 'u-1', preferred_username: 'ada', email: 'a@example.org' } });
    assert.deepEqual(await look({ client: secretClient }), { id: 'u-1', label: 'ada' });
    const [request] = stand.sent(userinfoPath);
    assert.deepEqual(
      [request?.method, request?.headers.authorization, request?.headers['dpop']],
      ['GET', 'Bearer access', undefined],
    );
    assert.deepEqual(stand.sent(introspectionPath), [], 'nothing more is asked');
  });

  it('is asked only where openid was granted and the server has it', async () => {
    stand.answers(userinfoPath, { body: { sub: 'u-1', name: 'Ada' } });
    stand.answers(introspectionPath, { status: 401 });
    assert.equal(await look({ scopes: ['notes:read', 'openid.x'] }), undefined);
    assert.equal(await look({ issuer: issuerWith('introspectionEndpoint') }), undefined);
    assert.deepEqual(stand.sent(userinfoPath), []);
  });

  it('about somebody else than the id token is not used (OpenID Connect Core §5.3.2)', async () => {
    const issuer = issuerWith('userinfoEndpoint');
    for (const sub of ['u-2', 'U-1', '', undefined]) {
      stand.answers(userinfoPath, { body: { sub, name: 'Mallory' } });
      assert.equal(await look({ issuer, expectedSubject: 'u-1' }), undefined, sub);
    }
    stand.answers(userinfoPath, { body: { sub: 'u-1', name: 'Ada' } });
    assert.deepEqual(await look({ issuer, expectedSubject: 'u-1' }), { id: 'u-1', label: 'Ada' });
  });

  it('of a token that is bound to a key gets a proof, with the nonce that the server wants (checklist 14.10)', async () => {
    const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n-1' };
    stand.answers(userinfoPath, { status: 401, headers: challenge }, { body: { sub: 'u-1', name: 'Ada' } });
    const issuer = issuerWith('userinfoEndpoint');
    const proofs = await stand.proofs();
    assert.deepEqual(await look({ issuer, proofs }), { id: 'u-1', label: 'Ada' });
    const sent = stand.sent(userinfoPath);
    assert.deepEqual(
      sent.map(({ headers }) => headers.authorization),
      ['DPoP access', 'DPoP access'],
    );
    const claims = sent.map(({ headers }) => decodeJwt(String(headers['dpop'])));
    assert.deepEqual(
      claims.map(({ htm, htu, nonce }) => [htm, htu, nonce]),
      [undefined, 'n-1'].map((nonce) => ['GET', issuer.userinfoEndpoint, nonce]),
    );
  });

  it('that wants one nonce after the other is asked twice and no more (checklist 14.10)', async () => {
    const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n' };
    stand.answers(userinfoPath, { status: 401, headers: challenge });
    const issuer = issuerWith('userinfoEndpoint');
    assert.equal(await look({ issuer, proofs: await stand.proofs() }), undefined);
    assert.equal(stand.sent(userinfoPath).length, 2);
    assert.equal(await look({ issuer }), undefined);
    assert.equal(stand.sent(userinfoPath).length, 3, 'without a proof, once');
  });
});

describe('Introspection', () => {
  const issuer = () => issuerWith('introspectionEndpoint');

  it('tells the name of who signed in, to the client that proves who asks (checklist 11.7)', async () => {
    stand.answers(introspectionPath, { body: { active: true, sub: 'u-1', username: 'ada', name: 'Ada' } });
    assert.deepEqual(await look({ issuer: issuer(), client: secretClient, scopes: [] }), {
      id: 'u-1',
      label: 'ada',
    });
    const { token, client_id: id, client_secret: secret } = stand.form(introspectionPath);
    assert.deepEqual([token, id, secret], ['access', secretClient.clientId, secretClient.clientSecret]);
  });

  it('may tell it in the claims of an id token', async () => {
    stand.answers(introspectionPath, { body: { active: true, sub: 'u-1', email: 'ada@example.org' } });
    assert.deepEqual(await look({ issuer: issuer() }), { id: 'u-1', label: 'ada@example.org' });
    stand.answers(introspectionPath, { body: { active: true, username: 'ada' } });
    assert.deepEqual(await look({ issuer: issuer() }), { id: 'ada', label: 'ada' });
    assert.deepEqual(await look({ issuer: issuer(), expectedSubject: 'u-1' }), { id: 'u-1', label: 'ada' });
  });

  it('counts only where it knows the token', async () => {
    for (const active of [false, undefined, 'true', 1]) {
      stand.answers(introspectionPath, { body: { active, sub: 'u-1', username: 'ada' } });
      assert.equal(await look({ issuer: issuer() }), undefined, String(active));
    }
    stand.answers(introspectionPath, { status: 401, body: { active: true, username: 'ada' } });
    assert.equal(await look({ issuer: issuer() }), undefined);
    stand.answers(introspectionPath, { body: { active: true, username: 'ada', error: 'invalid_client' } });
    assert.equal(await look({ issuer: issuer() }), undefined);
  });

  it('about somebody else than the id token is not used', async () => {
    stand.answers(introspectionPath, { body: { active: true, sub: 'u-2', username: 'mallory' } });
    assert.equal(await look({ issuer: issuer(), expectedSubject: 'u-1' }), undefined);
  });

  it('is asked where userinfo tells nothing, or no name', async () => {
    stand.answers(introspectionPath, { body: { active: true, sub: 'u-1', username: 'ada' } });
    const named = { sub: 'u-1', name: 'Nobody' };
    const replies = [
      { status: 403, body: named },
      { status: 302, body: named },
      { body: '<html>' },
      { body: { sub: 'u-1' } },
    ];
    for (const reply of replies) {
      stand.answers(userinfoPath, reply);
      assert.deepEqual(await look(), { id: 'u-1', label: 'ada' });
    }
  });
});

describe('A look-up', () => {
  it('ends in the subject where that is all that is told', async () => {
    stand.answers(userinfoPath, { body: { sub: 'u-1\u202e' } });
    stand.answers(introspectionPath, { body: { active: true, sub: 'u-2' } });
    assert.deepEqual(await look(), { id: 'u-1\u202e', label: 'u-1' });
    assert.deepEqual(await look({ scopes: [] }), { id: 'u-2', label: 'u-2' });
  });

  it('gives a name on one line, without what could forge a sentence of ours and without the token (checklist 11.2)', async () => {
    stand.answers(userinfoPath, { body: { sub: 'u-1', name: 'A\n\u202eda [x](command:y) access' } });
    assert.deepEqual(await look(), { id: 'u-1', label: 'A da [x] (command:y) [hidden]' });
  });

  it('takes no secret for a subject or a name that a server repeats in its place (checklist 11.2)', async () => {
    stand.answers(userinfoPath, { body: { sub: 'Bearer access' } });
    stand.answers(introspectionPath, { body: { active: true, sub: 'access' } });
    assert.equal(await look(), undefined);
    stand.answers(userinfoPath, { body: { sub: 'access', name: 'Ada' } });
    assert.deepEqual(await look(), { id: 'Ada', label: 'Ada' });
    const { clientSecret = '' } = secretClient;
    stand.answers(introspectionPath, {
      body: { active: true, username: `Ada ${encodeURIComponent(clientSecret)}` },
    });
    const issuer = issuerWith('introspectionEndpoint');
    assert.deepEqual(await look({ issuer, client: secretClient }), {
      id: 'Ada [hidden]',
      label: 'Ada [hidden]',
    });
  });

  it('that fails is no reason to fail', async () => {
    stand.answers(userinfoPath, { status: 503 });
    stand.answers(introspectionPath, { status: 503 });
    assert.equal(await look(), undefined);
    assert.equal(await look({ client: without(secretClient, 'clientSecret') }), undefined);
    assert.equal(await look({ accessToken: 'a\r\nb: c' }), undefined);
    const issuer = issuerWith('userinfoEndpoint', 'introspectionEndpoint');
    await stand.world.close();
    assert.equal(await look({ issuer }), undefined);
  });

  it('asks no address that no request may go to (checklist 3.11)', async () => {
    for (const address of ['http://as.example/me', 'https://169.254.169.254/me', 'no address']) {
      const issuer = { ...stand.issuer, userinfoEndpoint: address, introspectionEndpoint: address };
      assert.equal(await look({ issuer }), undefined);
    }
    assert.deepEqual(stand.world.requests, []);
  });

  it('asks nothing of a server that was stored before its endpoints were', async () => {
    const stored = JSON.parse(JSON.stringify(stand.issuer)) as unknown;
    assert.equal(await look({ issuer: IssuerDocument.parse(stored) }), undefined);
    assert.deepEqual(stand.world.requests, []);
  });

  it('that is given up ends with the reason it was given up for, and asks nobody else', async () => {
    const question = {
      issuer: issuerWith('userinfoEndpoint', 'introspectionEndpoint'),
      client: publicClient,
      accessToken: 'access',
      scopes: ['openid'],
    };
    for (const path of [introspectionPath, userinfoPath]) {
      const giveUp = new AbortController();
      stand.world.answers.set(path, () => {
        giveUp.abort(new Error('Given up.'));
        return { body: { active: true, sub: 'u-1' } };
      });
      const asked = lookUpAccount(stand.transport, question, giveUp.signal);
      await assert.rejects(asked, { message: 'Given up.' });
    }
    assert.equal(stand.sent(introspectionPath).length, 1);
    assert.equal(stand.clock.pendingTimers, 0);
  });
});
