// The sandbox's MCP server through the official clients, in the revision with sessions, the one without, and over the
// older transport: the same tools, streams, cancelling, and what is left when a client just leaves.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';

import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as OldSseTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { listTools, modern, Stand, toolCall } from './sandboxMcpStand.ts';

type Progress = (progress: { readonly progress: number; readonly total?: number | undefined }) => void;

/** What the tests ask of a client, whichever it is. */
interface AnyClient {
  readonly version: string | undefined;
  readonly sessionId: string | undefined;
  listTools(): Promise<string[]>;
  call(
    name: string,
    args?: Record<string, unknown>,
    options?: { readonly onprogress?: Progress; readonly signal?: AbortSignal },
  ): Promise<Record<string, unknown> | undefined>;
  /** Ends the session, where there is one. */
  leave(): Promise<void>;
}

const info = { name: 'revisions', version: '1' };
const requestInit = { headers: { authorization: 'Bearer good' } };
const older = { requestInit: { headers: { authorization: 'Bearer good-older' } } };

async function connect(
  t: TestContext,
  stand: Stand,
  mode: 'legacy' | 'auto' | { pin: string },
): Promise<AnyClient> {
  const transport = new StreamableHTTPClientTransport(new URL(stand.mcpUrl), { requestInit });
  return {
    ...(await connectOver(t, transport, mode)),
    sessionId: transport.sessionId,
    leave: () => transport.terminateSession(),
  };
}

function connectOverStream(t: TestContext, stand: Stand): Promise<AnyClient> {
  return connectOver(t, new SSEClientTransport(new URL(stand.sseUrl), older), 'legacy');
}

async function connectOver(
  t: TestContext,
  transport: Parameters<Client['connect']>[0],
  mode: 'legacy' | 'auto' | { pin: string },
): Promise<AnyClient> {
  const client = new Client(info, { versionNegotiation: { mode } });
  await client.connect(transport);
  t.after(() => client.close());
  return {
    version: client.getNegotiatedProtocolVersion(),
    sessionId: undefined,
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args = {}, options = {}) => {
      const { structuredContent } = await client.callTool({ name, arguments: args }, options);
      return structuredContent as Record<string, unknown> | undefined;
    },
    leave: () => client.close(),
  };
}

async function connectOld(t: TestContext, stand: Stand): Promise<AnyClient> {
  const transport = new OldTransport(new URL(stand.mcpUrl), { requestInit });
  return {
    ...(await connectOldOver(t, transport)),
    sessionId: transport.sessionId,
    leave: () => transport.terminateSession(),
  };
}

function connectOldOverStream(t: TestContext, stand: Stand): Promise<AnyClient> {
  return connectOldOver(t, new OldSseTransport(new URL(stand.sseUrl), older));
}

async function connectOldOver(
  t: TestContext,
  transport: Parameters<OldClient['connect']>[0],
): Promise<AnyClient> {
  const client = new OldClient(info);
  await client.connect(transport);
  t.after(() => client.close());
  return {
    version: '2025-11-25',
    sessionId: undefined,
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args = {}, options = {}) => {
      const result = await client.callTool({ name, arguments: args }, undefined, options);
      return result.structuredContent as Record<string, unknown> | undefined;
    },
    leave: () => client.close(),
  };
}

const clients = [
  {
    name: 'the current client without sessions',
    version: '2026-07-28',
    session: false,
    open: (t: TestContext, stand: Stand) => connect(t, stand, { pin: '2026-07-28' }),
  },
  {
    name: 'the current client with a session',
    version: '2025-11-25',
    session: true,
    open: (t: TestContext, stand: Stand) => connect(t, stand, 'legacy'),
  },
  {
    name: 'the current client over the older transport',
    version: '2025-11-25',
    session: false,
    open: connectOverStream,
  },
  { name: 'the client before it', version: '2025-11-25', session: true, open: connectOld },
  {
    name: 'the client before it over the older transport',
    version: '2025-11-25',
    session: false,
    open: connectOldOverStream,
  },
] as const;

