// Nonces that a server wants to see in the proofs of its tokens (RFC 9449 §9, checklist 17.3).
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { decodeJwt } from 'jose';
import { serverAt } from './desk.ts';
import { GatewayClient, ping } from './gatewayClient.ts';

const client = new GatewayClient();

it('A nonce that the server wants again and again is given it once for each request (checklist 14.10)', async () => {
  const { world, desk } = client;
  world.answers.set('/as/token', () => ({ body: { access_token: 'token-bound', token_type: 'DPoP' } }));
  client.session = await desk.open(serverAt(world.mcpUrl, { oauth: { dpop: true } }));
  await client.session.signIn();
  let count = 0;
  world.answers.set('/mcp', () => {
    // Far more than anybody would ask for: a loop ends here, and is seen.
    const wants = (count += 1) < 50;
    return {
      status: wants ? 401 : 200,
      headers: { 'dpop-nonce': `nonce-${count}`, 'www-authenticate': 'DPoP error="use_dpop_nonce"' },
    };
  });
  await client.call(ping);
  assert.equal(count, 2);
});

it('A nonce that comes with an answer is in the next proof, and the server need not ask for it (checklist 14.10, 17.3)', async () => {
  const { world, desk } = client;
  world.answers.set('/as/token', () => ({ body: { access_token: 'token-bound', token_type: 'DPoP' } }));
  client.session = await desk.open(serverAt(world.mcpUrl, { oauth: { dpop: true } }));
  await client.session.signIn();
  let count = 0;
  world.answers.set('/mcp', () => ({
    headers: { 'dpop-nonce': `nonce-${(count += 1)}` },
    body: { jsonrpc: '2.0', id: 7, result: {} },
  }));
  world.transcript.length = 0;
  for (let call = 0; call < 3; call += 1) {
    const { status, headers } = await client.call(ping);
    assert.deepEqual([status, headers['dpop-nonce']], [200, undefined]);
  }
  const nonces = world.sent('/mcp').map(({ headers }) => decodeJwt(String(headers['dpop']))['nonce']);
  assert.deepEqual(nonces, [undefined, 'nonce-1', 'nonce-2']);
});

it('Every request has a proof of its own, for its own address: one that is redirected, and one that is sent again (checklist 14.10)', async () => {
  const { world, desk } = client;
  world.answers.set('/as/token', () => ({ body: { access_token: 'token-bound', token_type: 'DPoP' } }));
  client.session = await desk.open(serverAt(world.mcpUrl, { oauth: { dpop: true } }));
  await client.session.signIn();
  const proofs: { readonly htu: unknown; readonly jti: unknown }[] = [];
  let count = 0;
  world.answers.set('/mcp', () => ({ status: 307, headers: { location: '/moved' } }));
  world.listeners.set('/moved', (request, response) => {
    count += 1;
    const { htu, jti } = decodeJwt(String(request.headers['dpop']));
    proofs.push({ htu, jti });
    // The second request comes on a kept connection, which ends just then.
    if (count === 2) response.socket?.resetAndDestroy();
    else request.resume().once('end', () => response.end('{}'));
  });
  world.transcript.length = 0;
  await client.call(ping);
  world.listeners.set('/mcp', world.listeners.get('/moved') ?? assert.fail());
  await client.call(ping);
  const [first] = world.sent('/mcp').map(({ headers }) => decodeJwt(String(headers['dpop'])));
  assert.equal(first?.['htu'], world.mcpUrl);
  assert.deepEqual(
    proofs.map(({ htu }) => htu),
    [`${world.origin}/moved`, world.mcpUrl, world.mcpUrl],
  );
  assert.equal(new Set([first['jti'], ...proofs.map(({ jti }) => jti)]).size, 4);
});
