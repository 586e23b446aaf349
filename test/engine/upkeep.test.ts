// A server or an authorization server that cannot be reached for a while, and a grant that is kept meanwhile.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';
import type { Reply } from './world.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;

/** Signed in an hour ago and followed by the one timer; the token endpoint then answers in this way. */
async function anHourAgo(answer: () => Reply): Promise<{ sessions: Sessions; session: Session }> {
  attempt.world.givesRefreshTokens = true;
  const sessions = new Sessions(attempt.desk.ports);
  await sessions.update([serverAt(attempt.world.mcpUrl)]);
  const session = sessions.find('notes');
  assert.ok(session);
  await session.signIn();
  attempt.desk.clock.advance(hourMs);
  attempt.world.answers.set('/as/token', answer);
  return { sessions, session };
}

const tokenRequests = () => attempt.world.sent('/as/token').length - 1;

/** Lets requests that nobody awaits come to their end. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function offline(session: Session) {
  const { state } = session;
  assert.ok(state.kind === 'offline', state.kind);
  return state;
}

describe('A server in trouble', () => {
  it('is offline with the account that is signed in, and nothing that has run out is sent (field case 3)', async () => {
    const { session } = await anHourAgo(() => ({ status: 502, body: '<html>' }));
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'unavailable' && authorization.error.code === 'server_busy');
    assert.equal(offline(session).account.label, 'ada');
    assert.equal(offline(session).error.code, 'server_busy');
  });

  it('is asked again by itself, later each time, and connected without a person when it is back', async () => {
    const { session } = await anHourAgo(() => ({ status: 503 }));
    await session.authorization();
    const waits: number[] = [];
    for (let failures = 1; failures < 5; failures++) {
      assert.equal(tokenRequests(), failures);
      const { retryAtMs } = offline(session);
      const waitMs = retryAtMs - attempt.desk.clock.now();
      waits.push(waitMs);
      attempt.desk.clock.advance(waitMs - 1);
      assert.equal(tokenRequests(), failures, 'not before it is due');
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
    const { session } = await anHourAgo(() => ({ status: 500 }));
    await Promise.all(Array.from({ length: 20 }, () => session.authorization()));
    for (let call = 0; call < 20; call++) assert.equal((await session.authorization()).kind, 'unavailable');
    assert.equal(tokenRequests(), 1);
  });

  it('is given the time that it asks for (Retry-After)', async () => {
    const { session } = await anHourAgo(() => ({ status: 429, headers: { 'retry-after': '90' } }));
    await session.authorization();
    assert.equal(offline(session).retryAtMs - attempt.desk.clock.now(), 90_000);
  });

  it('is not asked by all at the same moment: the wait is a little different each time', async () => {
    const { session } = await anHourAgo(() => ({ status: 500 }));
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
    const { session } = await anHourAgo(() => ({ status: 500 }));
    await session.authorization();
    assert.equal((await session.upkeep.tryNow(true))?.code, 'server_busy');
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    assert.equal(await session.upkeep.tryNow(true), undefined);
    assert.equal(session.state.kind, 'connected');
    assert.equal(tokenRequests(), 3);
  });

  it('costs nobody a token that is still good', async () => {
    const { session } = await anHourAgo(() => ({ status: 500 }));
    attempt.desk.clock.advance(-30_000);
    const authorization = await session.authorization();
    assert.equal(authorization.kind, 'token');
    assert.equal(session.state.kind, 'connected');
    assert.equal(tokenRequests(), 1);
    await session.authorization();
    assert.equal(tokenRequests(), 1, 'the pause holds here, too');
  });

  it('that also refuses the old token is offline and not expired, and the token is not sent again (field cases 3, 19)', async () => {
    const { session } = await anHourAgo(() => ({ status: 500 }));
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
      const { session } = await anHourAgo(() => ({ status: 429, headers: { 'retry-after': '90' } }));
      attempt.desk.clock.advance(-30_000);
      assert.equal((await session.authorization()).kind, 'token');
      assert.equal(session.state.kind, 'connected');
      await end(session);
      assert.equal((await session.authorization()).kind, 'unavailable');
      assert.equal(offline(session).error.code, 'server_busy');
      assert.equal(tokenRequests(), 1);
    }
  });

  it('that answers with what cannot be read is in trouble, too', async () => {
    for (const body of ['<html>', {}, { access_token: 'x', token_type: 'mac' }]) {
      await attempt.renew();
      const { session } = await anHourAgo(() => ({ body }));
      await session.authorization();
      assert.equal(offline(session).error.code, 'token_invalid');
      assert.match([...attempt.desk.records.records.values()].join(), /refresh-1/);
    }
  });
});

describe('A store that takes nothing for a while', () => {
  it('is offered the new grant again by itself, until it takes it (checklist 11.10)', async () => {
    const { session } = await anHourAgo(() => attempt.world.grant());
    const { records, clock } = attempt.desk;
    records.failsToWrite = true;
    assert.equal((await session.authorization()).kind, 'token');
    assert.ok(session.state.kind === 'error' && session.state.error.code === 'storage_failed');
    records.failsToWrite = false;
    clock.advance(3_000);
    await until(() => session.state.kind === 'connected');
    assert.match(records.records.get(records.keyOf('grant') ?? '') ?? '', /refresh-2/);
    assert.equal(tokenRequests(), 1);
  });
});

describe('An MCP server that cannot be reached', () => {
  const lost = new AuthError('unreachable', { host: 'mcp.example' });

  it('is offline though the token is good, and connected as soon as anything reaches it again', async () => {
    const { session } = await attempt.signIn();
    session.upkeep.noteUnreachable(lost);
    assert.equal(offline(session).error, lost);
    assert.equal((await session.authorization()).kind, 'token', 'a caller may try');
    session.upkeep.noteReached();
    assert.equal(session.state.kind, 'connected');
  });

  it('is looked at by itself with a request that carries no token, and its refusal will do', async () => {
    const { sessions, session } = await anHourAgo(() => attempt.world.grant());
    await session.authorization();
    session.upkeep.noteUnreachable(lost);
    const before = attempt.world.sent('/mcp').length;
    attempt.desk.clock.advance(3_000);
    await until(() => session.state.kind === 'connected');
    const [knock] = attempt.world.sent('/mcp').slice(before);
    assert.equal(knock?.headers.authorization, undefined);
    sessions.dispose();
  });

  it('stays offline while nobody answers, and is not asked for a sign-in', async () => {
    const { session } = await anHourAgo(() => attempt.world.grant());
    await session.authorization();
    session.upkeep.noteUnreachable(lost);
    const { retryAtMs } = offline(session);
    await attempt.world.close();
    attempt.desk.clock.advance(3_000);
    await until(() => session.state.kind === 'offline' && session.state.retryAtMs !== retryAtMs);
    assert.equal(offline(session).error.code, 'unreachable');
  });

  it('and takes requests without an answer is knocked at by one of them at a time', async () => {
    const { sessions, session } = await anHourAgo(() => attempt.world.grant());
    await session.authorization();
    session.upkeep.noteUnreachable(lost);
    attempt.world.silent.add('/mcp');
    const before = attempt.world.sent('/mcp').length;
    // No longer than a request is waited for.
    for (let second = 0; second < 29; second++) attempt.desk.clock.advance(1_000);
    const asked = [session.upkeep.tryNow(false), session.upkeep.tryNow(false)];
    await until(() => attempt.world.sent('/mcp').length > before);
    sessions.dispose();
    attempt.desk.clock.advance(60_000);
    const codes = (await Promise.all(asked)).map((error) => error?.code);
    assert.deepEqual(codes, ['timed_out', 'timed_out']);
    assert.equal(attempt.world.sent('/mcp').length - before, 1);
  });

  it('is no reason to keep a token until it is over: another host gives the next one', async () => {
    const { session } = await anHourAgo(() => attempt.world.grant());
    attempt.desk.clock.advance(-61_000);
    session.upkeep.noteUnreachable(lost);
    const { retryAtMs } = offline(session);
    // Near its end, and before the server is asked again.
    attempt.desk.clock.advance(1_500);
    assert.ok(attempt.desk.clock.now() < retryAtMs);
    const { accessToken } = session;
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token' && authorization.accessToken !== accessToken);
    assert.equal(tokenRequests(), 1);
    assert.equal(offline(session).error, lost, 'the new token says nothing of the server');
    assert.equal(offline(session).retryAtMs, retryAtMs);
  });

  it('is no reason to let a call fail whose token it refuses: there is a new one', async () => {
    const { session } = await anHourAgo(() => attempt.world.grant());
    attempt.desk.clock.advance(-1_800_000);
    session.upkeep.noteUnreachable(lost);
    assert.equal(await session.upkeep.replaceToken(session.accessToken ?? ''), 'replaced');
    assert.equal(tokenRequests(), 1);
  });

  it('and can be again ends no pause that the authorization server has asked for (Retry-After)', async () => {
    const { session } = await anHourAgo(() => ({ status: 429, headers: { 'retry-after': '25' } }));
    attempt.desk.clock.advance(-30_000);
    assert.equal((await session.authorization()).kind, 'token');
    session.upkeep.noteUnreachable(lost);
    attempt.desk.clock.advance(3_000);
    await until(() => session.state.kind === 'connected');
    session.upkeep.noteReached();
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(tokenRequests(), 1);
    attempt.desk.clock.advance(22_000);
    await session.authorization();
    assert.equal(tokenRequests(), 2);
  });

  it('is asked later each time, and soon again once it has answered', async () => {
    const { sessions, session } = await anHourAgo(() => attempt.world.grant());
    await session.authorization();
    const waitOf = () => offline(session).retryAtMs - attempt.desk.clock.now();
    session.upkeep.noteUnreachable(lost);
    assert.equal(waitOf(), 2_000);
    session.upkeep.noteUnreachable(lost);
    assert.equal(waitOf(), 2_000, 'one trouble, however many calls it met');
    sessions.dispose();
    attempt.desk.clock.advance(2_000);
    session.upkeep.noteUnreachable(lost);
    assert.equal(waitOf(), 4_000);
    session.upkeep.noteReached();
    session.upkeep.noteUnreachable(lost);
    assert.equal(waitOf(), 2_000);
  });

  it('and answers in the end is still offline where there is no token for it by then', async () => {
    const { sessions, session } = await anHourAgo(() => ({
      status: 429,
      headers: { 'retry-after': '90' },
    }));
    sessions.dispose();
    attempt.desk.clock.advance(-20_000);
    session.upkeep.noteUnreachable(lost);
    const asked = Promise.withResolvers<ServerResponse>();
    attempt.world.listeners.set('/mcp', (_, response) => asked.resolve(response));
    const tried = session.upkeep.tryNow(false);
    const response = await asked.promise;
    attempt.desk.clock.advance(20_000);
    assert.equal((await session.authorization()).kind, 'unavailable');
    response.writeHead(401).end();
    await tried;
    assert.equal(offline(session).error.code, 'server_busy');
  });

  it('is taken for reachable by whoever has just signed in to it', async () => {
    const { session } = await attempt.signIn();
    session.upkeep.noteUnreachable(lost);
    await session.signIn();
    session.switchAccount(session.accounts[0]?.key ?? '');
    assert.equal(session.state.kind, 'connected');
  });

  it('says nothing of a server without a grant', async () => {
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    session.upkeep.noteUnreachable(lost);
    session.upkeep.noteReached();
    assert.equal(session.state.kind, 'needs_auth');
    assert.equal(await session.upkeep.tryNow(true), undefined);
    assert.deepEqual(attempt.world.requests, []);
  });
});

describe('A refusal that is final', () => {
  it('is told in the words of who refused, also after a restart and in another window', async () => {
    const body = { error: 'invalid_grant', error_description: 'An administrator ended this session.' };
    const { session } = await anHourAgo(() => ({ status: 400, body }));
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
    const { session } = await anHourAgo(() => {
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
    const { session } = await anHourAgo(() => ({ status: 400, body: { error: 'invalid_grant' } }));
    await session.authorization();
    attempt.desk.clock.advance(hourMs);
    for (let call = 0; call < 5; call++) assert.equal((await session.authorization()).kind, 'blocked');
    assert.equal(await session.upkeep.tryNow(true), undefined);
    assert.equal(tokenRequests(), 1);
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
      const { session } = await anHourAgo(() => ({ status, body: { error } }));
      assert.notEqual((await session.authorization()).kind, 'token');
      assert.notEqual(session.state.kind, 'expired');
      if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
      attempt.desk.clock.advance(hourMs);
      assert.equal((await session.authorization()).kind, 'token');
      assert.equal(session.state.kind, 'connected');
    });
});
