// An authorization server that gives no new tokens for a while, or no more, and the grant that is kept meanwhile.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt, until } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';
import { hourMs, offline, UpkeepStand } from './upkeepStand.ts';

const attempt = new Attempt();
const stand = new UpkeepStand(attempt);

describe('A server in trouble', () => {
  it('is offline with the account that is signed in, and nothing that has run out is sent (field case 3)', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 502, body: '<html>' }));
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'unavailable' && authorization.error.code === 'server_busy');
    assert.equal(offline(session).account.label, 'ada');
    assert.equal(offline(session).error.code, 'server_busy');
  });

  it('is asked again by itself, later each time, and connected without a person when it is back', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 503 }));
    await session.authorization();
    const waits: number[] = [];
    for (let failures = 1; failures < 5; failures++) {
      assert.equal(stand.tokenRequests, failures);
      const { retryAtMs } = offline(session);
      const waitMs = retryAtMs - attempt.desk.clock.now();
      waits.push(waitMs);
      attempt.desk.clock.advance(waitMs - 1);
      assert.equal(stand.tokenRequests, failures, 'not before it is due');
      attempt.desk.clock.advance(1);
      await until(() => offline(session).retryAtMs !== retryAtMs);
    }
    assert.deepEqual(waits, [2_000, 4_000, 8_000, 16_000]);
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    attempt.desk.clock.advance(300_000);
    await until(() => session.state.kind === 'connected');
    assert.equal(attempt.desk.opened.length, 1);
  });

  it('is asked by nobody while the pause lasts, however many call (checklist 11.12)', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 500 }));
    await Promise.all(Array.from({ length: 20 }, () => session.authorization()));
    for (let call = 0; call < 20; call++) assert.equal((await session.authorization()).kind, 'unavailable');
    assert.equal(stand.tokenRequests, 1);
  });

  it('is given the time that it asks for (Retry-After)', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 429, headers: { 'retry-after': '90' } }));
    await session.authorization();
    assert.equal(offline(session).retryAtMs - attempt.desk.clock.now(), 90_000);
  });

  it('is not asked by all at the same moment: the wait is a little different each time', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 500 }));
    const waits = new Set<number>();
    for (const random of [0, 0.5, 0.999]) {
      const window = new Desk(attempt.world, attempt.desk.records);
      window.clock.advance(hourMs);
      const other = await windowWith(window, random);
      await other.authorization();
      waits.add(offline(other).retryAtMs - window.clock.now());
    }
    assert.equal(waits.size, 3);
    assert.ok(Math.max(...waits) < 2_500);
    session.dispose();

    async function windowWith(desk: Desk, random: number): Promise<Session> {
      const sessions = new Sessions({ ...desk.ports, random: () => random });
      await sessions.update([serverAt(attempt.world.mcpUrl)]);
      const found = sessions.find('notes');
      assert.ok(found);
      return found;
    }
  });

  it('is tried at once when a person wants it, whatever the pause', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 500 }));
    await session.authorization();
    assert.equal((await session.upkeep.tryNow(true))?.code, 'server_busy');
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    assert.equal(await session.upkeep.tryNow(true), undefined);
    assert.equal(session.state.kind, 'connected');
    assert.equal(stand.tokenRequests, 3);
  });

  it('costs nobody a token that is still good', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 500 }));
    attempt.desk.clock.advance(-30_000);
    const authorization = await session.authorization();
    assert.equal(authorization.kind, 'token');
    assert.equal(session.state.kind, 'connected');
    assert.equal(stand.tokenRequests, 1);
    await session.authorization();
    assert.equal(stand.tokenRequests, 1, 'the pause holds here, too');
  });

  it('that also refuses the old token is offline and not expired, and the token is not sent again (field cases 3, 19)', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 500 }));
    attempt.desk.clock.advance(-1_800_000);
    const { accessToken } = session;
    assert.equal(await session.upkeep.replaceToken(accessToken ?? ''), 'not_now');
    assert.equal(session.state.kind, 'offline');
    assert.equal((await session.authorization()).kind, 'unavailable');
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    attempt.desk.clock.advance(10_000);
    await until(() => session.state.kind === 'connected');
    assert.notEqual(session.accessToken, accessToken);
  });

  it('is offline as soon as the old token is over or refused, also where that comes after it was asked (field cases 3, 19)', async () => {
    for (const end of [
      () => attempt.desk.clock.advance(30_000),
      (session: Session) => session.upkeep.replaceToken(session.accessToken ?? ''),
    ]) {
      await attempt.renew();
      const { session } = await stand.anHourAgo(() => ({ status: 429, headers: { 'retry-after': '90' } }));
      attempt.desk.clock.advance(-30_000);
      assert.equal((await session.authorization()).kind, 'token');
      assert.equal(session.state.kind, 'connected');
      await end(session);
      assert.equal((await session.authorization()).kind, 'unavailable');
      assert.equal(offline(session).error.code, 'server_busy');
      assert.equal(stand.tokenRequests, 1);
    }
  });

  it('that answers with what cannot be read is in trouble, too', async () => {
    for (const body of ['<html>', {}, { access_token: 'x', token_type: 'mac' }]) {
      await attempt.renew();
      const { session } = await stand.anHourAgo(() => ({ body }));
      await session.authorization();
      assert.equal(offline(session).error.code, 'token_invalid');
      assert.match([...attempt.desk.records.records.values()].join(), /refresh-1/);
    }
  });
});

