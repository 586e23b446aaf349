// An MCP server that cannot be reached for a while, though the token is good.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import { Attempt, until } from './attempt.ts';
import { serverAt } from './desk.ts';
import { offline, UpkeepStand } from './upkeepStand.ts';

const attempt = new Attempt();
const stand = new UpkeepStand(attempt);

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
    const { sessions, session } = await stand.anHourAgo(() => attempt.world.grant());
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
    const { session } = await stand.anHourAgo(() => attempt.world.grant());
    await session.authorization();
    session.upkeep.noteUnreachable(lost);
    const { retryAtMs } = offline(session);
    await attempt.world.close();
    attempt.desk.clock.advance(3_000);
    await until(() => session.state.kind === 'offline' && session.state.retryAtMs !== retryAtMs);
    assert.equal(offline(session).error.code, 'unreachable');
  });

  it('and takes requests without an answer is knocked at by one of them at a time', async () => {
    const { sessions, session } = await stand.anHourAgo(() => attempt.world.grant());
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
    const { session } = await stand.anHourAgo(() => attempt.world.grant());
    attempt.desk.clock.advance(-61_000);
    session.upkeep.noteUnreachable(lost);
    const { retryAtMs } = offline(session);
    // Near its end, and before the server is asked again.
    attempt.desk.clock.advance(1_500);
    assert.ok(attempt.desk.clock.now() < retryAtMs);
    const { accessToken } = session;
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token' && authorization.accessToken !== accessToken);
    assert.equal(stand.tokenRequests, 1);
    assert.equal(offline(session).error, lost, 'the new token says nothing of the server');
    assert.equal(offline(session).retryAtMs, retryAtMs);
  });

  it('is no reason to let a call fail whose token it refuses: there is a new one', async () => {
    const { session } = await stand.anHourAgo(() => attempt.world.grant());
    attempt.desk.clock.advance(-1_800_000);
    session.upkeep.noteUnreachable(lost);
    assert.equal(await session.upkeep.replaceToken(session.accessToken ?? ''), 'replaced');
    assert.equal(stand.tokenRequests, 1);
  });

  it('and can be again ends no pause that the authorization server has asked for (Retry-After)', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 429, headers: { 'retry-after': '25' } }));
    attempt.desk.clock.advance(-30_000);
    assert.equal((await session.authorization()).kind, 'token');
    session.upkeep.noteUnreachable(lost);
    attempt.desk.clock.advance(3_000);
    await until(() => session.state.kind === 'connected');
    session.upkeep.noteReached();
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(stand.tokenRequests, 1);
    attempt.desk.clock.advance(22_000);
    await session.authorization();
    assert.equal(stand.tokenRequests, 2);
  });

  it('is asked later each time, and soon again once it has answered', async () => {
    const { sessions, session } = await stand.anHourAgo(() => attempt.world.grant());
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
    const { sessions, session } = await stand.anHourAgo(() => ({
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

  it('is one thing, and an authorization server in trouble another: neither is offline for the other', async () => {
    const { session } = await stand.anHourAgo(() => ({ status: 503 }));
    const drawAnew = () => session.switchAccount(session.accounts[0]?.key ?? '');
    attempt.desk.clock.advance(-30_000);
    // There is no new token for now, and the old one is good.
    await session.authorization();
    drawAnew();
    assert.equal(session.state.kind, 'connected');
    session.upkeep.noteUnreachable(lost);
    drawAnew();
    assert.equal(offline(session).error, lost);
    // Without a good token it is the other one that is waited for, for as long as it says.
    attempt.desk.clock.advance(29_000);
    session.upkeep.noteUnreachable(lost);
    attempt.desk.clock.advance(1_000);
    await session.authorization();
    const { error, retryAtMs } = offline(session);
    drawAnew();
    assert.equal(error.code, 'server_busy');
    assert.deepEqual([offline(session).error, offline(session).retryAtMs], [error, retryAtMs]);
  });
});
