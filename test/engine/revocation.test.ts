// Tokens that are over (RFC 7009, checklist 14.8).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { revokeTokens } from '../../src/oauth/revocation.ts';
import { publicClient, revocationPath, secretClient, TokenStand, without } from './tokenStand.ts';

const stand = new TokenStand();
const tokens: { refreshToken?: string; accessToken: string } = {
  refreshToken: 'refresh',
  accessToken: 'access',
};

function revoke({ client = publicClient, issuer = stand.issuer, what = tokens } = {}) {
  return revokeTokens(stand.transport, issuer, client, what, undefined, stand.signal);
}

/** The tokens that were sent, in order. */
function sent(): (string | null)[] {
  return stand.sent(revocationPath).map(({ body }) => new URLSearchParams(body).get('token'));
}

describe('Revocation', () => {
  it('takes the refresh token first, then the access token, each with its kind (checklist 14.8)', async () => {
    stand.answers(revocationPath, { status: 200 });
    assert.equal(await revoke(), true);
    const forms = stand.sent(revocationPath).map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    assert.deepEqual(forms, [
      { token: 'refresh', token_type_hint: 'refresh_token', client_id: 'client-1' },
      { token: 'access', token_type_hint: 'access_token', client_id: 'client-1' },
    ]);
  });

  it('authenticates the client, and is content with an empty answer (checklist 14.8)', async () => {
    stand.answers(revocationPath, { status: 204 });
    assert.equal(await revoke({ client: secretClient, what: { accessToken: 'access' } }), true);
    assert.deepEqual(sent(), ['access']);
    assert.equal(stand.form(revocationPath)['client_secret'], secretClient.clientSecret);
  });

  it('of a server that has none is not tried', async () => {
    assert.equal(await revoke({ issuer: without(stand.issuer, 'revocationEndpoint') }), false);
    assert.deepEqual(stand.sent(revocationPath), []);
  });

  it('that is refused for one token is tried for the other (checklist 14.8)', async () => {
    const refused = { status: 400, body: { error: 'unsupported_token_type' } };
    stand.answers(revocationPath, refused, { status: 200 });
    assert.equal(await revoke(), false);
    stand.answers(revocationPath, { status: 200 }, refused);
    assert.equal(await revoke(), false);
    assert.deepEqual(sent(), ['refresh', 'access', 'refresh', 'access']);
    stand.answers(revocationPath, { status: 200, body: { error: 'invalid_request' } });
    assert.equal(await revoke(), false);
  });

  it('that fails is no reason to fail (checklist 14.8)', async () => {
    stand.answers(revocationPath, { status: 503 });
    assert.equal(await revoke(), false);
    assert.equal(
      await revoke({ issuer: { ...stand.issuer, revocationEndpoint: 'http://as.example/' } }),
      false,
    );
    assert.equal(await revoke({ client: without(secretClient, 'clientSecret') }), false);
    const { issuer } = stand;
    await stand.world.close();
    assert.equal(await revoke({ issuer }), false);
  });

  it('that is given up ends with the reason it was given up for', async () => {
    const giveUp = new AbortController();
    stand.world.answers.set(revocationPath, () => {
      giveUp.abort(new Error('Given up.'));
      return {};
    });
    const work = revokeTokens(stand.transport, stand.issuer, publicClient, tokens, undefined, giveUp.signal);
    await assert.rejects(work, { message: 'Given up.' });
    assert.deepEqual(sent(), ['refresh']);
  });

  it('of tokens that are bound to a key comes with a proof, with the nonce that the server wants (checklist 14.10)', async () => {
    const wanted = { status: 400, headers: { 'dpop-nonce': 'n-1' }, body: { error: 'use_dpop_nonce' } };
    stand.answers(revocationPath, wanted, { status: 200 });
    const proofs = await stand.proofs();
    const { transport, issuer, signal } = stand;
    assert.equal(await revokeTokens(transport, issuer, publicClient, tokens, proofs, signal), true);
    assert.deepEqual(sent(), ['refresh', 'refresh', 'access']);
    const claims = stand.sent(revocationPath).map(({ headers }) => decodeJwt(String(headers['dpop'])));
    assert.deepEqual(
      claims.map(({ nonce }) => nonce),
      [undefined, 'n-1', 'n-1'],
    );
    assert.ok(claims.every(({ htu, htm }) => htu === issuer.revocationEndpoint && htm === 'POST'));
    assert.equal(stand.sent(revocationPath)[0]?.headers.authorization, undefined);
  });
});
