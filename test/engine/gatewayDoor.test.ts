import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Gateway } from '../../src/gateway/gateway.ts';
import { GatewayClient, ping } from './gatewayClient.ts';

const client = new GatewayClient();

describe('The gateway lets in nobody', () => {
  const foreign: [string, Parameters<GatewayClient['call']>[1]][] = [
    ['who guesses a path', { path: '/mcp' }],
    ['who asks for the root', { path: '/' }],
    ['who comes under another host (DNS rebinding)', { headers: { host: 'evil.example' } }],
    ['who comes from a web page', { headers: { origin: 'https://evil.example' } }],
    ['who comes from a page without an origin', { headers: { origin: 'null' } }],
  ];
  for (const [who, options] of foreign) {
    it(who, async () => {
      await client.session.signIn();
      const before = client.world.requests.length;
      assert.equal((await client.call(ping, options)).status, 404);
      assert.equal(client.world.requests.length, before);
    });
  }

  it('without a sign-in, also with a body too large to read for its id', async () => {
    await client.session.signOut();
    const answer = await client
      .call({ ...ping, params: { text: 'x'.repeat(3_000_000) } })
      .catch(() => undefined);
    assert.ok(answer === undefined || answer.status === 503);
    assert.deepEqual(client.world.requests, []);
  });

  it('for a server that is gone', async () => {
    assert.equal((await client.call(ping, { path: client.gateway.pathOf('gone') })).status, 404);
  });

  it(
    'but this user: the socket lies in a folder that is closed to others',
    { skip: process.platform === 'win32' },
    () => {
      const socket = client.listener.address.path;
      assert.equal(statSync(path.dirname(socket)).mode & 0o777, 0o700);
      assert.equal(statSync(socket).mode & 0o777, 0o600);
    },
  );

  it('twice under the same path: it is new at every start', () => {
    const next = new Gateway({
      hosts: () => ['localhost'],
      route: () => undefined,
      onFault: () => undefined,
    });
    assert.notEqual(next.pathOf('notes'), client.gateway.pathOf('notes'));
    assert.match(client.gateway.pathOf('notes'), /^\/[\w-]{43}\/mcp$/);
    assert.equal(client.gateway.pathOf('notes'), client.gateway.pathOf('notes'));
  });
});
