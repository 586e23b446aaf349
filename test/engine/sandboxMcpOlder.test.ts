// The older HTTP+SSE transport (revision 2024-11-05) of the sandbox's MCP server by hand: a stream that tells where to
// post to, both behind the same admission as the endpoint, as a resource of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { messageIn, readEvents, type StreamEvent } from './eventStream.ts';
import { countAloud } from './sandboxMcpSession.ts';
import { Stand } from './sandboxMcpStand.ts';

const scopes = 'openid profile notes:read notes:write';
const whoami = { id: 3, method: 'tools/call', params: { name: 'whoami', arguments: {} } };

test('the first event tells where to post to, and the answers come over the stream', async (t) => {
  const stand = await Stand.open(t);
  const { messages, events, response } = await openStream(stand);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.match(messages, /^\/messages\?sessionId=[\w-]{36}$/);
  assert.equal((await post(stand, messages, whoami)).status, 202);
  const answer = messageIn(await next(events));
  assert.equal(answer?.id, 3);
  assert.equal(answer.result?.structuredContent?.['account'], 'ada');
});

test('both addresses want a token for the stream, and say so with a document of their own', async (t) => {
  const stand = await Stand.open(t);
  const { messages } = await openStream(stand);
  const document = new URL('/.well-known/oauth-protected-resource/sse', stand.sseUrl).href;
  const challenge = `Bearer resource_metadata="${document}", scope="${scopes}"`;
  const unsigned = [
    await stand.get('/sse'),
    await stand.get('/sse', { method: 'POST' }),
    await stand.get(messages, { method: 'POST' }),
  ];
  for (const { status, headers } of unsigned)
    assert.deepEqual([status, headers.get('www-authenticate')], [401, challenge]);
  for (const [path, method] of [
    ['/sse', 'GET'],
    [messages, 'POST'],
  ] as const) {
    // A token for the endpoint is not one for the stream.
    const headers = { authorization: 'Bearer good' };
    assert.equal((await stand.get(path, { method, headers })).status, 401);
  }
  const found = await stand.document('/.well-known/oauth-protected-resource/sse');
  assert.deepEqual([found['resource'], found['authorization_servers']], [stand.sseUrl, [stand.issuer]]);
  assert.equal(await stand.status('Bearer good-older'), 401);
});

test('a stream takes messages from the account that opened it, and from no other', async (t) => {
  const stand = await Stand.open(t);
  const { messages, events } = await openStream(stand);
  stand.issue('grace', { sub: 'grace', aud: stand.sseUrl });
  assert.equal((await post(stand, messages, whoami, 'grace')).status, 404);
  assert.equal((await post(stand, '/messages?sessionId=guessed', whoami)).status, 404);
  assert.equal((await post(stand, '/messages', whoami)).status, 404);
  // Another token of the same person is as good: the first one may have run out.
  stand.issue('newer', { aud: stand.sseUrl });
  assert.equal((await post(stand, messages, { ...whoami, id: 4 }, 'newer')).status, 202);
  assert.equal(messageIn(await next(events))?.id, 4);
});

test('a call that needs more than was granted is refused where it is posted', async (t) => {
  const stand = await Stand.open(t);
  stand.issue('narrow', { scope: 'notes:read', aud: stand.sseUrl });
  const { messages } = await openStream(stand);
  const params = { name: 'add_note', arguments: { text: 'a note' } };
  const refused = await post(stand, messages, { id: 5, method: 'tools/call', params }, 'narrow');
  assert.equal(refused.status, 403);
  assert.match(refused.headers.get('www-authenticate') ?? '', /error="insufficient_scope"/);
});

test('what belongs to another transport or is no message is refused', async (t) => {
  const stand = await Stand.open(t);
  const { messages } = await openStream(stand);
  const headers = { authorization: 'Bearer good-older', 'content-type': 'application/json' };
  for (const [path, method, allow] of [
    ['/sse', 'POST', 'GET'],
    ['/sse', 'DELETE', 'GET'],
    [messages, 'GET', 'POST'],
  ] as const) {
    const body = method === 'POST' ? '{}' : null;
    const refused = await stand.get(path, { method, headers, body });
    assert.deepEqual([refused.status, refused.headers.get('allow')], [405, allow]);
  }
  for (const body of ['{}', '[]', '"text"', 'nonsense'])
    assert.equal((await stand.get(messages, { method: 'POST', headers, body })).status, 400);
});

test('whoever leaves the stream has ended the session, and a count in it', async (t) => {
  const stand = await Stand.open(t);
  const { messages, events } = await openStream(stand);
  await post(stand, messages, countAloud(2));
  const wait = await stand.clock.nextWait();
  await events.return();
  assert.equal(await wait.end, 'given up');
  assert.equal((await post(stand, messages, whoami)).status, 404);
  assert.deepEqual(stand.server.counts, { running: 0, finished: 0, stopped: 1 });
});

test('closing the server ends the streams and the counts in them', async (t) => {
  const stand = await Stand.open(t);
  const { messages, events } = await openStream(stand);
  await post(stand, messages, countAloud(2));
  const wait = await stand.clock.nextWait();
  await stand.server.close();
  assert.equal((await events.next()).done, true);
  assert.equal(await wait.end, 'given up');
});

interface OpenStream {
  readonly response: Response;
  readonly events: AsyncGenerator<StreamEvent, void, undefined>;
  /** Where messages go, as the stream said. */
  readonly messages: string;
}

async function openStream(stand: Stand): Promise<OpenStream> {
  const headers = { authorization: 'Bearer good-older', accept: 'text/event-stream' };
  const response = await stand.get('/sse', { headers });
  assert.equal(response.status, 200);
  const events = readEvents(response);
  const { name, data } = await next(events);
  assert.equal(name, 'endpoint');
  return { response, events, messages: data };
}

function post(stand: Stand, path: string, message: object, token = 'good-older'): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return stand.get(path, {
    method: 'POST',
    headers,
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
}

async function next(events: AsyncIterator<StreamEvent, void>): Promise<StreamEvent> {
  const { value } = await events.next();
  assert.ok(value, 'The stream has ended.');
  return value;
}
