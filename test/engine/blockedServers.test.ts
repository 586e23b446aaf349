import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { BlockedServers } from '../../src/vscode/blockedServers.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();
const momentMs = 1_000;

describe('Servers that cannot go on without a person', () => {
  let sessions: Sessions;
  let blocked: BlockedServers;
  /** The names that were brought up together, in order. */
  let invitations: string[][];

  beforeEach(async () => {
    const { ports } = attempt.desk;
    sessions = new Sessions(ports);
    invitations = [];
    blocked = new BlockedServers(sessions, ports.clock, (servers) => {
      invitations.push(servers.map(({ server }) => server.name));
    });
    await configure('a', 'b', 'c');
  });

  it('are brought up together where they are blocked within a moment, also one after the other (field case 24)', () => {
    block('a', 'b');
    turn(momentMs - 1);
    block('c');
    turn(momentMs - 1);
    assert.deepEqual(invitations, []);
    turn(1);
    assert.deepEqual(invitations, [['a', 'b', 'c']]);
  });

  it('are brought up once, however often they are used (field case 24)', () => {
    block('a', 'a');
    turn(momentMs);
    block('a', 'b');
    turn(momentMs);
    block('a', 'b');
    turn(600_000);
    assert.deepEqual(invitations, [['a'], ['b']]);
  });

  it('are not brought up again for news of another account, which changes nothing about them', async () => {
    const { world } = attempt;
    world.givesRefreshTokens = true;
    await session('a').signIn();
    const [ada] = session('a').accounts;
    world.account = { sub: 'u-2', preferred_username: 'grace' };
    await session('a').signIn(undefined, 'another');
    await session('a').rejectToken(session('a').accessToken ?? '');
    assert.equal(session('a').state.kind, 'expired');
    block('a');
    turn(momentMs);
    for (let hour = 0; hour < 3; hour += 1) {
      turn(3_600_000);
      assert.equal((await session('a').authorization(ada?.key)).kind, 'token');
      block('a');
      turn(momentMs);
    }
    assert.equal(world.sent('/as/token').length, 5);
    assert.deepEqual(invitations, [['a']]);
  });

  it('are brought up again when somebody began to sign in and did not end it', async () => {
    block('a');
    turn(momentMs);
    attempt.desk.person = () => undefined;
    const signIn = session('a').signIn();
    session('a').cancelSignIn();
    assert.equal(await signIn, 'cancelled');
    turn(momentMs);
    block('a');
    turn(momentMs);
    assert.deepEqual(invitations, [['a'], ['a']]);
  });

  it('are not brought up to somebody who has just cancelled, by the request that waited for them', async () => {
    attempt.desk.person = () => undefined;
    const signIn = session('a').signIn();
    session('a').cancelSignIn();
    assert.equal(await signIn, 'cancelled');
    block('a');
    turn(momentMs);
    assert.deepEqual(invitations, []);
  });

  it('are brought up again when they are blocked for another reason', async () => {
    block('a');
    turn(momentMs);
    await session('a').signIn();
    await session('a').signOut();
    block('a');
    turn(momentMs);
    assert.deepEqual(invitations, [['a'], ['a']]);
  });

  it('are not brought up where somebody has signed in meanwhile', async () => {
    block('a', 'b');
    await session('a').signIn();
    turn(momentMs);
    assert.deepEqual(invitations, [['b']]);
  });

  it('are not brought up while somebody is signing in to them', async () => {
    attempt.desk.person = () => undefined;
    const signIn = session('a').signIn();
    block('a');
    turn(momentMs);
    assert.deepEqual(invitations, []);
    session('a').cancelSignIn();
    await signIn;
  });

  it('are not brought up where they are out of reach and nothing but time helps (field case 3)', async () => {
    attempt.world.givesRefreshTokens = true;
    await session('a').signIn();
    attempt.world.answers.set('/as/token', () => ({ status: 503 }));
    attempt.desk.clock.advance(3_600_000);
    await session('a').authorization();
    assert.equal(session('a').state.kind, 'offline');
    block('a');
    turn(momentMs);
    assert.deepEqual(invitations, []);
  });

  it('are not brought up when they are configured no more, and anew where they are another one by then', async () => {
    block('a', 'b');
    await configure('b');
    turn(momentMs);
    assert.deepEqual(invitations, [['b']]);
    await configure('a', 'b');
    block('a', 'b');
    turn(momentMs);
    assert.deepEqual(invitations, [['b'], ['a']]);
  });

  it('leave no timer behind', () => {
    block('a');
    blocked.dispose();
    turn(momentMs);
    assert.deepEqual(invitations, []);
    assert.equal(attempt.desk.clock.pendingTimers, 0);
  });

  function configure(...names: readonly string[]): Promise<void> {
    return sessions.update(names.map((name) => serverAt(attempt.world.mcpUrl, { name })));
  }

  function session(name: string): Session {
    return sessions.find(name) ?? assert.fail(`There is no server “${name}”.`);
  }

  function block(...names: readonly string[]): void {
    for (const name of names) blocked.note(session(name));
  }

  function turn(ms: number): void {
    attempt.desk.clock.advance(ms);
  }
});