describe('A store that takes nothing for a while', () => {
  it('is offered the new grant again by itself, until it takes it (checklist 11.10)', async () => {
    const { session } = await stand.anHourAgo(() => attempt.world.grant());
    const { records, clock } = attempt.desk;
    records.failsToWrite = true;
    assert.equal((await session.authorization()).kind, 'token');
    assert.ok(session.state.kind === 'error' && session.state.error.code === 'storage_failed');
    records.failsToWrite = false;
    clock.advance(3_000);
    await until(() => session.state.kind === 'connected');
    assert.match(records.records.get(records.keyOf('grant') ?? '') ?? '', /refresh-2/);
    assert.equal(stand.tokenRequests, 1);
  });
});

describe('A refusal that is final', () => {
  it('is told in the words of who refused, also after a restart and in another window', async () => {
    const body = { error: 'invalid_grant', error_description: 'An administrator ended this session.' };
    const { session } = await stand.anHourAgo(() => ({ status: 400, body }));
    const elsewhere = await new Desk(attempt.world, attempt.desk.records).open(
      serverAt(attempt.world.mcpUrl),
    );
    await session.authorization();
    const expected = {
      kind: 'expired',
      reason: 'refused',
      account: { id: 'u-1', label: 'ada' },
      host: new URL(attempt.world.origin).host,
      serverWords: 'An administrator ended this session.',
    };
    assert.deepEqual(session.state, expected);
    await until(() => elsewhere.state.kind === 'expired');
    assert.deepEqual(elsewhere.state, expected);
    const restarted = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    assert.deepEqual(restarted.state, expected);
  });

  it('is believed only when the record is still the one that was refused (field case 3)', async () => {
    const { desk, world } = attempt;
    const { session } = await stand.anHourAgo(() => {
      // Another program, which knows nothing of the lock, has renewed it meanwhile.
      const key = desk.records.keyOf('grant') ?? '';
      const record = JSON.parse(desk.records.records.get(key) ?? '') as object;
      const newer = { ...record, accessToken: 'token-newer', expiresAtMs: desk.clock.now() + hourMs };
      desk.records.records.set(key, JSON.stringify(newer));
      return { status: 400, body: { error: 'invalid_grant' } };
    });
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token' && authorization.accessToken === 'token-newer');
    assert.equal(session.state.kind, 'connected');
    assert.equal(world.sent('/as/token').length, 2);
  });

  it('is followed by no further request: neither by callers nor by itself', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 400, body: { error: 'invalid_grant' } }));
    await session.authorization();
    attempt.desk.clock.advance(hourMs);
    for (let call = 0; call < 5; call++) assert.equal((await session.authorization()).kind, 'blocked');
    assert.equal(await session.upkeep.tryNow(true), undefined);
    assert.equal(stand.tokenRequests, 1);
  });
});

describe('A refusal that is not of the grant', () => {
  for (const [status, error] of [
    [403, 'forbidden'],
    [400, 'rate_limit_exceeded'],
    [404, 'not_found'],
    [400, 'invalid_scope'],
  ] as const)
    it(`such as ${status} ${error} costs no sign-in: it goes on once that is mended (field case 3)`, async () => {
      const answer = attempt.world.answers.get('/as/token');
      const { session } = await stand.anHourAgo(() => ({ status, body: { error } }));
      assert.notEqual((await session.authorization()).kind, 'token');
      assert.notEqual(session.state.kind, 'expired');
      if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
      attempt.desk.clock.advance(hourMs);
      assert.equal((await session.authorization()).kind, 'token');
      assert.equal(session.state.kind, 'connected');
    });
});
