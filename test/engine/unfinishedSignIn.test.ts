import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { within } from '../support/deadline.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();

describe('A sign-in that is not finished', () => {
  it('returns to where it was when it is cancelled', async () => {
    attempt.desk.person = () => undefined;
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    const before = session.state;
    const result = session.signIn();
    await untilOpened();
    assert.deepEqual(session.state, {
      kind: 'authorizing',
      before,
      host: new URL(attempt.world.origin).host,
    });
    assert.notEqual(attempt.desk.records.keyOf('pending'), undefined);
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
    assert.deepEqual(session.state, before);
    assert.equal(attempt.desk.records.keyOf('pending'), undefined);
  });

  it('opens no page when it is cancelled while it is prepared', async () => {
    const { desk } = attempt;
    const session = await desk.open(serverAt(attempt.world.mcpUrl));
    desk.records.onDidChange((key) => {
      if (key.startsWith('pending:')) session.cancelSignIn();
    });
    assert.equal(await session.signIn(), 'cancelled');
    assert.deepEqual(desk.opened, []);
    assert.equal(session.state.kind, 'needs_auth');
  });

  it('gives up after ten minutes (checklist 7.6)', async () => {
    attempt.desk.person = () => {
      setImmediate(() => attempt.desk.clock.advance(600_000));
      return undefined;
    };
    await attempt.failsWith('sign_in_timed_out');
  });

  it('is over at once when its answer comes later, such as after the computer slept (checklist 7.6, field case 31)', async () => {
    const { desk, world } = attempt;
    desk.person = (url) => {
      // Nothing rings while the computer sleeps, and the browser may be first to wake.
      desk.clock.goOn(600_000);
      return world.visit(url);
    };
    const failing = attempt.failsWith('sign_in_timed_out');
    await within(10_000, 'It waits for another window that has not got it either.', failing);
    assert.deepEqual(world.sent('/as/token'), []);
  });

  it('is an error when the browser does not open', async () => {
    attempt.desk.browserOpens = false;
    attempt.desk.person = () => undefined;
    await attempt.failsWith('browser_not_opened');
  });

  it('is joined by a second caller instead of opening a second page', async () => {
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    assert.deepEqual(await Promise.all([session.signIn(), session.signIn()]), ['granted', 'granted']);
    assert.equal(attempt.desk.opened.length, 1);
  });

  it('is an error that is seen when its grant cannot be stored', async () => {
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth: { clientId: 'mine' } }));
    attempt.desk.person = (url) => {
      attempt.desk.records.failsToWrite = true;
      return attempt.world.visit(url);
    };
    await assert.rejects(session.signIn(), { code: 'storage_failed' });
    assert.equal(session.state.kind, 'error');
  });

  async function untilOpened(): Promise<void> {
    while (attempt.desk.opened.length === 0) await new Promise((resolve) => setImmediate(resolve));
  }
});

describe('What is secret', () => {
  it('is found in the record of the grant and in no line of the log', async () => {
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await session.signIn();
    const authorization = await session.authorization();
    assert.ok(authorization.kind === 'token');
    const form = new URLSearchParams(attempt.world.sent('/as/token')[0]?.body);
    const asked = attempt.asked;
    const secrets = [
      authorization.accessToken,
      form.get('code'),
      form.get('code_verifier'),
      asked.get('state'),
    ];
    const log = attempt.desk.log.join('\n');
    for (const secret of secrets) assert.ok(secret !== null && !log.includes(secret), secret ?? 'missing');
    assert.deepEqual(
      [...attempt.desk.records.records]
        .filter(([, value]) => value.includes(authorization.accessToken))
        .map(([key]) => key),
      [attempt.desk.records.keyOf('grant')],
    );
  });
});
