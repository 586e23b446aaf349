// Rules of the specification about a token from its first day to its last.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grantRecords, type GrantRecord } from '../../src/session/records.ts';
import { Attempt } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';
import { World } from './world.ts';

const attempt = new Attempt();

describe('A token', () => {
  it('and all else that is secret is in no line of the log, from the first contact to the end (checklist 11.2)', async () => {
    const { world, desk } = attempt;
    world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    const first = grantOnRecord();
    desk.clock.advance(3_600_000);
    await session.authorization();
    const second = grantOnRecord();
    assert.notEqual(second.accessToken, first.accessToken);
    await session.signOut();
    const form = new URLSearchParams(world.sent('/as/token')[0]?.body);
    const secrets = [
      ...[first.accessToken, second.accessToken, first.refreshToken, second.refreshToken],
      ...[form.get('code'), form.get('code_verifier'), attempt.asked.get('state')],
    ];
    assert.ok(desk.log.length > 5, 'Nothing was logged.');
    for (const secret of secrets) {
      assert.ok(secret, 'A secret is missing.');
      assert.deepEqual(
        desk.log.filter((line) => line.includes(secret)),
        [],
      );
    }
  });

  it('goes to the server that it was issued for and to no other (checklist 5.1)', async () => {
    const { session } = await attempt.signIn();
    const other = await World.start();
    try {
      const desk = new Desk(other, attempt.desk.records);
      const elsewhere = await desk.open(serverAt(other.mcpUrl));
      assert.equal((await elsewhere.authorization()).kind, 'none');
      assert.equal(await elsewhere.signIn(), 'granted');
      assert.equal((await session.authorization()).kind, 'token');
      for (const { headers, body } of other.transcript) {
        assert.equal(headers.authorization, undefined);
        assert.doesNotMatch(body, /token-/);
      }
    } finally {
      await other.close();
    }
  });

  it('is renewed once for all calls that want it, and on record before any of them has it (checklist 11.10, field case 2)', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    attempt.desk.clock.advance(3_600_000);
    const calls = Array.from({ length: 10 }, async () => {
      const authorization = await session.authorization();
      assert.equal(authorization.kind, 'token');
      const key = attempt.desk.records.keyOf('grant') ?? '';
      assert.ok(
        attempt.desk.records.records.get(key)?.includes(authorization.accessToken),
        'It is not on record.',
      );
      return authorization.accessToken;
    });
    assert.equal(new Set(await Promise.all(calls)).size, 1);
    assert.equal(attempt.world.sent('/as/token').length, 2);
  });

  it('that was renewed and cannot be kept is a failure that is seen (checklist 11.10)', async () => {
    attempt.world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    attempt.desk.clock.advance(3_600_000);
    attempt.desk.records.failsToWrite = true;
    assert.equal((await session.authorization()).kind, 'token');
    assert.ok(session.state.kind === 'error' && session.state.error.code === 'storage_failed');
  });

  for (const [fault, reply] of [
    ['503', { status: 503 }],
    ['502 with a page', { status: 502, body: '<h1>Bad Gateway</h1>' }],
    ['429', { status: 429, body: { error: 'slow_down' } }],
  ] as const) {
    it(`that could not be renewed for ${fault} is renewed later, and the sign-in is kept (checklist 11.12, field case 3)`, async () => {
      const { world, desk } = attempt;
      world.givesRefreshTokens = true;
      const { session } = await attempt.signIn();
      const { refreshToken } = grantOnRecord();
      const answer = world.answers.get('/as/token');
      assert.ok(answer);
      world.answers.set('/as/token', () => reply);
      desk.clock.advance(3_600_000);
      assert.equal((await session.authorization()).kind, 'unavailable');
      assert.equal(grantOnRecord().refreshToken, refreshToken);

      world.answers.set('/as/token', answer);
      desk.clock.advance(600_000);
      assert.equal((await session.authorization()).kind, 'token');
    });
  }

  for (const error of ['invalid_grant', 'invalid_request', 'unauthorized_client']) {
    it(`whose renewal is refused as ${error} is over, and nothing is tried again (field case 27)`, async () => {
      const { world, desk } = attempt;
      world.givesRefreshTokens = true;
      const { session } = await attempt.signIn();
      world.answers.set('/as/token', () => ({ status: 400, body: { error } }));
      desk.clock.advance(3_600_000);
      assert.equal((await session.authorization()).kind, 'blocked');
      assert.equal(session.state.kind, 'expired');
      assert.equal((await session.authorization()).kind, 'blocked');
      assert.equal(world.sent('/as/token').length, 2);
    });
  }

  it('is renewed with the resource, by the client and with the secret of its sign-in, again and again (field case 22)', async () => {
    const { world, desk } = attempt;
    world.givesRefreshTokens = true;
    world.answers.set('/as/register', () => ({
      status: 201,
      body: {
        client_id: 'client-1',
        client_secret: 'hush',
        token_endpoint_auth_method: 'client_secret_post',
      },
    }));
    const { session } = await attempt.signIn();
    for (let renewals = 0; renewals < 2; renewals += 1) {
      desk.clock.advance(3_600_000);
      assert.equal((await session.authorization()).kind, 'token');
    }
    const renewals = world.sent('/as/token').slice(1);
    assert.equal(renewals.length, 2);
    for (const { body } of renewals) {
      const form = new URLSearchParams(body);
      assert.equal(form.get('resource'), world.mcpUrl);
      assert.equal(form.get('client_id'), 'client-1');
      assert.equal(form.get('client_secret'), 'hush');
    }
    assert.deepEqual(grantOnRecord().scopes, ['notes:read', 'notes:write']);
  });
});

function grantOnRecord(): GrantRecord {
  const { records } = attempt.desk;
  return grantRecords.schema.parse(JSON.parse(records.records.get(records.keyOf('grant') ?? '') ?? ''));
}
