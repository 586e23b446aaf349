import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { policyFor } from '../../src/oauth/secureUrl.ts';
import {
  createTransport,
  maxResponseBytes,
  requestTimeoutMs,
  withDeadline,
  type Fetch,
} from '../../src/oauth/transport.ts';
import { DiscoveryStand } from './discoveryStand.ts';
import { ManualClock } from './manualClock.ts';

const stand = new DiscoveryStand();
const never = () => Promise.reject(new Error('The network was touched.'));

describe('The transport', () => {
  it('refuses an address that is not secure before it touches the network (checklist 3.11)', async () => {
    stand.fetch = never;
    const transport = stand.transport('https://mcp.example');
    for (const address of ['http://as.example/token', 'http://127.0.0.1/token', 'file:///etc/passwd']) {
      await assert.rejects(transport.send('token', address), { code: 'insecure_url' });
    }
    assert.deepEqual(stand.lookedUp, []);
  });

  it('reads an answer up to its limit and none beyond', async () => {
    const { world } = stand;
    stand.reply('/fits', { body: 'x'.repeat(maxResponseBytes) });
    stand.reply('/more', { body: 'x'.repeat(maxResponseBytes + 1) });
    const transport = stand.transport();
    assert.equal(
      (await (await transport.send('token', `${world.origin}/fits`)).text()).length,
      maxResponseBytes,
    );
    await assert.rejects(transport.send('token', `${world.origin}/more`), { code: 'response_too_large' });
  });

  it('reads of an endless answer no more than its limit, and lets go of it', async () => {
    let given = 0;
    const given64k = new Uint8Array(65_536);
    const letGo = Promise.withResolvers<undefined>();
    const body = new ReadableStream<Uint8Array>({
      pull: (stream) => {
        given += given64k.byteLength;
        stream.enqueue(given64k);
      },
      cancel: () => letGo.resolve(undefined),
    });
    stand.fetch = () => Promise.resolve(new Response(body));
    await assert.rejects(stand.transport().send('token', stand.world.mcpUrl), { code: 'response_too_large' });
    await letGo.promise;
    assert.ok(given <= maxResponseBytes + 3 * given64k.byteLength, `${given} bytes`);
  });

  it('takes the first event of an endless stream for the answer', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(new TextEncoder().encode('data: x')),
    });
    const headers = { 'content-type': 'text/event-stream' };
    stand.fetch = () => Promise.resolve(new Response(body, { headers }));
    const answer = await stand.transport().send('first_contact', stand.world.mcpUrl);
    assert.equal(await answer.text(), 'data: x');
  });

  it('follows no redirect (checklist 11.4, 16.1)', async () => {
    stand.reply('/away', { status: 302, headers: { location: '/elsewhere' } });
    const answer = await stand.transport().send('token', `${stand.world.origin}/away`);
    assert.equal(answer.status, 302);
    assert.equal(stand.world.sent('/elsewhere').length, 0);
  });

  it('waits half a minute for one answer, also where nothing listens to its signal', async () => {
    for (const deaf of ['fetch', 'lookup'] as const) {
      const clock = new ManualClock();
      const silent = () => {
        clock.advance(requestTimeoutMs - 1);
        // Later than whoever waits for it begins to.
        queueMicrotask(() => clock.advance(1));
        return new Promise<never>(() => undefined);
      };
      const ports = { fetch: never as Fetch, lookup: () => Promise.resolve([]), [deaf]: silent };
      const transport = createTransport(
        { ...ports, clock, onExchange: () => undefined },
        policyFor('https://a.example'),
      );
      await assert.rejects(transport.send('token', 'https://a.example'), {
        code: 'timed_out',
        facts: { host: 'a.example' },
      });
      assert.equal(clock.pendingTimers, 0);
    }
  });

  it('ends with the reason of its caller when it is aborted', async () => {
    const reason = new Error('The person had enough.');
    const sent = stand.transport().send('token', stand.world.mcpUrl, { signal: AbortSignal.abort(reason) });
    await assert.rejects(sent, reason);
    assert.equal(stand.world.requests.length, 0);
  });

  it('reports each exchange without its query', async () => {
    await stand.transport().send('token', `${stand.world.origin}/x?code=secret`);
    stand.fetch = never;
    await assert.rejects(stand.transport().send('revocation', `${stand.world.origin}/y?token=secret`));
    const told = { method: 'GET', durationMs: 0 };
    assert.deepEqual(stand.exchanges, [
      { ...told, purpose: 'token', address: `${stand.world.origin}/x`, outcome: 404 },
      { ...told, purpose: 'revocation', address: `${stand.world.origin}/y`, outcome: 'unreachable' },
    ]);
  });
});

describe('A deadline', () => {
  it('leaves no timer behind, however the work ends', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    assert.equal(await withDeadline(clock, 10, 'a.example', signal, () => Promise.resolve(7)), 7);
    const failure = new Error('No.');
    await assert.rejects(
      withDeadline(clock, 10, 'a.example', signal, () => Promise.reject(failure)),
      failure,
    );
    assert.equal(clock.pendingTimers, 0);
  });

  it('tells the work that it is over', async () => {
    const clock = new ManualClock();
    const told: unknown[] = [];
    const work = withDeadline(clock, 10, 'a.example', undefined, (signal) => {
      signal.addEventListener('abort', () => told.push(signal.reason));
      return new Promise(() => undefined);
    });
    clock.advance(10);
    await assert.rejects(work, (error) => error === told[0]);
  });
});
