// What a window makes of what the others do: an answer that they got, a token that they renewed or gave up.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccountChoice, Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { within } from '../support/deadline.ts';
import { AccountStand, keyFor } from './accountStand.ts';
import { until } from './attempt.ts';

const attempt = new AccountStand();
const hourMs = 3_600_000;

/** Asks the person, who takes their time; what was opened for it. */
async function beginSignIn(session: Session, account?: AccountChoice) {
  const { desk } = attempt;
  const before = desk.opened.length;
  desk.person = () => undefined;
  const result = session.signIn(undefined, account);
  await until(() => desk.opened.length > before);
  return { result, opened: desk.opened[before] ?? '' };
}

/** Signs in, and the answer arrives in another window; how it ends in the one that asked. */
async function answeredElsewhere(session: Session) {
  const { result, opened } = await beginSignIn(session);
  const received = attempt.world.visit(opened);
  const others = new Sessions(attempt.otherDesk().ports);
  await others.update([session.server]);
  const claimed = await others.claim(received);
  await claimed?.session.finish(claimed.authorization, received, claimed.wish);
  return within(10_000, 'The window that asked still waits.', result);
}

async function untilExpired(session: Session): Promise<void> {
  await within(
    10_000,
    'Nobody told this window.',
    until(() => session.state.kind === 'expired'),
  );
}

const tokenRequests = () => attempt.world.sent('/as/token').length;

describe('An answer that another window got', () => {
  it('ends a sign-in for a grant that has run out in the window that asked, too (field case 23)', async () => {
    const session = await attempt.openAt(attempt.desk);
    await session.signIn();
    attempt.desk.clock.advance(2 * hourMs);
    assert.equal((await session.authorization()).kind, 'blocked');
    assert.equal(session.state.kind, 'expired');
    assert.equal(await answeredElsewhere(session), 'granted');
    assert.equal(session.state.kind, 'connected');
  });

  it('ends a further sign-in there, too, though it gave the same scopes as before (field case 23)', async () => {
    const session = await attempt.openAt(attempt.desk);
    await session.signIn();
    assert.equal(await answeredElsewhere(session), 'granted');
  });
});

describe('A sign-in that waits for the person', () => {
  it('goes on though another window renews the token of another account', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.signedInAs('grace', 'ada');
    await session.rejectToken(session.accessToken ?? '');
    assert.equal(session.state.kind, 'expired');
    const { result } = await beginSignIn(session);
    const grace = () => session.accounts.find(({ account }) => account.label === 'grace')?.accessToken;
    const before = grace();
    const otherDesk = attempt.otherDesk();
    const other = await attempt.openAt(otherDesk);
    otherDesk.clock.advance(2 * hourMs);
    assert.equal((await other.authorization(keyFor(other, 'grace'))).kind, 'token');
    await until(() => grace() !== before);
    assert.equal(session.state.kind, 'authorizing');
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
  });
});

describe('A grant that another window gave up', () => {
  for (const [how, giveUp] of [
    ['because the server rejected its token', (other: Session) => other.rejectToken(other.accessToken ?? '')],
    ['because it could not be renewed', (other: Session) => other.authorization()],
  ] as const)
    it(`${how} is over in the window that signed in, too`, async () => {
      const { world } = attempt;
      world.givesRefreshTokens = true;
      const session = await attempt.openAt(attempt.desk);
      await session.signIn();
      const otherDesk = attempt.otherDesk();
      const other = await attempt.openAt(otherDesk);
      world.answers.set('/as/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
      if (how.endsWith('renewed')) otherDesk.clock.advance(hourMs);
      await giveUp(other);
      assert.equal(other.state.kind, 'expired');
      await untilExpired(session);
    });

  it('is not asked for again by one that has not heard of it', async () => {
    const { desk, world } = attempt;
    world.givesRefreshTokens = true;
    const session = await attempt.openAt(desk);
    await session.signIn();
    const otherDesk = attempt.otherDesk();
    const other = await attempt.openAt(otherDesk);
    session.dispose();
    for (const { clock } of [desk, otherDesk]) clock.advance(hourMs);
    world.answers.set('/as/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
    assert.equal((await other.authorization()).kind, 'blocked');
    assert.equal((await session.authorization()).kind, 'blocked');
    assert.equal(tokenRequests(), 2, 'the refused refresh token is shown once');
    assert.equal(session.state.kind, 'expired');
  });
});

describe('News of another window', () => {
  it('is followed on, though somebody who was told of it has failed', async () => {
    const session = await attempt.openAt(attempt.desk);
    const otherDesk = attempt.otherDesk();
    const other = await attempt.openAt(otherDesk);
    let failures = 0;
    const stop = other.onDidChange(() => {
      failures += 1;
      throw new Error('The view is closed.');
    });
    await session.signIn();
    await until(() => failures > 0);
    stop();
    await session.signOut();
    await within(
      10_000,
      'It follows no longer.',
      until(() => other.state.kind === 'needs_auth'),
    );
    assert.match(otherDesk.log.join('\n'), /^listener_failed .*The view is closed\.$/m);
  });
});
