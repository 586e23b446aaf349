// Tokens that are bound to a key (RFC 9449, checklist 14.10, 17.3).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { calculateJwkThumbprint, decodeJwt, EmbeddedJWK, jwtVerify } from 'jose';
import { newProofKey, Proofs } from '../../src/oauth/dpop.ts';
import { ProofKey } from '../../src/oauth/proofKey.ts';
import { requestTokens, type TokenContext } from '../../src/oauth/tokenRequest.ts';
import { grantTypes } from '../../src/oauth/wire/token.ts';
import { failsWith, tokenPath, TokenStand } from './tokenStand.ts';
import type { Reply } from './world.ts';

const stand = new TokenStand();
const address = new URL('https://mcp.example/mcp?key=value#there');
const good = { body: { access_token: 'token', token_type: 'DPoP' } };

/** The claims of a proof whose signature its own key verifies, as a server judges it (RFC 9449 §4.3). */
async function verified(proof: string | undefined) {
  const { payload, protectedHeader } = await jwtVerify(proof ?? '', EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['ES256'],
    requiredClaims: ['jti', 'htm', 'htu', 'iat'],
  });
  return { payload, jwk: protectedHeader.jwk };
}

describe('A proof', () => {
  it('is signed by the key, for this method, address and token (checklist 14.10, 17.3)', async () => {
    const key = await newProofKey(stand.issuer);
    const proofs = await Proofs.of(key);
    const { authorization, dpop } = await proofs.headersFor('t0ken', 'post', address);
    assert.equal(authorization, 'DPoP t0ken');
    const { payload, jwk } = await verified(dpop);
    assert.equal(payload['htm'], 'POST');
    assert.equal(payload['htu'], 'https://mcp.example/mcp', 'neither query nor fragment');
    assert.equal(payload['ath'], createHash('sha256').update('t0ken').digest('base64url'));
    assert.equal(payload['nonce'], undefined);
    assert.deepEqual(Object.keys(jwk ?? {}).sort(), ['crv', 'kty', 'x', 'y'], 'the key itself stays here');
    assert.equal(await calculateJwkThumbprint(jwk ?? {}), await proofs.handle.calculateThumbprint());
    assert.deepEqual([jwk?.x, jwk?.y], [key.x, key.y]);
  });

  it('is another one for each request (checklist 17.3)', async () => {
    const proofs = await stand.proofs();
    const made = await Promise.all([1, 2, 3].map(() => proofs.headersFor('t0ken', 'GET', address)));
    assert.equal(new Set(made.map(({ dpop = '' }) => decodeJwt(dpop).jti)).size, 3);
  });

  it('comes with its token and with no other header', async () => {
    const headers = await (await stand.proofs()).headersFor('t0ken', 'GET', address);
    assert.deepEqual(Object.keys(headers).sort(), ['authorization', 'dpop']);
  });

  it('holds the last nonce of that server and of no other (checklist 14.10, 17.3)', async () => {
    const proofs = await stand.proofs();
    const nonceFor = async (url: string) => {
      const { dpop } = await proofs.headersFor('t0ken', 'GET', new URL(url));
      return (await verified(dpop)).payload['nonce'];
    };
    await proofs.noteNonce('t0ken', address, 'n-1');
    assert.equal(await nonceFor('https://mcp.example/elsewhere'), 'n-1');
    await proofs.noteNonce('t0ken', address, 'n-2');
    assert.equal(await nonceFor('https://mcp.example/mcp'), 'n-2');
    assert.equal(await nonceFor('https://as.example/mcp'), undefined);
    assert.equal(await nonceFor('https://mcp.example:8443/mcp'), undefined);
  });
});

