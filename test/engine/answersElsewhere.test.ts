// The answer to a sign-in that comes into another window than the one that waits for it, or into none.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { within } from '../support/deadline.ts';
import { Attempt, until } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';

const attempt = new Attempt();

describe('An answer that arrives in another window', () => {
  it('is finished there, and the window that asked is connected too (field case 23)', async () => {
    const { asking, result, received } = await asks();

    const other = await otherWindow();
    const claimed = await other.claim(received);
    assert.ok(claimed);
    await claimed.session.finish(claimed.authorization, received);
    assert.equal(claimed.session.state.kind, 'connected');
    assert.equal(await result, 'granted');
    assert.equal(asking.state.kind, 'connected');
  });

  it('binds a client of the person’s own to its issuer there, too (checklist 4.16)', async () => {
    const { desk, world } = attempt;
    const { result, received } = await asks({ clientId: 'mine' });
    const claimed = await (await otherWindow()).claim(received);
    await claimed?.session.finish(claimed.authorization, received);
    await result;
    const bindings = [...desk.records.records].filter(([key]) => key.startsWith('binding:'));
    assert.deepEqual(
      bindings.map(([, value]) => JSON.parse(value) as unknown),
      [{ version: 1, issuer: world.issuer }],
    );
  });

  it('is ignored when no attempt is on record for it, or the attempt is too old (checklist 9.7)', async () => {
    const { asking: session, result, received } = await asks();

    const other = await otherWindow();
    assert.equal(await other.claim('vscode://mcp-oauth.mcp-oauth/callback?code=x&state=unknown'), undefined);
    assert.equal(await other.claim('vscode://mcp-oauth.mcp-oauth/callback?code=x'), undefined);
    otherDesk.clock.advance(600_000);
    assert.equal(await other.claim(received), undefined);
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
  });

  it('is finished in a window that does not know the server, for the window that does', async () => {
    const { desk, world } = attempt;
    const { result, received } = await asks();
    const stranger = new Sessions(new Desk(world, desk.records).ports);
    const claimed = await stranger.claim(received);
    await claimed?.session.finish(claimed.authorization, received);
    assert.equal(await result, 'granted');
  });

  it('is finished once, however often it arrives (checklist 7.6)', async () => {
    const { asking, result, received } = await asks();
    const other = await otherWindow();
    assert.notEqual(await other.claim(received), undefined);
    assert.equal(await other.claim(received), undefined);
    await settled();
    asking.cancelSignIn();
    assert.equal(await result, 'cancelled');
    assert.equal(attempt.desk.clock.pendingTimers, 0);
  });

  it('is no answer for a server of the same name at another address (field case 28)', async () => {
    const { desk, world } = attempt;
    const { result, received } = await asks();
    const edited = new Sessions(new Desk(world, desk.records).ports);
    await edited.update([serverAt('https://evil.example/mcp')]);
    const claimed = await edited.claim(received);
    await claimed?.session.finish(claimed.authorization, received);
    assert.equal(claimed?.session.server.url, world.mcpUrl);
    assert.equal(edited.find('notes')?.accessToken, undefined);
    assert.equal(await result, 'granted');
  });

  it('while somebody signs out there leaves no grant behind', async () => {
    const { desk, world } = attempt;
    const { session, authorization, received } = await pendingFromAnEarlierRun();
    const answer = world.answers.get('/as/token');
    let signedOut: Promise<void> | undefined;
    world.answers.set('/as/token', (request) => {
      signedOut = session.signOut();
      return answer?.(request) ?? {};
    });
    await session.finish(authorization, received);
    await signedOut;
    assert.equal(world.sent('/as/token').length, 1);
    assert.deepEqual([session.state.kind, session.accessToken], ['needs_auth', undefined]);
    assert.equal(desk.records.keyOf('grant'), undefined);
    assert.deepEqual(
      session.traces.all.map(({ outcome }) => outcome),
      ['cancelled'],
      'It is over.',
    );
  });

  it('and is a refusal leaves the attempt alone that runs here', async () => {
    const { desk, world } = attempt;
    const { authorization } = await pendingFromAnEarlierRun();
    desk.person = () => undefined;
    const session = await desk.open(serverAt(world.mcpUrl));
    const result = session.signIn();
    await until(() => desk.opened.length === 2);
    const denied = `${authorization.redirectUri}?error=access_denied&state=${authorization.state}&iss=${world.issuer}`;
    await assert.rejects(session.finish(authorization, denied), { code: 'access_denied' });
    assert.equal(session.state.kind, 'authorizing');
    session.cancelSignIn();
    assert.equal(await result, 'cancelled');
  });

  it('and comes to nothing there is waited for no longer than a minute here, without a second error', async () => {
    const { desk, world } = attempt;
    const { asking, result, received } = await asks();
    const claimed = await (await otherWindow()).claim(received);
    world.answers.set('/as/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
    await assert.rejects(claimed?.session.finish(claimed.authorization, received) ?? Promise.resolve());
    await settled();
    desk.clock.advance(59_000);
    await settled();
    assert.equal(asking.state.kind, 'authorizing');
    desk.clock.advance(1_000);
    assert.equal(await within(10_000, 'It waits for another window that has given up.', result), 'cancelled');
    assert.equal(asking.state.kind, 'needs_auth');
  });

  it('and here, too, a moment later, is waited for as long', async () => {
    const { desk } = attempt;
    // Nobody tells this window that the attempt was taken.
    desk.records.onDidChange = () => () => undefined;
    const { result, received } = await asks();
    await (await otherWindow()).claim(received);
    desk.deliver(received);
    await settled();
    desk.clock.advance(60_000);
    assert.equal(await within(10_000, 'It waits for another window that has given up.', result), 'cancelled');
  });

  it('is not what has happened where the store does not tell of the attempt for a moment: it goes on', async () => {
    const { desk } = attempt;
    const { asking, result, received } = await asks();
    const key = desk.records.keyOf('pending') ?? '';
    const text = desk.records.records.get(key) ?? '';
    await desk.records.remove(key);
    await settled();
    await desk.records.write(key, text);
    desk.clock.advance(60_000);
    await settled();
    assert.equal(asking.state.kind, 'authorizing');
    desk.records.failsToRead = true;
    await desk.records.write(key, text);
    await settled();
    desk.clock.advance(60_000);
    await settled();
    assert.equal(asking.state.kind, 'authorizing', 'A keyring is locked.');
    desk.records.failsToRead = false;
    desk.deliver(received);
    assert.equal(await result, 'granted');
  });

  it('is watched for no longer than the attempt lasts', async () => {
    const { desk } = attempt;
    let listeners = 0;
    const listen = desk.records.onDidChange.bind(desk.records);
    desk.records.onDidChange = (listener) => {
      const stop = listen(listener);
      listeners += 1;
      return () => {
        listeners -= 1;
        stop();
      };
    };
    const { result, received } = await asks();
    const looked = Promise.withResolvers<undefined>();
    const read = desk.records.read.bind(desk.records);
    // What was taken here is looked for, and not told before the attempt is over.
    desk.records.read = async (key) => {
      const text = await read(key);
      if (key.startsWith('pending:') && text === undefined) await looked.promise;
      return text;
    };
    desk.deliver(received);
    assert.equal(await result, 'granted');
    looked.resolve(undefined);
    await settled();
    assert.deepEqual([desk.clock.pendingTimers, listeners], [0, 1], 'The session itself listens.');
  });

  /** A person is asked, and answers; nothing of it arrives by itself. */
  async function asks(oauth: OAuthSettings = {}) {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const asking = await desk.open(serverAt(world.mcpUrl, { oauth }));
    const result = asking.signIn();
    await until(() => desk.opened.length > 0);
    return { asking, result, received: world.visit(desk.opened[0] ?? '') };
  }

  async function pendingFromAnEarlierRun() {
    const { asking: earlier, result, received } = await asks();
    const claimed = await (await otherWindow()).claim(received);
    assert.ok(claimed);
    earlier.cancelSignIn();
    await result;
    return { ...claimed, received };
  }

  it('leaves nothing behind when it never comes: old attempts are swept at the next start', async () => {
    const { desk } = attempt;
    const { asking: session } = await asks();
    const other = await otherWindow();
    await other.sweep();
    assert.notEqual(desk.records.keyOf('pending'), undefined);
    otherDesk.clock.advance(600_000);
    await other.sweep();
    assert.equal(desk.records.keyOf('pending'), undefined);
    session.cancelSignIn();
  });

  let otherDesk: Desk;

  async function otherWindow(): Promise<Sessions> {
    otherDesk = new Desk(attempt.world, attempt.desk.records);
    const sessions = new Sessions(otherDesk.ports);
    await sessions.update([serverAt(attempt.world.mcpUrl)]);
    return sessions;
  }
});

/** Lets everything that is ready to run, run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
