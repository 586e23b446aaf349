// The sandbox's servers that fail now and then: at the token endpoint, and at both endpoints together. What the MCP
// endpoint does alone stands with the other faults of the MCP server.
import assert from 'node:assert/strict';
import { afterEach, before, after, test } from 'node:test';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { callMcp, initialize, Visitor } from './sandboxVisitor.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.faults.set([]));
after(() => sandbox.close());

/** Asks for a new token; the status and what comes with it, or that the connection broke. */
async function refresh(visitor: Visitor, refreshToken: unknown) {
  return visitor.refresh(refreshToken).catch(() => 'broken' as const);
}

test('every fifth request for a token fails, each time in another way, and takes nothing from the refresh token', async () => {
  const visitor = await Visitor.register(sandbox);
  let { refresh_token: token } = await visitor.signIn();
  sandbox.faults.set(['flaky']);
  const failures: unknown[] = [];
  for (let count = 1; count <= 25; count += 1) {
    const answer = await refresh(visitor, token);
    if (answer !== 'broken' && answer.status === 200) {
      assert.notEqual(count % 5, 0, `Request ${count} was answered.`);
      // Each is good for once: a request that had been looked at would have used it up.
      assert.notEqual(answer.body['refresh_token'], token);
      token = answer.body['refresh_token'];
      continue;
    }
    assert.equal(count % 5, 0, `Request ${count} failed.`);
    failures.push(
      answer === 'broken'
        ? answer
        : [answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')],
    );
  }
  assert.deepEqual(failures, [
    [500, 'text/plain; charset=utf-8', null],
    [502, 'text/html; charset=utf-8', null],
    [429, 'application/json; charset=utf-8', '1'],
    'broken',
    [500, 'text/plain; charset=utf-8', null],
  ]);
});

test('a code that met the failure is as good as before', async () => {
  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin();
  const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code');
  sandbox.faults.set(['flaky']);
  for (let count = 1; count < 5; count += 1) await refresh(visitor, 'none');
  assert.equal((await visitor.exchange(attempt, code)).status, 500);
  assert.equal((await visitor.exchange(attempt, code)).status, 200);
});

test('the two servers count each for itself, and anew when they are switched on again', async () => {
  const visitor = await Visitor.register(sandbox);
  const { access_token: token } = await visitor.signIn();
  const [tokenStatus, mcpStatus] = [
    async () => (await visitor.refresh('none')).status,
    async () => (await callMcp(sandbox, token, initialize)).status,
  ];
  for (let round = 1; round <= 2; round += 1) {
    sandbox.faults.set(['flaky']);
    for (let count = 1; count < 5; count += 1) {
      assert.equal(await mcpStatus(), 200);
      assert.equal(await tokenStatus(), 400);
    }
    assert.equal(await mcpStatus(), 500);
    assert.equal(await tokenStatus(), 500);
    assert.equal(await mcpStatus(), 200);
    sandbox.faults.set([]);
  }
});
