// Streams of the sandbox's MCP server that break off: in a session the client comes back with the last event that it
// saw, and gets the rest, each event once.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EventHistory } from '../../src/sandbox/mcp/eventHistory.ts';
import { messageIn, readEvents, type StreamEvent } from './eventStream.ts';
import {
  countAloud,
  openSession,
  readToTheEnd,
  resume,
  type SessionHeaders,
  upTo,
} from './sandboxMcpSession.ts';
import { modern, Stand, toolCall } from './sandboxMcpStand.ts';

test('a count goes on when its connection is gone, and the client that comes back gets the rest', async (t) => {
  const stand = await Stand.open(t);
  const session = await openSession(stand);
  const leave = new AbortController();
  const events = readEvents(await stand.post('Bearer good', countAloud(4), session, leave.signal));
  const first = await nextStep(stand, events);
  assert.deepEqual(stepOf(first), 1);
  await nextStep(stand, events);
  leave.abort();
  // What is counted now nobody hears.
  (await stand.clock.nextWait()).release();
  const last = await stand.clock.nextWait();
  assert.deepEqual(stand.server.counts, { running: 1, finished: 0, stopped: 0 });

  const rest = readEvents(await resume(stand, session, first.id));
  assert.deepEqual(stepOf(await next(rest)), 2);
  assert.deepEqual(stepOf(await next(rest)), 3);
  last.release();
  assert.deepEqual(stepOf(await next(rest)), 4);
  assert.deepEqual(messageIn(await next(rest))?.result?.structuredContent, { counted: 4 });
  assert.equal((await rest.next()).done, true);
  assert.deepEqual(stand.server.counts, { running: 0, finished: 1, stopped: 0 });
});

test('the answer to a call that ended meanwhile is there for who comes back, and the stream ends with it', async (t) => {
  const stand = await Stand.open(t);
  const session = await openSession(stand);
  const events = readEvents(await stand.post('Bearer good', countAloud(1_000, 0), session));
  const opening = await next(events);
  assert.deepEqual([opening.id === '', opening.data], [false, '']);
  await events.return();
  const { steps, counted } = await readToTheEnd(await resume(stand, session, opening.id));
  assert.deepEqual([steps, counted], [upTo(1_000), 1_000]);
});

test('who comes back before the server noticed that the connection is gone takes the stream over', async (t) => {
  const stand = await Stand.open(t);
  const session = await openSession(stand);
  const lost = readEvents(await stand.post('Bearer good', countAloud(2), session));
  const first = await nextStep(stand, lost);
  const response = await resume(stand, session, first.id);
  assert.equal(response.status, 200);
  assert.equal((await lost.next()).done, true);
  assert.equal(stepOf(await nextStep(stand, readEvents(response))), 2);
});

test('each stream gets its own events and no other', async (t) => {
  const stand = await Stand.open(t);
  const session = await openSession(stand);
  const calls = [countAloud(3, 0, 11), countAloud(5, 0, 12)];
  const openings: StreamEvent[] = [];
  for (const call of calls) {
    const events = readEvents(await stand.post('Bearer good', call, session));
    openings.push(await next(events));
    await events.return();
  }
  for (const [at, { id }] of openings.entries()) {
    const messages = [];
    for await (const event of readEvents(await resume(stand, session, id))) messages.push(messageIn(event));
    assert.equal(messages.length, [4, 6][at]);
    assert.equal(messages.at(-1)?.id, [11, 12][at]);
  }
});

test('nobody else comes back for it: not another session, another account, or after the end', async (t) => {
  const stand = await Stand.open(t);
  const session = await openSession(stand);
  const events = readEvents(await stand.post('Bearer good', countAloud(1, 0), session));
  const { id } = await next(events);
  await events.return();
  const statusOf = async (headers: SessionHeaders, eventId: string, token = 'good') => {
    const response = await resume(stand, headers, eventId, token);
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await statusOf(session, id), 200);
  assert.equal(await statusOf(session, '99'), 400);
  assert.equal(await statusOf(await openSession(stand), id), 400);
  stand.issue('grace', { sub: 'grace' });
  assert.equal(await statusOf(session, id, 'grace'), 404);
  await stand.get('/mcp', { method: 'DELETE', headers: { ...session, authorization: 'Bearer good' } });
  assert.equal(await statusOf(session, id), 404);
});

test('a cancelled count stops and counts as stopped, in a session by its notification alone', async (t) => {
  const stand = await Stand.open(t);
  const session = await openSession(stand);
  const answered = await stand.post('Bearer good', countAloud(2), session);
  const wait = await stand.clock.nextWait();
  await answered.body?.cancel();
  assert.equal(stand.server.counts.running, 1);
  const params = { requestId: 7, reason: 'enough' };
  await stand.post('Bearer good', { method: 'notifications/cancelled', params }, session);
  assert.equal(await wait.end, 'given up');
  assert.deepEqual(stand.server.counts, { running: 0, finished: 0, stopped: 1 });
});

test('without a session a count stops when its client is gone', async (t) => {
  const stand = await Stand.open(t);
  const leave = new AbortController();
  const headers = modern('tools/call', 'count_slowly');
  const answered = stand
    .post('Bearer good', toolCall('count_slowly'), headers, leave.signal)
    .catch(() => undefined);
  const wait = await stand.clock.nextWait();
  leave.abort();
  assert.equal(await wait.end, 'given up');
  await answered;
});

test('of many events the oldest go, and what is left of a stream has no gap', async () => {
  const history = new EventHistory();
  const message = { jsonrpc: '2.0', method: 'notifications/message' } as const;
  for (let at = 1; at <= 4_000; at += 1) await history.storeEvent(at % 2 === 0 ? 'even' : 'odd', message);
  assert.deepEqual([history.knows('1000'), history.knows('1001')], [false, true]);
  const ids: string[] = [];
  const keep = (id: string) => Promise.resolve(void ids.push(id));
  assert.equal(await history.replayEventsAfter('1001', { send: keep }), 'odd');
  assert.deepEqual([ids.length, ids[0], ids.at(-1)], [1_499, '1003', '3999']);
  await assert.rejects(history.replayEventsAfter('1000', { send: keep }), /not known/);
});

/** Lets the count go one step on, and gives the event that tells of it. */
async function nextStep(stand: Stand, events: AsyncIterator<StreamEvent, void>): Promise<StreamEvent> {
  (await stand.clock.nextWait()).release();
  for (;;) {
    const event = await next(events);
    if (event.data !== '') return event;
  }
}

async function next(events: AsyncIterator<StreamEvent, void>): Promise<StreamEvent> {
  const { value } = await events.next();
  assert.ok(value, 'The stream has ended.');
  return value;
}

function stepOf(event: StreamEvent): number | undefined {
  return messageIn(event)?.params?.progress;
}
