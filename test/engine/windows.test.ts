// Several windows of the editor over one store: one renewal, one answer to each attempt, and each sees what the others do.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;

/** Windows that were open when somebody signed in an hour ago. */
async function windowsAnHourAgo(count: number): Promise<readonly { desk: Desk; session: Session }[]> {
  attempt.world.givesRefreshTokens = true;
  await attempt.signIn();
  return Promise.all(
    Array.from({ length: count }, async () => {
      const desk = new Desk(attempt.world, attempt.desk.records);
      const session = await desk.open(serverAt(attempt.world.mcpUrl));
      desk.clock.advance(hourMs);
      return { desk, session };
    }),
  );
}

const refreshes = () =>
  attempt.world
    .sent('/as/token')
    .map(({ body }) => new URLSearchParams(body))
    .filter((form) => form.get('grant_type') === 'refresh_token');

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function untilStateOf(session: Session, kind: Session['state']['kind']): Promise<void> {
  while (session.state.kind !== kind) await nextTurn();
}

describe('Windows that need a new token at the same moment', () => {
  it('make one request, and a hundred parallel calls all succeed (field cases 1, 2, checklist 11.10)', async () => {
    const windows = await windowsAnHourAgo(4);
    const calls = windows.flatMap(({ session }) => Array.from({ length: 25 }, () => session.authorization()));
    const tokens = (await Promise.all(calls)).map((authorization) => {
      assert.ok(authorization.kind === 'token');
      return authorization.accessToken;
    });
    assert.equal(new Set(tokens).size, 1);
    assert.equal(refreshes().length, 1);
    assert.deepEqual(new Set(windows.map(({ session }) => session.state.kind)), new Set(['connected']));
  });

  it('use the refresh token that is on record, not the one that they remember', async () => {
    const [one, other] = await windowsAnHourAgo(2);
    assert.ok(one && other);
    await one.session.authorization();
    // The other one hears of nothing, and its own clock is another hour further.
    other.session.dispose();
    other.desk.clock.advance(2 * hourMs);
    assert.equal((await other.session.authorization()).kind, 'token');
    assert.deepEqual(
      refreshes().map((form) => form.get('refresh_token')),
      ['refresh-1', 'refresh-2'],
    );
  });

  it('wait for the one that asks, also when it fails: the next one tries with the same token', async () => {
    const windows = await windowsAnHourAgo(2);
    const answer = attempt.world.answers.get('/as/token');
    attempt.world.answers.set('/as/token', () => {
      if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
      return { status: 500 };
    });
    const kinds = await Promise.all(windows.map(async ({ session }) => (await session.authorization()).kind));
    assert.deepEqual(kinds.sort(), ['token', 'unavailable']);
    assert.deepEqual(
      refreshes().map((form) => form.get('refresh_token')),
      ['refresh-1', 'refresh-1'],
    );
    while (windows.some(({ session }) => session.state.kind !== 'connected')) await nextTurn();
  });

  it('do not break off a refresh that was sent because the caller has gone (checklist 11.10)', async () => {
    const [window] = await windowsAnHourAgo(1);
    assert.ok(window);
    void window.session.authorization();
    while (refreshes().length === 0) await nextTurn();
    window.session.dispose();
    await window.session.settled();
    assert.match(
      attempt.desk.records.records.get(attempt.desk.records.keyOf('grant') ?? '') ?? '',
      /refresh-2/,
    );
  });

  it('see in each other what came of it: the new token, a sign-out, a further sign-in', async () => {
    const [one, other] = await windowsAnHourAgo(2);
    assert.ok(one && other);
    const before = other.session.accessToken;
    await one.session.authorization();
    while (other.session.accessToken === before) await nextTurn();
    assert.equal(other.session.accessToken, one.session.accessToken);
    await one.session.signOut();
    await untilStateOf(other.session, 'needs_auth');
    assert.equal((await other.session.authorization()).kind, 'blocked');
    await one.session.signIn();
    await untilStateOf(other.session, 'connected');
  });

  it('keep what a further sign-in gave, though a renewal was under way for the old grant', async () => {
    const [one, other] = await windowsAnHourAgo(2);
    assert.ok(one && other);
    const answer = attempt.world.answers.get('/as/token');
    let signedIn: Promise<unknown> | undefined;
    attempt.world.answers.set('/as/token', (request) => {
      if (answer !== undefined) attempt.world.answers.set('/as/token', answer);
      signedIn = other.session.signIn();
      return answer?.(request) ?? {};
    });
    await one.session.authorization();
    assert.equal(await signedIn, 'granted');
    while (one.session.accessToken !== other.session.accessToken) await nextTurn();
    const [key = ''] = [...attempt.desk.records.records.keys()].filter((key) => key.startsWith('grant:'));
    assert.ok(attempt.desk.records.records.get(key)?.includes(other.session.accessToken ?? '-'));
  });
});

/** A window waits for an answer that the browser is about to bring. */
async function answeredAttempt() {
  const { desk, world } = attempt;
  desk.person = () => undefined;
  const asking = await desk.open(serverAt(world.mcpUrl));
  const result = asking.signIn();
  while (desk.opened.length === 0) await nextTurn();
  return { asking, result, received: world.visit(desk.opened[0] ?? '') };
}

