// A session with the sandbox's MCP server by hand: what the official clients would hide.
import assert from 'node:assert/strict';

import { messageIn, readEvents } from './eventStream.ts';
import { modern, type Stand, toolCall } from './sandboxMcpStand.ts';

/** What every request of the session carries. */
export type SessionHeaders = Readonly<Record<string, string>>;

/** Opens a session and ends the answer to it. */
export async function openSession(stand: Stand): Promise<SessionHeaders> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'session', version: '1' },
  };
  const opened = await stand.post('Bearer good', { id: 1, method: 'initialize', params });
  await opened.text();
  const id = opened.headers.get('mcp-session-id');
  assert.ok(id);
  return { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' };
}

/** A call of the slow tool that asks for progress. */
export function countAloud(to: number, intervalMs = 40, id = 7): Record<string, unknown> {
  const params = { name: 'count_slowly', arguments: { to, intervalMs }, _meta: { progressToken: 'aloud' } };
  return { id, method: 'tools/call', params };
}

/** Comes back for what a stream of the session carried after an event. */
export function resume(
  stand: Stand,
  session: SessionHeaders,
  lastEventId: string,
  token = 'good',
): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...session };
  return stand.get('/mcp', { headers: { ...headers, 'last-event-id': lastEventId } });
}

/** What a stream carries until it ends or breaks off. */
export async function readToTheEnd(response: Response): Promise<{
  readonly steps: readonly number[];
  readonly counted: unknown;
  readonly lastEventId: string;
  readonly broken: boolean;
}> {
  const steps: number[] = [];
  let [counted, lastEventId, broken]: [unknown, string, boolean] = [undefined, '', false];
  try {
    for await (const event of readEvents(response)) {
      lastEventId = event.id;
      const { params, result } = messageIn(event) ?? {};
      if (params?.progress !== undefined) steps.push(params.progress);
      counted ??= result?.structuredContent?.['counted'];
    }
  } catch {
    broken = true;
  }
  return { steps, counted, lastEventId, broken };
}

/** The fault by which streams break off: each after twenty events, and in a session the rest can be fetched. */
export async function seeBrokenStreams(stand: Stand): Promise<void> {
  const call = toolCall('count_slowly', { to: 30, intervalMs: 0 }) as { params: { _meta: object } };
  Object.assign(call.params._meta, { progressToken: 'aloud' });
  const alone = await readToTheEnd(
    await stand.post('Bearer good', { ...call }, modern('tools/call', 'count_slowly')),
  );
  assert.deepEqual([alone.steps.length, alone.counted, alone.broken], [20, undefined, true]);

  const session = await openSession(stand);
  const steps: number[] = [];
  let part = await readToTheEnd(await stand.post('Bearer good', countAloud(50, 0), session));
  // The event that opens the stream is one of the twenty.
  assert.equal(part.steps.length, 19);
  while (part.broken) {
    steps.push(...part.steps);
    part = await readToTheEnd(await resume(stand, session, part.lastEventId));
  }
  steps.push(...part.steps);
  assert.deepEqual([steps, part.counted], [upTo(50), 50]);
}

/** The numbers from one on. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, at) => at + 1);
}
