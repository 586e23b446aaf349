// How often the sandbox's MCP server asks about a token, and whose word it takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openListener } from '../../src/sandbox/http/listener.ts';
import { createMcpServer } from '../../src/sandbox/mcp/mcpServer.ts';
import { TokenMemory } from '../../src/sandbox/mcp/tokenMemory.ts';
import { HeldClock, Stand, TokenOffice } from './sandboxMcpStand.ts';

test('without a cache every request asks, and a revoked token is refused at once', async (t) => {
  const stand = await Stand.open(t);
  assert.deepEqual([await stand.status('Bearer good'), await stand.status('Bearer good')], [200, 200]);
  assert.deepEqual(stand.office.asked, ['good', 'good']);
  stand.office.revoke('good');
  assert.equal(await stand.status('Bearer good'), 401);
});

test('with a cache the first answer holds for its seconds and not longer', async (t) => {
  const stand = await Stand.open(t, { tokenCacheSeconds: 5 });
  assert.equal(await stand.status('Bearer good'), 200);
  stand.office.revoke('good');
  stand.clock.nowMs += 4_999;
  assert.equal(await stand.status('Bearer good'), 200);
  stand.clock.nowMs += 1;
  assert.equal(await stand.status('Bearer good'), 401);
  assert.equal(stand.office.asked.length, 2);
});

test('no answer holds longer than its token', async (t) => {
  const stand = await Stand.open(t, { tokenCacheSeconds: 5 });
  stand.issue('brief', { exp: stand.clock.nowMs / 1_000 + 2 });
  assert.equal(await stand.status('Bearer brief'), 200);
  stand.office.revoke('brief');
  stand.clock.nowMs += 2_000;
  assert.equal(await stand.status('Bearer brief'), 401);
});

test('neither a dead token nor a server that fails is remembered', async (t) => {
  const stand = await Stand.open(t, { tokenCacheSeconds: 5 });
  assert.equal(await stand.status('Bearer later'), 401);
  stand.issue('later');
  stand.office.status = 500;
  assert.equal(await stand.status('Bearer later'), 503);
  stand.office.status = 200;
  assert.equal(await stand.status('Bearer later'), 200);
});

test('equal checks at once share one request, unequal ones do not', async (t) => {
  const { memory, office, trusted } = await openMemory(t, 0);
  office.issue('good', { exp: 4_000_000_000 });
  const answers = await Promise.all(
    ['good', 'good', 'bad', 'good', 'bad'].map((token) => memory.ask(token, trusted)),
  );
  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['alive', 'alive', 'dead', 'alive', 'dead'],
  );
  assert.deepEqual([...office.asked].sort(), ['bad', 'good']);
});

test('a thousand tokens are remembered; with one more the longest known is asked about again', async (t) => {
  const { memory, office, trusted } = await openMemory(t, 60);
  const tokens = Array.from({ length: 1_001 }, (_, at) => `token-${at}`);
  for (const token of tokens) office.issue(token, { exp: 4_000_000_000 });
  for (const token of tokens) await memory.ask(token, trusted);
  assert.equal(office.asked.length, 1_001);
  await memory.ask('token-1000', trusted);
  assert.equal(office.asked.length, 1_001);
  await memory.ask('token-0', trusted);
  assert.equal(office.asked.length, 1_002);
});

test('of two authorization servers each answers for its own tokens, and one name is two accounts', async (t) => {
  const place = { host: '127.0.0.1', port: 0, log: () => undefined };
  const mcp = await openListener({ name: 'mcp', ...place });
  t.after(() => mcp.close());
  const first = await openOffice(t);
  const second = await openOffice(t);
  const resource = { url: `${mcp.origin}/mcp`, scopes: [] };
  let trusted = [first.trusted, second.trusted];
  mcp.serve(createMcpServer(resource, { authorizationServers: () => Promise.resolve(trusted) }).handler);
  for (const { office, name } of [
    { office: first.office, name: 'first' },
    { office: second.office, name: 'second' },
  ])
    office.issue(name, { aud: resource.url, exp: 4_000_000_000 });

  const call = async (token: string, message: object, session?: string) => {
    const response = await fetch(resource.url, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        accept: 'application/json, text/event-stream',
        ...(session !== undefined && { 'mcp-session-id': session }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
    });
    await response.text();
    return response;
  };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
  const opened = await call('first', { method: 'initialize', params });
  const session = opened.headers.get('mcp-session-id') ?? '';
  assert.equal((await call('second', { method: 'initialize', params })).status, 200);
  assert.equal((await call('first', { method: 'tools/list' }, session)).status, 200);
  assert.equal((await call('second', { method: 'tools/list' }, session)).status, 404);

  second.office.status = 500;
  assert.equal((await call('first', { method: 'tools/list' }, session)).status, 200);
  assert.equal((await call('unknown', { method: 'tools/list' })).status, 503);
  trusted = [second.trusted];
  second.office.status = 200;
  assert.equal((await call('first', { method: 'tools/list' }, session)).status, 401);
});

type Cleanup = Parameters<typeof Stand.open>[0];

async function openOffice(t: Cleanup) {
  const listener = await openListener({ name: 'office', host: '127.0.0.1', port: 0, log: () => undefined });
  t.after(() => listener.close());
  const office = new TokenOffice();
  listener.serve(office.handler);
  const introspectionEndpoint = `${listener.origin}/introspect`;
  const trusted = { issuer: listener.origin, introspectionEndpoint, clientId: 'mcp', clientSecret: 'secret' };
  return { office, trusted };
}

async function openMemory(t: Cleanup, seconds: number) {
  return { memory: new TokenMemory(new HeldClock(), seconds), ...(await openOffice(t)) };
}