describe('An answer that arrives in two windows', () => {
  it('is redeemed by one of them, and both are connected (checklist 7.6, field case 23)', async () => {
    const { desk, world } = attempt;
    const { asking, result, received } = await answeredAttempt();

    const otherWindow = new Sessions(new Desk(world, desk.records).ports);
    await otherWindow.update([serverAt(world.mcpUrl)]);
    const claimed = otherWindow.claim(received);
    desk.deliver(received);
    const attemptTaken = await claimed;
    await attemptTaken?.session.finish(attemptTaken.authorization, received, attemptTaken.wish);
    assert.equal(await result, 'granted');
    assert.equal(world.sent('/as/token').length, 1);
    while (otherWindow.find('notes')?.state.kind !== 'connected') await nextTurn();
    assert.equal(asking.state.kind, 'connected');
  });

  it('leaves the window that asked waiting until the other has finished, or it is given up', async () => {
    const { desk, world } = attempt;
    const { asking, result, received } = await answeredAttempt();
    const otherWindow = new Sessions(new Desk(world, desk.records).ports);
    assert.notEqual(await otherWindow.claim(received), undefined);
    desk.deliver(received);
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    assert.equal(asking.state.kind, 'authorizing');
    assert.deepEqual(world.sent('/as/token'), []);
    asking.cancelSignIn();
    assert.equal(await result, 'cancelled');
  });
});

describe('Attempts beside each other', () => {
  it('of two windows each take their own answer, in whatever order these arrive (field case 23)', async () => {
    const { desk, world } = attempt;
    const otherDesk = new Desk(world, desk.records);
    for (const window of [desk, otherDesk]) window.person = () => undefined;
    const [one, other] = [
      await desk.open(serverAt(world.mcpUrl)),
      await otherDesk.open(serverAt(world.mcpUrl, { name: 'tasks' })),
    ];
    const results = [one.signIn(), other.signIn()];
    while (desk.opened.length === 0 || otherDesk.opened.length === 0) await nextTurn();
    // Both answers come to the window that did not begin the one of them.
    const windows = new Sessions(desk.ports);
    await windows.update([serverAt(world.mcpUrl), serverAt(world.mcpUrl, { name: 'tasks' })]);
    for (const url of [otherDesk.opened[0] ?? '', desk.opened[0] ?? '']) {
      const received = world.visit(url);
      const claimed = await windows.claim(received);
      await claimed?.session.finish(claimed.authorization, received, claimed.wish);
    }
    assert.deepEqual(await Promise.all(results), ['granted', 'granted']);
    assert.equal(world.sent('/as/token').length, 2);
    assert.notEqual(one.accessToken, other.accessToken);
  });

  it('of which the old one is answered last leave the new one alone: its answer is ignored (field case 23, checklist 9.7)', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const session = await desk.open(serverAt(world.mcpUrl));
    const old = session.signIn();
    while (desk.opened.length === 0) await nextTurn();
    session.cancelSignIn();
    assert.equal(await old, 'cancelled');
    const result = session.signIn();
    while (desk.opened.length < 2) await nextTurn();
    const sessions = new Sessions(desk.ports);
    await sessions.update([serverAt(world.mcpUrl)]);
    const [oldTab = '', newTab = ''] = desk.opened;
    assert.equal(await sessions.claim(world.visit(oldTab)), undefined);
    assert.equal(session.state.kind, 'authorizing');
    const received = world.visit(newTab);
    desk.deliver(received);
    assert.equal(await result, 'granted');
    assert.equal(await sessions.claim(received), undefined, 'played again it is nobody’s');
    assert.equal(await sessions.claim(world.visit(oldTab)), undefined);
    assert.equal(world.sent('/as/token').length, 1);
  });
});

describe('Start-up', () => {
  it('with twenty servers that need sign-in, in two windows, asks nobody and reads no secret (field case 24)', async () => {
    const { desk, world } = attempt;
    const servers = Array.from({ length: 20 }, (_, number) =>
      serverAt(`${world.mcpUrl}?server=${number}`, { name: `server ${number}` }),
    );
    let [reads, listings] = [0, 0];
    for (const window of [desk, new Desk(world, desk.records)]) {
      const { ports } = window;
      const store = {
        ...ports.store,
        read: (key: string) => ((reads += 1), desk.records.read(key)),
        write: (key: string, value: string) => desk.records.write(key, value),
        remove: (key: string) => desk.records.remove(key),
        keys: () => ((listings += 1), desk.records.keys()),
        onDidChange: (listener: (key: string) => void) => desk.records.onDidChange(listener),
      };
      const sessions = new Sessions({ ...ports, store });
      await sessions.update(servers);
      assert.deepEqual(new Set(sessions.all.map(({ state }) => state.kind)), new Set(['needs_auth']));
      assert.equal(window.clock.pendingTimers, 0);
      window.clock.advance(24 * hourMs);
      assert.deepEqual(window.opened, []);
    }
    await nextTurn();
    assert.deepEqual([reads, listings], [0, 2]);
    assert.deepEqual(world.requests, []);
  });
});