for (const { name, version, session, open } of clients) {
  test(`${name} lists the tools and calls them`, async (t) => {
    const stand = await Stand.open(t);
    const client = await open(t, stand);
    assert.equal(client.version, version);
    assert.equal(client.sessionId !== undefined, session);
    assert.deepEqual(await client.listTools(), ['whoami', 'add_note', 'list_notes', 'count_slowly']);
    const who = { account: 'ada', scopes: ['notes:read', 'notes:write'], secondsLeft: 3_600 };
    assert.deepEqual(await client.call('whoami'), who);
    await client.call('add_note', { text: 'a note' });
    assert.deepEqual(await client.call('list_notes'), { notes: ['a note'] });
  });

  test(`${name} hears of every step while the tool counts`, async (t) => {
    const stand = await Stand.open(t);
    const client = await open(t, stand);
    const steps: number[] = [];
    let heard = Promise.withResolvers<undefined>();
    const onprogress: Progress = ({ progress, total }) => {
      assert.equal(total, 4);
      steps.push(progress);
      heard.resolve(undefined);
    };
    const counted = client.call('count_slowly', { to: 4, intervalMs: 40 }, { onprogress });
    for (let step = 1; step <= 3; step += 1) {
      const wait = await stand.clock.nextWait();
      assert.equal(wait.milliseconds, 40);
      assert.equal(steps.length, step - 1);
      wait.release();
      await heard.promise;
      heard = Promise.withResolvers<undefined>();
    }
    // Over the older transport both clients miss a step that comes together with the result.
    (await stand.clock.nextWait()).release();
    assert.deepEqual(await counted, { counted: 4 });
    assert.deepEqual(steps.slice(0, 3), [1, 2, 3]);
  });

  test(`${name} cancels a count, which stops, and goes on with others`, async (t) => {
    const stand = await Stand.open(t);
    const client = await open(t, stand);
    const cancel = new AbortController();
    const counted = client.call('count_slowly', {}, { signal: cancel.signal });
    const wait = await stand.clock.nextWait();
    cancel.abort();
    await assert.rejects(counted);
    assert.equal(await wait.end, 'given up');
    assert.equal((await client.call('whoami'))?.['account'], 'ada');
  });
}

test('a client that asks which revision there is finds the current one', async (t) => {
  const client = await connect(t, await Stand.open(t), 'auto');
  assert.equal(client.version, '2026-07-28');
});

test('a session that the client ends is gone', async (t) => {
  const stand = await Stand.open(t);
  const client = await connect(t, stand, 'legacy');
  const session = { 'mcp-session-id': client.sessionId ?? '' };
  const list = { id: 1, method: 'tools/list' };
  assert.equal((await stand.post('Bearer good', list, session)).status, 200);
  await client.leave();
  assert.equal((await stand.post('Bearer good', list, session)).status, 404);
});

test('the stream of a session opens at once and can be opened again after the client left it', async (t) => {
  const stand = await Stand.open(t);
  // A client of its own would open the stream itself; there is one per session.
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info };
  const opened = await stand.post('Bearer good', { id: 1, method: 'initialize', params });
  const headers = {
    ...{ authorization: 'Bearer good', accept: 'text/event-stream' },
    'mcp-session-id': opened.headers.get('mcp-session-id') ?? '',
  };
  const openStream = (signal?: AbortSignal) => fetch(stand.mcpUrl, { headers, ...(signal && { signal }) });
  const leave = new AbortController();
  assert.equal((await openStream(leave.signal)).status, 200);
  assert.equal((await openStream()).status, 409);
  leave.abort();
  // The server learns of it in its own time.
  let again = await openStream();
  while (again.status === 409) again = await openStream();
  assert.equal(again.status, 200);
  await again.body?.cancel();
});

test('a revision that nobody knows is refused with those there are', async (t) => {
  const stand = await Stand.open(t);
  const message = structuredClone(listTools) as { params: { _meta: Record<string, unknown> } };
  message.params._meta['io.modelcontextprotocol/protocolVersion'] = '2031-01-01';
  const headers = { ...modern('tools/list'), 'mcp-protocol-version': '2031-01-01' };
  const response = await stand.post('Bearer good', { ...message }, headers);
  assert.equal(response.status, 400);
  assert.match(await response.text(), /2026-07-28/);
});

test('counting has its limits', async (t) => {
  const stand = await Stand.open(t);
  for (const args of [{ to: 0 }, { to: 1_001 }, { to: 1.5 }, { intervalMs: -1 }, { intervalMs: 10_001 }]) {
    const response = await stand.post(
      'Bearer good',
      toolCall('count_slowly', args),
      modern('tools/call', 'count_slowly'),
    );
    assert.match(await response.text(), /isError":true|"error":\{/);
  }
});

test('closing the server ends the streams of both revisions', async (t) => {
  const stand = await Stand.open(t);
  const client = await connect(t, stand, 'legacy');
  const message = { id: 1, method: 'tools/call', params: { name: 'count_slowly', arguments: {} } };
  const stream = await stand.post('Bearer good', message, { 'mcp-session-id': client.sessionId ?? '' });
  assert.equal(stream.status, 200);
  const onprogress = { progressToken: 1 };
  const call = toolCall('count_slowly') as { params: { _meta: Record<string, unknown> } };
  Object.assign(call.params._meta, onprogress);
  const answered = stand.post('Bearer good', { ...call }, modern('tools/call', 'count_slowly'));
  const waits = [await stand.clock.nextWait(), await stand.clock.nextWait()];
  for (const wait of waits) wait.release();
  const streams = [stream, await answered];
  await Promise.all([stand.clock.nextWait(), stand.clock.nextWait()]);
  await stand.server.close();
  for (const one of streams) await one.text().catch(() => 'cut');
});
