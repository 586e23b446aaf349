// A server that refuses one request, in ways that say nothing of the sign-in as a whole.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayClient, ping } from './gatewayClient.ts';

const client = new GatewayClient();
const toolCall = { jsonrpc: '2.0', id: 8, method: 'tools/call' };

function refuseAll(status: number, challenge?: string): void {
  const headers: Record<string, string> = challenge === undefined ? {} : { 'www-authenticate': challenge };
  client.world.answers.set('/mcp', () => ({ status, headers }));
}

/** From then on the server refuses tools, and `others` besides. */
function refuseTools(others: (message: string) => boolean = () => false): void {
  const serve = client.world.answers.get('/mcp');
  assert.ok(serve);
  client.world.answers.set('/mcp', (request) =>
    request.body.includes('tools/call') || others(request.body) ? { status: 401 } : serve(request),
  );
}

async function signedIn(): Promise<void> {
  client.world.givesRefreshTokens = true;
  await client.session.signIn();
  assert.equal((await client.call(ping)).status, 200);
}

describe('A server that wants more scopes and says so with 401', () => {
  it('is asked for them, and the sign-in is not over (checklist 12.2, field case 20)', async () => {
    await signedIn();
    refuseAll(401, 'Bearer error="insufficient_scope", scope="notes:admin"');
    assert.match((await client.call(ping)).text, /more_access_wanted/);
    assert.deepEqual(
      client.desk.questions.map(({ scopes }) => scopes?.includes('notes:admin')),
      [true],
    );
    assert.equal(client.session.state.kind, 'connected');
  });
});

describe('A server that refuses one tool with 401', () => {
  it('costs no sign-in where it takes all else, and says that it does not allow this (field case 19)', async () => {
    await signedIn();
    refuseTools();
    assert.match((await client.call(toolCall)).text, /forbidden/);
    assert.equal(client.session.state.kind, 'connected');
    assert.deepEqual((await client.call(ping)).json, { jsonrpc: '2.0', id: 7, result: { ok: true } });
  });

  it('and does not answer a hello is not taken to refuse the sign-in', async () => {
    await signedIn();
    client.world.listeners.set('POST /mcp', (request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        if (body.includes('tools/call')) response.writeHead(401).end();
        else response.writeHead(503).end();
      });
    });
    await client.call(toolCall);
    assert.notEqual(client.session.state.kind, 'expired');
  });

  it('and a hello, too, with the new token has ended the sign-in (field case 19)', async () => {
    await signedIn();
    refuseTools((message) => message.includes('initialize'));
    assert.match((await client.call(toolCall)).text, /unauthorized/);
    assert.equal(client.session.state.kind, 'expired');
  });

  it('and has taken no token of this sign-in before is not asked twice (checklist 12.1)', async () => {
    client.world.givesRefreshTokens = true;
    await client.session.signIn();
    refuseTools();
    assert.match((await client.call(toolCall)).text, /unauthorized/);
    assert.equal(client.session.state.kind, 'expired');
    assert.equal(client.world.sent('/mcp').length, 3, 'first contact, call, repetition');
  });
});

describe('A server that refuses the end of a session with 401', () => {
  it('costs no sign-in: the session may be over, and the client is told that none is ended', async () => {
    await signedIn();
    client.world.listeners.set('DELETE /mcp', (_, response) => response.writeHead(401).end());
    const before = client.world.sent('/as/token').length;
    const { status } = await client.call(undefined, { method: 'DELETE', headers: { 'mcp-session-id': 's' } });
    assert.equal(status, 405);
    assert.equal(client.session.state.kind, 'connected');
    assert.equal(client.world.sent('/as/token').length, before);
  });
});

describe('A server that answers 403 to whoever is nobody', () => {
  it('with a challenge wants a sign-in, as on the first contact (checklist 2.1)', async () => {
    refuseAll(
      403,
      `Bearer resource_metadata="${client.world.origin}/.well-known/oauth-protected-resource/mcp"`,
    );
    assert.match((await client.call(ping)).text, /blocked/);
    assert.equal(client.blocked, 1);
  });

  it('without one, or with an error, says no and no more', async () => {
    for (const challenge of [undefined, 'Bearer error="invalid_request"']) {
      refuseAll(403, challenge);
      assert.match((await client.call(ping)).text, /forbidden/);
    }
    assert.equal(client.blocked, 0);
  });
});
