// A server that refuses one request, in ways that say nothing of the sign-in as a whole.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from './attempt.ts';
import { serverAt } from './desk.ts';
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

describe('What a server says of a refusal', () => {
  const say = async (body: unknown, type = 'application/json', status = 403) => {
    client.world.listeners.set('POST /mcp', (request, response) =>
      request.resume().once('end', () => {
        response.writeHead(status, { 'content-type': type });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      }),
    );
    await client.call(ping);
    return client.said.at(-1);
  };

  it('is told to whoever asked, one line of it, and as the server’s (field case 30)', async () => {
    await signedIn();
    const words = 'SAML is on. Authorize at https://mcp.example/sso';
    assert.equal(await say({ jsonrpc: '2.0', id: 7, error: { code: -1, message: words } }), words);
    assert.equal(
      await say({ error: 'forbidden', error_description: 'Your plan\n\u202edoes not.' }),
      'Your plan does not.',
    );
    assert.equal(await say({ error: 'forbidden' }, 'application/problem+json'), 'forbidden');
  });

  it('is not read from a page, nor where it is too long', async () => {
    await signedIn();
    assert.equal(await say('<h1>Blocked</h1>', 'text/html'), undefined);
    assert.equal(await say({ message: 'x'.repeat(20_000) }), undefined);
    assert.equal(await say('{"message":', 'application/json'), undefined);
  });

  it('is not waited for where it does not come', async () => {
    await signedIn();
    client.world.listeners.set('POST /mcp', (_, response) =>
      response.writeHead(403, { 'content-type': 'application/json' }).write('{"message":'),
    );
    const { clock } = client.desk;
    const timers = clock.pendingTimers;
    const call = client.call(ping);
    await until(() => clock.pendingTimers > timers);
    clock.advance(2_000);
    await call;
    assert.equal(clock.pendingTimers, timers);
    assert.equal(client.said.at(-1), undefined);
  });

  it('shows nothing of what it was sent (invariant 1)', async () => {
    await signedIn();
    const { accessToken = '' } = client.session;
    assert.notEqual(accessToken, '');
    assert.equal(await say({ message: `No: Bearer ${accessToken}` }), 'No: Bearer [hidden]');
    const headers = { Authorization: 'Bearer configured-1' };
    client.session = await client.desk.open(serverAt(client.world.mcpUrl, { headers }));
    assert.equal(await say({ message: 'No: configured-1' }), 'No: [hidden]');
  });
});
