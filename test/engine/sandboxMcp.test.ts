// The sandbox's MCP server, over real HTTP: whom it lets in, how it says no, and what its tools do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { Stand } from './sandboxMcpStand.ts';
import type { Answer } from './sandboxVisitor.ts';
import { callMcp, initialize, Visitor } from './sandboxVisitor.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

test('the whole way: register, authorize, allow, exchange, initialize, call a tool', async () => {
  const { access_token: token } = await (await Visitor.register(sandbox)).signIn({}, 'ada');
  const session = await openSession(token);
  const answer = await callTool(token, session, 'whoami');
  const found = structuredContent(answer);
  assert.equal(found['account'], 'ada');
  assert.deepEqual(found['scopes'], ['openid', 'profile', 'notes:read', 'notes:write']);
  const secondsLeft = Number(found['secondsLeft']);
  assert.ok(secondsLeft > 3590 && secondsLeft <= 3600, String(secondsLeft));
});

test('each account has its own notes', async () => {
  const visitor = await Visitor.register(sandbox);
  for (const account of ['note-taker', 'other']) {
    const { access_token: token } = await visitor.signIn({}, account);
    const session = await openSession(token);
    assert.equal((await callTool(token, session, 'add_note', { text: `of ${account}` })).status, 200);
    assert.deepEqual(structuredContent(await callTool(token, session, 'list_notes')), {
      notes: [`of ${account}`],
    });
  }
});

test('a request without a token learns where to go and of no error (checklist 2.1, 2.2)', async () => {
  for (const headers of [{}, { authorization: 'Basic YTpi' }]) {
    const { status, headers: answered } = await callMcp(sandbox, undefined, initialize, headers);
    assert.equal(status, 401);
    const document = new URL('/.well-known/oauth-protected-resource/mcp', sandbox.mcpUrl).href;
    assert.equal(
      answered.get('www-authenticate'),
      `Bearer resource_metadata="${document}", scope="openid profile notes:read notes:write"`,
    );
  }
});

test('the resource document is exact and names its authorization server (checklist 2.7, 2.9)', async () => {
  const response = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', sandbox.mcpUrl));
  assert.deepEqual(await response.json(), {
    resource: sandbox.mcpUrl,
    authorization_servers: [sandbox.issuer],
    scopes_supported: ['openid', 'profile', 'notes:read', 'notes:write'],
    bearer_methods_supported: ['header'],
    resource_name: 'Sandbox Notes',
    dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'EdDSA', 'PS256', 'RS256'],
  });
});

test('a token that nobody issued, or that is none, is invalid_token', async () => {
  for (const token of ['made-up', 'eyJhbGciOiJub25lIn0.e30.c2ln', '', 'two words']) {
    const { status, headers } = await callMcp(sandbox, token, initialize);
    assert.equal(status, 401, token);
    assert.match(headers.get('www-authenticate') ?? '', /error="invalid_token".*resource_metadata=/);
  }
});

test('a refresh token opens nothing', async () => {
  const { refresh_token: token } = await (await Visitor.register(sandbox)).signIn();
  assert.equal((await callMcp(sandbox, token, initialize)).status, 401);
});

test('a live token for another audience, or for several, is refused (checklist 5.1)', async (t) => {
  const stand = await Stand.open(t);
  for (const aud of [`${stand.mcpUrl}/`, new URL(stand.mcpUrl).origin, [stand.mcpUrl], undefined]) {
    stand.issue('foreign', { aud });
    const { status, header } = await stand.challenge('Bearer foreign');
    assert.equal(status, 401);
    assert.match(header ?? '', /error="invalid_token".*for another server/);
  }
});

test('while the authorization server cannot be asked, a token is neither good nor bad: 503', async (t) => {
  const stand = await Stand.open(t);
  for (const status of [500, 302, 401]) {
    stand.office.status = status;
    assert.deepEqual(await stand.challenge('Bearer good'), { status: 503, header: null });
  }
  stand.office.status = 400;
  assert.equal(await stand.status('Bearer good'), 401);
});

