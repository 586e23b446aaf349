/** The clients of the official SDKs on every transport before the gateway, which they take for the server itself. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openDatabase } from '../../src/sandbox/data/database.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { upTo } from '../engine/sandboxMcpSession.ts';
import { eventually } from '../support/deadline.ts';
import { clientKinds } from './gatewayClients.ts';
import { patienceMs, until, withGateway } from './gatewayStand.ts';

const callsAtOnce = 20;
const hourMs = 3_600_000;
const everything = { to: 1_000, intervalMs: 0 };

for (const kind of clientKinds) {
  describe(`Before the gateway, ${kind.name}`, () => {
    let folder: string;
    let sandbox: Sandbox;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-interop-'));
      sandbox = await startSandbox({ dataFile: path.join(folder, 'sandbox.sqlite') });
    });
    after(async () => {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    });

    /** Their time is up before the engine expects it, as after a pause of the computer. */
    const endTokens = () => {
      const database = openDatabase(path.join(folder, 'sandbox.sqlite'));
      const { changes } = database.prepare("DELETE FROM record WHERE kind = 'AccessToken'").run();
      database.close();
      assert.ok(Number(changes) > 0);
    };

    test('lists the tools and calls one as who signed in', () =>
      withGateway(kind, sandbox, async ({ client }) => {
        assert.equal(client.revision() ?? kind.revision, kind.revision);
        assert.deepEqual(await client.toolNames(), ['whoami', 'add_note', 'list_notes', 'count_slowly']);
        assert.equal(await accountOf(client.call('whoami')), 'ada');
      }));

    test('hears of a thousand events in their order, each once', () =>
      withGateway(kind, sandbox, async ({ client }) => {
        const counted = await client.call('count_slowly', everything, { aloud: true });
        assert.deepEqual(counted, { counted: 1_000 });
        assert.deepEqual(client.traffic.steps, upTo(1_000));
      }));

    test('cancels a call, which the server hears of', () =>
      withGateway(kind, sandbox, async ({ client }) => {
        const { stopped } = sandbox.counts;
        const cancel = new AbortController();
        const { signal } = cancel;
        const call = client.call('count_slowly', { to: 1_000, intervalMs: 10_000 }, { signal });
        const outcome = assert.rejects(call);
        await until('The count has not begun.', () => sandbox.counts.running === 1);
        cancel.abort();
        await outcome;
        await until('The count goes on.', () => sandbox.counts.running === 0);
        assert.equal(sandbox.counts.stopped, stopped + 1);
        assert.equal(await accountOf(client.call('whoami')), 'ada');
      }));

    test('does not notice that its token ended while calls are under way, which ask for one new one (field case 2)', () =>
      withGateway(kind, sandbox, async (stand) => {
        const { client } = stand;
        const { steps } = client.traffic;
        const cancel = new AbortController();
        const args = { to: 1_000, intervalMs: 50 };
        const count = client.call('count_slowly', args, { signal: cancel.signal, aloud: true });
        const outcome = assert.rejects(count);
        await until('The count has not begun.', () => steps.length > 0);
        const before = { requests: stand.tokenRequests, token: (await stand.grant()).accessToken };
        endTokens();

        const calls = Array.from({ length: callsAtOnce }, () => accountOf(client.call('whoami')));
        assert.deepEqual(new Set(await Promise.all(calls)), new Set(['ada']));
        assert.equal(stand.tokenRequests, before.requests + 1);
        assert.notEqual((await stand.grant()).accessToken, before.token);
        const heard = steps.length;
        await until('The count was cut off.', () => steps.length > heard);
        // With the new token, in the same session.
        cancel.abort();
        await outcome;
        await until('The count goes on.', () => sandbox.counts.running === 0);
        assert.deepEqual(steps, upTo(steps.length));
      }));

    test('does not notice that its token is about to end', () =>
      withGateway(kind, sandbox, async (stand) => {
        const { client, desk } = stand;
        const before = stand.tokenRequests;
        desk.clock.advance(hourMs);
        const calls = Array.from({ length: callsAtOnce }, () => accountOf(client.call('whoami')));
        assert.deepEqual(new Set(await Promise.all(calls)), new Set(['ada']));
        assert.equal(stand.tokenRequests, before + 1);
      }));

    test('is told in a sentence that the person signed out, and goes on after the next sign-in', () =>
      withGateway(kind, sandbox, async ({ client, session }) => {
        await client.call('add_note', { text: 'before' });
        await session.signOut();
        const refused = { code: -32_010, message: /Sentence: blocked\./ };
        await assert.rejects(client.call('whoami'), refused);
        await assert.rejects(client.toolNames(), refused);
        await session.signIn();
        assert.equal(await accountOf(client.call('whoami')), 'ada');
        const { notes } = (await client.call('list_notes')) as { readonly notes: readonly string[] };
        assert.equal(notes.at(-1), 'before');
      }));

    const broken = async (use: () => Promise<void>) => {
      sandbox.faults.set(['streams-broken']);
      await use().finally(() => sandbox.faults.set([]));
    };
    if (kind.resumes) {
      test('resumes a stream that breaks off again and again, with a new token, and loses no event', () =>
        withGateway(kind, sandbox, async (stand) => {
          const { client } = stand;
          const { traffic } = client;
          const before = stand.tokenRequests;
          await broken(async () => {
            const count = client.call('count_slowly', everything, { aloud: true });
            await until('The count has not begun.', () => traffic.steps.length > 0);
            endTokens();
            assert.deepEqual(await count, { counted: 1_000 });
          });
          assert.deepEqual(traffic.steps, upTo(1_000));
          assert.ok(traffic.resumed >= 49, `It came back ${traffic.resumed} times.`);
          assert.equal(stand.tokenRequests, before + 1);
        }));
    } else {
      test('notices that a stream broke off, which nobody can resume there, and goes on (checklist 12.9)', () =>
        broken(() =>
          withGateway(kind, sandbox, async ({ client }) => {
            const { traffic } = client;
            const cancel = new AbortController();
            const { signal } = cancel;
            const count = client.call('count_slowly', everything, { aloud: true, signal });
            const outcome = assert.rejects(count);
            // Both generations say so, and leave the call to its time limit.
            await until('Nobody noticed.', () => traffic.complaints.length > 0);
            cancel.abort();
            await outcome;
            assert.ok(traffic.steps.length <= 20);
            sandbox.faults.set([]);
            const again = () => accountOf(client.call('whoami'));
            // On the older transport there is nothing to post to until the client has a new stream.
            const account = kind.isOlder
              ? await eventually(patienceMs, () => tried(again), silence)
              : await again();
            assert.equal(account, 'ada');
          }),
        ));
    }
  });
}

function tried<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  return call().catch(() => undefined);
}

const silence = () => 'It does not go on.';

async function accountOf(result: Promise<unknown>): Promise<unknown> {
  return ((await result) as { readonly account?: unknown } | undefined)?.account;
}
