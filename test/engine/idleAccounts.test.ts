// What happens to one account of a server while another one is in use.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AccountStand, keyFor, names, usedIn } from './accountStand.ts';

const attempt = new AccountStand();
const hourMs = 3_600_000;

describe('An account that is not the one in use', () => {
  it('has its token renewed when it is asked for, and no other is touched (checklist 11.10)', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.signedInAs('ada', 'grace');
    const before = new Map(session.accounts.map(({ account, accessToken }) => [account.label, accessToken]));
    attempt.desk.clock.advance(hourMs);
    // What it hears of, it does not hear from the store.
    session.dispose();
    let changes = 0;
    session.onDidChange(() => (changes += 1));
    assert.equal(await attempt.caller(session, keyFor(session, 'ada')), 'ada');
    const now = new Map(session.accounts.map(({ account, accessToken }) => [account.label, accessToken]));
    assert.notEqual(now.get('ada'), before.get('ada'));
    assert.equal(now.get('grace'), before.get('grace'));
    assert.ok(changes > 0, 'who shows tokens hears of it');
    assert.equal(usedIn(session), 'grace');
    const refreshed = attempt.world
      .sent('/as/token')
      .slice(2)
      .map(({ body }) => new URLSearchParams(body));
    assert.deepEqual(
      refreshed.map((form) => form.get('refresh_token')),
      ['refresh-1'],
    );
    assert.equal(await attempt.caller(session), 'grace');
    assert.equal(
      await attempt.caller(await attempt.openAt(attempt.otherDesk()), keyFor(session, 'ada')),
      'ada',
    );
  });

  it('may be out of reach while the one in use is connected (field case 3)', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.signedInAs('ada', 'grace');
    attempt.desk.clock.advance(hourMs);
    attempt.world.answers.set('/as/token', () => ({ status: 503 }));
    assert.equal((await session.authorization(keyFor(session, 'ada'))).kind, 'unavailable');
    assert.equal(usedIn(session), 'grace');
    assert.deepEqual(names(session), ['ada', 'grace']);
  });

  it('is used for a moment: the one before is still out of reach after that (field case 3)', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.signedInAs('grace', 'ada');
    attempt.desk.clock.advance(hourMs);
    attempt.world.answers.set('/as/token', () => ({ status: 503, headers: { 'retry-after': '600' } }));
    await session.authorization();
    assert.equal(session.state.kind, 'offline');
    for (const name of ['grace', 'ada'] as const) session.switchAccount(keyFor(session, name));
    assert.equal(session.state.kind, 'offline');
    assert.equal((await session.authorization()).kind, 'unavailable');
    assert.equal(session.state.kind, 'offline');
    assert.equal(attempt.world.sent('/as/token').length, 3);
  });

  it('may be over while the one in use goes on', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.signedInAs('ada', 'grace');
    attempt.desk.clock.advance(hourMs);
    const answer = attempt.world.answers.get('/as/token');
    attempt.world.answers.set('/as/token', (request) =>
      request.body.includes('refresh-1')
        ? { status: 400, body: { error: 'invalid_grant' } }
        : (answer?.(request) ?? {}),
    );
    assert.equal((await session.authorization(keyFor(session, 'ada'))).kind, 'blocked');
    assert.deepEqual([usedIn(session), await attempt.caller(session)], ['grace', 'grace']);
    const tokens = session.accounts.map(({ account, accessToken }) => [
      account.label,
      accessToken === undefined,
    ]);
    assert.deepEqual(tokens, [
      ['ada', true],
      ['grace', false],
    ]);
  });

  it('may have its token rejected by the server while the one in use goes on', async () => {
    const session = await attempt.signedInAs('ada', 'grace');
    await session.rejectToken(session.accounts.find(({ isActive }) => !isActive)?.accessToken ?? '');
    assert.equal((await session.authorization(keyFor(session, 'ada'))).kind, 'blocked');
    assert.deepEqual([usedIn(session), await attempt.caller(session)], ['grace', 'grace']);
  });

  it('is used where the one in use was over at the last start', async () => {
    const session = await attempt.signedInAs('ada', 'grace');
    attempt.desk.preferred.clear();
    await session.rejectToken(session.accessToken ?? '');
    assert.equal(session.state.kind, 'expired');
    assert.equal(usedIn(await attempt.openAt(attempt.otherDesk())), 'ada');
  });
});
