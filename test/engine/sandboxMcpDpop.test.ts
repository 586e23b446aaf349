// Tokens bound to a key (RFC 9449) at the sandbox's MCP server: what a proof must be, and what is no proof.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { test } from 'node:test';

import type { CryptoKey, JWK } from 'jose';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { listTools, modern, Stand } from './sandboxMcpStand.ts';
import { callMcp, postForm, Visitor } from './sandboxVisitor.ts';

interface ProofChanges {
  /** A member or claim set to `undefined` is left out. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: CryptoKey | Uint8Array;
}

/** A stand with a token `bound` that is bound to a key, and proofs of that key. */
async function openBound(t: TestContext, alg = 'ES256') {
  const stand = await Stand.open(t);
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const jwk: JWK = await exportJWK(publicKey);
  stand.issue('bound', { cnf: { jkt: await calculateJwkThumbprint(jwk) }, token_type: 'DPoP' });
  const prove = ({ header, claims, key }: ProofChanges = {}) =>
    new SignJWT({
      jti: randomUUID(),
      htm: 'POST',
      htu: stand.mcpUrl,
      iat: stand.clock.nowMs / 1_000,
      ath: createHash('sha256').update('bound').digest('base64url'),
      ...claims,
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header })
      .sign(key ?? privateKey);
  return { stand, prove };
}

for (const alg of ['ES256', 'EdDSA', 'PS256', 'RS256']) {
  test(`a bound token with a fresh proof opens the server (${alg})`, async (t) => {
    const { stand, prove } = await openBound(t, alg);
    for (const scheme of ['DPoP', 'dpop']) {
      assert.equal(await stand.status(`${scheme} bound`, { dpop: await prove() }), 200);
    }
  });
}

test('query and fragment of the address do not matter, nor does a clock that is a little off', async (t) => {
  const { stand, prove } = await openBound(t);
  const now = stand.clock.nowMs / 1_000;
  for (const claims of [{ htu: `${stand.mcpUrl}?a=b#c` }, { iat: now - 59 }, { iat: now + 59 }]) {
    assert.equal(await stand.status('DPoP bound', { dpop: await prove({ claims }) }), 200);
  }
});

test('anything but a fresh proof of the right key for this very request is refused (RFC 9449 §4.3)', async (t) => {
  const { stand, prove } = await openBound(t);
  const other = await generateKeyPair('ES256', { extractable: true });
  const otherJwk = await exportJWK(other.publicKey);
  const withPrivatePart = await exportJWK(other.privateKey);
  const now = stand.clock.nowMs / 1_000;
  const cases: readonly (readonly [what: string, changes: ProofChanges])[] = [
    ['another type', { header: { typ: 'JWT' } }],
    ['a symmetric key', { header: { alg: 'HS256' }, key: new Uint8Array(32) }],
    ['no key in it', { header: { jwk: undefined } }],
    ['another key', { header: { jwk: otherJwk }, key: other.privateKey }],
    ['a private key in it', { header: { jwk: withPrivatePart }, key: other.privateKey }],
    ['a signature of another key', { key: other.privateKey }],
    ['another method', { claims: { htm: 'GET' } }],
    ['another address', { claims: { htu: stand.issuer } }],
    ['no address', { claims: { htu: 'mcp' } }],
    ['another token', { claims: { ath: createHash('sha256').update('good').digest('base64url') } }],
    ['no hash of the token', { claims: { ath: undefined } }],
    ['no identifier', { claims: { jti: undefined } }],
    ['an identifier without end', { claims: { jti: 'x'.repeat(300) } }],
    ['an old time', { claims: { iat: now - 61 } }],
    ['a future time', { claims: { iat: now + 61 } }],
    ['no time', { claims: { iat: undefined } }],
  ];
  for (const [what, changes] of cases) {
    const response = await stand.post('DPoP bound', {}, { dpop: await prove(changes) });
    assert.equal(response.status, 401, what);
    const header = response.headers.get('www-authenticate') ?? '';
    assert.match(header, /^DPoP error="invalid_dpop_proof", .*algs="ES256 /, what);
    assert.doesNotMatch(header, /Bearer/, what);
  }
  for (const dpop of ['', 'no proof', `${await prove()}, ${await prove()}`]) {
    assert.equal(await stand.status('DPoP bound', { dpop }), 401, dpop);
  }
  assert.equal(await stand.status('DPoP bound'), 401);
});

test('a proof works once, even after it could be forgotten', async (t) => {
  const { stand, prove } = await openBound(t);
  const early = await prove({ claims: { iat: stand.clock.nowMs / 1_000 + 59 } });
  assert.equal(await stand.status('DPoP bound', { dpop: early }), 200);
  assert.equal(await stand.status('DPoP bound', { dpop: early }), 401);
  stand.clock.nowMs += 100_000;
  assert.equal(await stand.status('DPoP bound', { dpop: await prove() }), 200);
  assert.equal(await stand.status('DPoP bound', { dpop: early }), 401);
});

test('a bound token sent as a bearer token is refused, proof or not, and both schemes are named', async (t) => {
  const { stand, prove } = await openBound(t);
  assert.equal(await stand.status('Bearer bound', { dpop: await prove() }), 401);
  const { status, header } = await stand.challenge('Bearer bound');
  assert.equal(status, 401);
  assert.match(header ?? '', /^DPoP error="invalid_token", .*algs="ES256 .*, Bearer error="invalid_token"/);
  assert.match(header ?? '', /resource_metadata=.*resource_metadata=/);
});

test('a token that is not bound is no DPoP token, and goes on as a bearer token', async (t) => {
  const { stand, prove } = await openBound(t);
  assert.equal(await stand.status('DPoP good', { dpop: await prove() }), 401);
  assert.equal(await stand.status('Bearer good'), 200);
  assert.equal(await stand.status('Bearer good', { dpop: 'ignored' }), 200);
});

test('the server’s nonce is wanted while dpop-nonce is on, and is good for many proofs', async (t) => {
  const { stand, prove } = await openBound(t);
  stand.faults.set(['dpop-nonce']);
  const proof = await prove();
  const response = await stand.post('DPoP bound', {}, { dpop: proof });
  assert.equal(response.status, 401);
  assert.match(response.headers.get('www-authenticate') ?? '', /^DPoP error="use_dpop_nonce"/);
  const nonce = response.headers.get('dpop-nonce') ?? '';
  assert.equal(
    await stand.status('DPoP bound', { dpop: await prove({ claims: { nonce: 'made-up' } }) }),
    401,
  );
  for (let time = 0; time < 2; time += 1) {
    assert.equal(await stand.status('DPoP bound', { dpop: await prove({ claims: { nonce } }) }), 200);
  }
  assert.equal(await stand.status('Bearer good'), 200);
  stand.faults.set([]);
  assert.equal(await stand.status('DPoP bound', { dpop: proof }), 200);
});

test('while dpop-required is on, a bound token is the only one that is taken', async (t) => {
  const { stand, prove } = await openBound(t);
  stand.faults.set(['dpop-required']);
  assert.equal(await stand.status('DPoP bound', { dpop: await prove() }), 200);
  assert.equal(await stand.status('Bearer good'), 401);
});

test('a token that the sandbox’s authorization server bound to a key opens the MCP server with its proof', async (t) => {
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const prove = (htu: string, claims = {}) =>
    new SignJWT({ jti: randomUUID(), htm: 'POST', htu, iat: Math.floor(Date.now() / 1_000), ...claims })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .sign(privateKey);

  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin();
  const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code') ?? '';
  const endpoint = `${sandbox.issuer}/token`;
  const form = { grant_type: 'authorization_code', code, code_verifier: attempt.verifier };
  const { body } = await postForm(
    endpoint,
    { ...form, client_id: visitor.clientId, redirect_uri: visitor.redirectUri, resource: sandbox.mcpUrl },
    { dpop: await prove(endpoint) },
  );
  assert.equal(body['token_type'], 'DPoP', JSON.stringify(body));
  const token = String(body['access_token']);
  const ath = createHash('sha256').update(token).digest('base64url');
  const call = async (authorization: string) => {
    const dpop = await prove(sandbox.mcpUrl, { ath });
    const headers = { ...modern('tools/list'), authorization, dpop };
    return (await callMcp(sandbox, undefined, listTools, headers)).status;
  };
  assert.equal(await call(`DPoP ${token}`), 200);
  assert.equal(await call(`Bearer ${token}`), 401);
});