describe('A key', () => {
  it('is a new one each time, and lasts when it is stored (checklist 14.10)', async () => {
    const [one, other] = await Promise.all([newProofKey(stand.issuer), newProofKey(stand.issuer)]);
    assert.notEqual(one.x, other.x);
    const kept = ProofKey.parse(JSON.parse(JSON.stringify(one)));
    const thumbprints = await Promise.all(
      [one, kept].map(async (key) => (await Proofs.of(key)).handle.calculateThumbprint()),
    );
    assert.equal(thumbprints[0], thumbprints[1]);
  });

  it('is made only for a server that can verify with it (checklist 14.10)', async () => {
    assert.ok(await newProofKey({ ...stand.issuer, dpopAlgorithms: ['RS256', 'ES256'] }));
    const issuer = { ...stand.issuer, dpopAlgorithms: ['RS256'] };
    await failsWith('token_use_unsupported', newProofKey(issuer));
  });
});

describe('A token request with a key', () => {
  async function ask(replies: readonly [Reply, ...Reply[]], changes: Partial<TokenContext> = {}) {
    stand.answers(tokenPath, ...replies);
    const context = stand.context({ proofs: await stand.proofs(), ...changes });
    const { transport, now, signal } = stand;
    const { authorizationCode: type } = grantTypes;
    return requestTokens(transport, context, type, { code: 'c0de' }, [], now, signal);
  }
  const claims = () => Promise.all(stand.sent().map(({ headers }) => verified(String(headers['dpop']))));
  const nonce = (value: string) => ({ 'dpop-nonce': value });

  it('proves the key at the token endpoint (checklist 14.10, 17.3)', async () => {
    assert.equal((await ask([good])).accessToken, 'token');
    const [proof] = await claims();
    assert.equal(proof?.payload['htm'], 'POST');
    assert.equal(proof.payload['htu'], stand.issuer.tokenEndpoint);
    assert.equal(proof.payload['ath'], undefined);
  });

  it('is sent once more with the nonce that the server wants, however it says so (checklist 14.10, 17.3)', async () => {
    const ways: Reply[] = [
      { status: 400, headers: nonce('n-1'), body: { error: 'use_dpop_nonce' } },
      { status: 401, headers: nonce('n-1'), body: { error: 'use_dpop_nonce' } },
      { status: 401, headers: { ...nonce('n-1'), 'www-authenticate': 'DPoP error="use_dpop_nonce"' } },
    ];
    for (const wanted of ways) {
      await stand.renew();
      assert.equal((await ask([wanted, good])).accessToken, 'token');
      const [first, second] = await claims();
      assert.deepEqual([first?.payload['nonce'], second?.payload['nonce']], [undefined, 'n-1']);
      assert.notEqual(first?.payload.jti, second?.payload.jti);
      assert.deepEqual(stand.sent().length, 2);
      assert.equal(stand.sent()[0]?.body, stand.sent()[1]?.body);
    }
  });

  it('is sent no third time (checklist 14.10)', async () => {
    const wanted = { status: 400, headers: nonce('n'), body: { error: 'use_dpop_nonce' } };
    await failsWith('token_refused', ask([wanted]));
    assert.equal(stand.sent().length, 2);
  });

  it('is not sent again for a nonce that nobody named, nor without a key (checklist 14.10)', async () => {
    const body = { error: 'use_dpop_nonce' };
    await failsWith('token_refused', ask([{ status: 400, body }]));
    await failsWith(
      'token_refused',
      ask([{ status: 400, headers: nonce('n'), body }], { proofs: undefined }),
    );
    await failsWith(
      'token_refused',
      ask([{ status: 400, headers: nonce('n'), body: { error: 'invalid_grant' } }]),
    );
    await failsWith('token_refused', ask([{ status: 403, headers: nonce('n'), body }]));
    assert.equal(stand.sent().length, 4);
  });

  it('takes no token that is good without the key (checklist 14.10, 17.3)', async () => {
    for (const type of ['Bearer', undefined, 'mac']) {
      const reply = { body: { ...good.body, token_type: type } };
      await failsWith(type === 'mac' ? 'token_invalid' : 'token_use_unsupported', ask([reply]));
    }
  });
});
