// Tokens that are over by the time they are here, or by the time the server refuses them: the grant lives on.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import { Attempt, until } from './attempt.ts';

const attempt = new Attempt();
const [lifeMs, hourMs] = [10_000, 3_600_000];

/** Signed in, with a grant that can be renewed. */
async function signedIn(): Promise<Session> {
  attempt.world.givesRefreshTokens = true;
  return (await attempt.signIn()).session;
}

/** Signed in, for less time than a request is waited for. */
async function signedInForSeconds(): Promise<Session> {
  attempt.world.expiresInSeconds = lifeMs / 1_000;
  return signedIn();
}

/** The next answers of the token endpoint, so many of them, take as long as such a token lasts. */
function takeLong(times: number): void {
  const { world, desk } = attempt;
  const answer = world.answers.get('/as/token');
  let left = times;
  world.answers.set('/as/token', (request) => {
    if (left > 0) desk.clock.advance(lifeMs);
    left -= 1;
    return answer?.(request) ?? {};
  });
}

const tokenRequests = () => attempt.world.sent('/as/token').length - 1;
const tokenOf = (session: Session) => session.accessToken ?? assert.fail(session.state.kind);

describe('A new token that is over by the time it is here', () => {
  it('is replaced in turn, and the request goes out with one that works', async () => {
    const session = await signedInForSeconds();
    attempt.desk.clock.advance(lifeMs);
    takeLong(2);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(tokenRequests(), 3);
    assert.equal(session.state.kind, 'connected');
  });

  it('is not sent, and not replaced for ever: three times for one request', async () => {
    const session = await signedInForSeconds();
    attempt.desk.clock.advance(lifeMs);
    takeLong(4);
    assert.notEqual((await session.authorization()).kind, 'token');
    assert.equal(tokenRequests(), 3);
    assert.equal((await session.authorization()).kind, 'token', 'the next request begins anew');
  });
});

describe('A token that the server refused', () => {
  it('is replaced also where the new one is over by the time it is here: the next request gets another (field case 19)', async () => {
    const session = await signedInForSeconds();
    const refused = tokenOf(session);
    takeLong(1);
    assert.equal(await session.upkeep.replaceToken(refused), 'replaced');
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(tokenRequests(), 2);
  });

  it('is replaced though what replaced it is refused, too, by a server in trouble: nothing is over (field cases 3, 19)', async () => {
    const session = await signedIn();
    const [first, answer] = [tokenOf(session), attempt.world.answers.get('/as/token')];
    assert.equal(await session.upkeep.replaceToken(first), 'replaced');
    attempt.world.answers.set('/as/token', () => ({ status: 503 }));
    assert.equal(await session.upkeep.replaceToken(tokenOf(session)), 'not_now');
    assert.equal(
      await session.upkeep.replaceToken(first),
      'replaced',
      'a call that was slower to be refused',
    );
    if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
    attempt.desk.clock.advance(60_000);
    assert.equal((await session.authorization()).kind, 'token');
  });

  it('is replaced though the renewal that runs finds that very token on record (field cases 2, 19)', async () => {
    const session = await signedIn();
    const { clock, records } = attempt.desk;
    const key = records.keyOf('grant') ?? '';
    clock.advance(hourMs);
    const busy = Promise.withResolvers<undefined>();
    const holding = records.lock.hold(key, () => busy.promise);
    const waiting = session.authorization();
    // Another window was faster. What it got is used here, and refused.
    const record = JSON.parse(records.records.get(key) ?? '') as object;
    const newer = { ...record, accessToken: 'token-newer', grantedAtMs: clock.now() };
    await records.write(key, JSON.stringify({ ...newer, expiresAtMs: clock.now() + hourMs }));
    await until(() => session.accessToken === 'token-newer');
    const replacement = session.upkeep.replaceToken('token-newer');
    busy.resolve(undefined);
    await Promise.all([holding, waiting]);
    assert.equal(await replacement, 'replaced');
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token' && authorization.accessToken !== 'token-newer');
  });

  it('for its age ends nothing: the next request renews it', async () => {
    const session = await signedIn();
    attempt.desk.clock.advance(hourMs);
    await session.rejectToken(tokenOf(session));
    assert.equal(session.state.kind, 'connected');
    assert.equal((await session.authorization()).kind, 'token');
  });

  it('a second before its end ends nothing: the server counts whole seconds', async () => {
    attempt.world.expiresInSeconds = 4;
    const session = await signedIn();
    attempt.desk.clock.advance(3_000);
    await session.rejectToken(tokenOf(session));
    assert.equal(session.state.kind, 'connected');
    attempt.desk.clock.advance(-1);
    await session.rejectToken(tokenOf(session));
    assert.equal(session.state.kind, 'expired', 'earlier than that it does');
  });
});