test('a tool call without its scope gets 403 with the scope to ask for (checklist 18)', async () => {
  const { access_token: token } = await (
    await Visitor.register(sandbox)
  ).signIn({ scope: 'openid notes:read' });
  const session = await openSession(token);
  assert.equal((await callTool(token, session, 'list_notes')).status, 200);
  const { status, headers } = await callTool(token, session, 'add_note', { text: 'no' });
  assert.equal(status, 403);
  const challenge = headers.get('www-authenticate') ?? '';
  assert.match(challenge, /error="insufficient_scope"/);
  assert.match(challenge, /scope="notes:write"/);
  assert.match(challenge, /resource_metadata="http/);
});

test('with scopes of its own kind the sandbox asks for those, and the tools need no others', async (t) => {
  const custom = await startSandbox({ scopes: ['mcp:tools'] });
  t.after(() => custom.close());
  const { headers } = await callMcp(custom, undefined, initialize);
  assert.match(headers.get('www-authenticate') ?? '', /scope="openid profile mcp:tools"/);
  const { access_token: token } = await (await Visitor.register(custom)).signIn({ scope: 'mcp:tools' });
  const { headers: opened } = await callMcp(custom, token, initialize);
  const session = { 'mcp-session-id': opened.get('mcp-session-id') ?? '' };
  const call = { id: 2, method: 'tools/call', params: { name: 'add_note', arguments: { text: 'yes' } } };
  assert.equal((await callMcp(custom, token, call, session)).status, 200);
});

test('a page of another site gets 403, a page of this computer does not', async () => {
  for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
    assert.equal((await callMcp(sandbox, undefined, initialize, { origin })).status, 403);
  }
  assert.equal(
    (await callMcp(sandbox, undefined, initialize, { origin: 'http://localhost:6274' })).status,
    401,
  );
});

test('a new token of the same account goes on with the session; another account does not find it', async () => {
  const visitor = await Visitor.register(sandbox);
  const { access_token: first, refresh_token: refreshToken } = await visitor.signIn({}, 'owner');
  const session = await openSession(first);
  const { body } = await visitor.refresh(refreshToken);
  assert.equal((await callTool(body['access_token'], session, 'whoami')).status, 200);
  const { access_token: foreign } = await visitor.signIn({}, 'stranger');
  assert.equal((await callTool(foreign, session, 'whoami')).status, 404);
});

test('DELETE ends a session; calls in it, in an unknown one or in none are told so', async () => {
  const { access_token: token } = await (await Visitor.register(sandbox)).signIn();
  const session = await openSession(token);
  const headers = { authorization: `Bearer ${String(token)}`, 'mcp-session-id': session };
  assert.equal((await fetch(sandbox.mcpUrl, { method: 'DELETE', headers })).status, 200);
  assert.equal((await callTool(token, session, 'whoami')).status, 404);
  assert.equal((await callTool(token, 'unknown', 'whoami')).status, 404);
  assert.equal((await callMcp(sandbox, token, { id: 2, method: 'tools/list' })).status, 400);
});

test('other paths are not found and other methods not allowed', async () => {
  for (const path of [
    '/',
    '/mcp/',
    '/.well-known/oauth-protected-resource',
    '/.well-known/openid-configuration',
  ]) {
    assert.equal((await fetch(new URL(path, sandbox.mcpUrl))).status, 404, path);
  }
  assert.equal((await fetch(sandbox.mcpUrl, { method: 'PUT' })).status, 405);
});

test('what is no JSON is answered as a JSON-RPC error, not a crash', async () => {
  const { access_token: token } = await (await Visitor.register(sandbox)).signIn();
  const response = await fetch(sandbox.mcpUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' },
    body: '{',
  });
  assert.equal(response.status, 400);
});

test('closing ends open streams and frees the ports', async () => {
  const brief = await startSandbox();
  const { access_token: token } = await (await Visitor.register(brief)).signIn();
  const { headers: opened } = await callMcp(brief, token, initialize);
  const stream = await fetch(brief.mcpUrl, {
    headers: {
      authorization: `Bearer ${String(token)}`,
      accept: 'text/event-stream',
      'mcp-session-id': opened.get('mcp-session-id') ?? '',
    },
  });
  assert.equal(stream.status, 200);
  const ended = stream.text().catch(() => 'cut');
  await brief.close();
  await ended;
  await assert.rejects(fetch(brief.issuer));
  const again = await startSandbox({
    authorizationPort: Number(new URL(brief.issuer).port),
    mcpPort: Number(new URL(brief.mcpUrl).port),
  });
  assert.equal(again.mcpUrl, brief.mcpUrl);
  await again.close();
});

async function openSession(token: unknown): Promise<string> {
  const { status, headers, body } = await callMcp(sandbox, token, initialize);
  assert.equal(status, 200, JSON.stringify(body));
  return headers.get('mcp-session-id') ?? '';
}

function callTool(token: unknown, session: string, name: string, args: object = {}): Promise<Answer> {
  const call = { id: 2, method: 'tools/call', params: { name, arguments: args } };
  return callMcp(sandbox, token, call, { 'mcp-session-id': session });
}

function structuredContent({ status, body }: Answer): Record<string, unknown> {
  assert.equal(status, 200, JSON.stringify(body));
  const result = body['result'] as { structuredContent?: Record<string, unknown> } | undefined;
  assert.ok(result?.structuredContent, JSON.stringify(body));
  return result.structuredContent;
}
