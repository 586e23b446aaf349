// What of a client's headers and of a server's addresses is taken for credentials: nothing.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressWithin } from '../../src/oauth/ownAddress.ts';
import { GatewayClient, ping } from './gatewayClient.ts';

const client = new GatewayClient();

describe('A client', () => {
  it('proves nothing in our place: its own proof goes nowhere (checklist 17.3)', async () => {
    await client.session.signIn();
    await client.call(ping, { headers: { dpop: 'forged' } });
    assert.equal(client.world.sent('/mcp').at(-1)?.headers['dpop'], undefined);
  });

  it('keeps on its connection what it says is for that alone (RFC 9110 §7.6.1)', async () => {
    await client.session.signIn();
    await client.call(ping, { headers: { connection: 'close, X-Mine', 'x-mine': 'a', 'x-other': 'b' } });
    const { headers } = client.world.sent('/mcp').at(-1) ?? {};
    assert.deepEqual([headers?.['x-mine'], headers?.['x-other']], [undefined, 'b']);
  });
});

describe('A server', () => {
  it('sends nobody round and round', async () => {
    await client.session.signIn();
    client.world.transcript.length = 0;
    client.world.answers.set('/mcp', () => ({ status: 307, headers: { location: '/mcp' } }));
    const { json } = await client.call(ping);
    assert.deepEqual(json, {
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32010, message: 'Sentence: redirected.' },
    });
    assert.ok(client.world.sent('/mcp').length <= 4, String(client.world.sent('/mcp').length));
  });

  it('names no credentials in an address', () => {
    const base = new URL('https://a.example/mcp');
    assert.equal(addressWithin(base.origin, 'https://u:p@a.example/x#y', base)?.href, 'https://a.example/x');
    assert.equal(addressWithin(base.origin, 'https://a.example@b.example/x', base), undefined);
  });
});
