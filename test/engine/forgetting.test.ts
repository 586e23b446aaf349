// Forgetting a server: nothing of it is left here, and as little as can be at its authorization server.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Server } from '../../src/servers/server.ts';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { AccountStand, keyFor } from './accountStand.ts';
import { until } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new AccountStand();
const forgotten = { kind: 'needs_auth', reason: 'never_signed_in' };

const notes = (changes: Partial<Server> = {}) => serverAt(attempt.world.mcpUrl, changes);
const tasks = (changes: Partial<Server> = {}) => notes({ name: 'tasks', ...changes });
const records = () => attempt.desk.records.records;

async function open(...servers: readonly Server[]) {
  const sessions = new Sessions(attempt.desk.ports);
  await sessions.update(servers);
  const find = (name: string): Session => sessions.find(name) ?? assert.fail(`There is no ${name}.`);
  return { sessions, find };
}

/** From now on each registration is another client, which can be taken back. */
function manageClients(world = attempt.world): void {
  world.answers.set('/as/register', () => {
    const clientId = `client-${world.sent('/as/register').length}`;
    const management = {
      registration_client_uri: `${world.issuer}/register/${clientId}`,
      registration_access_token: `manage-${clientId}`,
    };
    return { status: 201, body: { client_id: clientId, token_endpoint_auth_method: 'none', ...management } };
  });
  for (const id of [1, 2]) world.answers.set(`/as/register/client-${id}`, () => ({ status: 204 }));
}

/** Requests to end a registration, and with which token. */
const removals = (world = attempt.world) =>
  world.transcript
    .filter(({ method }) => method === 'DELETE')
    .map(({ path, headers }) => [path, headers.authorization]);

describe('A server that is forgotten', () => {
  it('leaves nothing behind, and takes nothing of another one with it', async () => {
    const other = await attempt.anotherWorld();
    const { sessions, find } = await open(notes(), serverAt(other.mcpUrl, { name: 'tasks' }));
    attempt.mayRevoke();
    await attempt.signInAs(find('notes'), 'ada');
    await attempt.signInAs(find('notes'), 'grace', 'another');
    attempt.desk.person = (url) => other.visit(url);
    await find('tasks').signIn();
    attempt.desk.person = (url) => attempt.world.visit(url);
    await attempt.leaveWaiting();
    for (const server of [notes({ oauth: { clientId: 'mine' } }), tasks({ oauth: { clientId: 'mine' } })]) {
      await writeClientSecret(attempt.desk.records, server, 'client', 's3cret');
      records().set(
        `binding:${JSON.stringify([server.name, server.url, 'mine'])}`,
        '{"version":1,"issuer":"a"}',
      );
      for (const kind of ['grant', 'secret', 'binding'])
        records().set(`aside:2025-12-31T00:00:00.000Z ${kind}:${JSON.stringify([server.name, 'b'])}`, '{');
      const pending = JSON.parse(records().get(attempt.desk.records.keyOf('pending') ?? '') ?? '') as object;
      records().set(`pending:${server.name}`, JSON.stringify({ ...pending, serverName: server.name }));
    }
    attempt.desk.preferred.set('tasks', 'grant:x');
    const before = new Map(records());

    await sessions.forget(find('notes'));
    const isLeft = (key: string) =>
      !key.includes('"notes"') && !key.includes(attempt.world.issuer) && !/^pending:(?!tasks)/.test(key);
    const expected = [...before].filter(([key]) => isLeft(key) || key.startsWith('way:'));
    assert.equal(expected.length, 10);
    assert.deepEqual(new Map(records()), new Map(expected));
    assert.deepEqual(attempt.desk.preferred, new Map([['tasks', 'grant:x']]));
    assert.deepEqual(find('notes').state, forgotten);
    assert.equal(find('tasks').state.kind, 'connected');
  });

  it('has its grants revoked, the refresh token of each first (checklist 14.8)', async () => {
    attempt.world.givesRefreshTokens = true;
    attempt.mayRevoke();
    const { sessions, find } = await open(notes());
    await attempt.signInAs(find('notes'), 'ada');
    await attempt.signInAs(find('notes'), 'grace', 'another');
    await sessions.forget(find('notes'));
    const { revoked } = attempt;
    assert.deepEqual(
      [
        revoked.filter((token) => token === 'refresh-1' || token === 'ada'),
        revoked.filter((token) => token === 'refresh-2' || token === 'grace'),
        revoked.length,
      ],
      [['refresh-1', 'ada'], ['refresh-2', 'grace'], 4],
    );
  });

  it('has grants revoked that were not in use: of an earlier address, and for other settings (field case 28)', async () => {
    attempt.world.givesRefreshTokens = true;
    attempt.mayRevoke();
    const earlier = (await attempt.signIn({ url: `${attempt.world.mcpUrl}?v=1` })).session;
    earlier.dispose();
    attempt.world.account = { sub: 'u-2', preferred_username: 'grace' };
    (await attempt.signIn()).session.dispose();
    const { sessions, find } = await open(notes({ oauth: { clientId: 'mine' } }));
    assert.deepEqual(find('notes').state, { kind: 'needs_auth', reason: 'settings_changed' });
    attempt.desk.preferred.set('notes', 'grant:of no use');
    await sessions.forget(find('notes'));
    assert.deepEqual(attempt.desk.preferred, new Map());
    assert.deepEqual([...attempt.revoked].sort(), ['ada', 'grace', 'refresh-1', 'refresh-2']);
    assert.deepEqual(attempt.desk.records.keysOf('grant'), []);
  });

  it('is signed out of in other windows, too', async () => {
    const { sessions, find } = await open(notes());
    await find('notes').signIn();
    const elsewhere = await attempt.openAt(attempt.otherDesk());
    assert.equal(elsewhere.state.kind, 'connected');
    await sessions.forget(find('notes'));
    await until(() => elsewhere.state.kind === 'needs_auth');
    assert.equal((await elsewhere.authorization()).kind, 'blocked');
  });

  it('has the sign-in that runs cancelled, and keeps nothing of it', async () => {
    const { sessions, find } = await open(notes());
    attempt.desk.person = () => undefined;
    const result = find('notes').signIn();
    await until(() => attempt.desk.opened.length === 1);
    await sessions.forget(find('notes'));
    assert.equal(await result, 'cancelled');
    assert.deepEqual([find('notes').state, [...records().keys()]], [forgotten, []]);
  });

  it('whose grant cannot be read leaves none of its secrets set aside', async () => {
    (await attempt.signIn({ url: `${attempt.world.mcpUrl}?v=1` })).session.dispose();
    const { sessions, find } = await open(notes());
    const [key = ''] = attempt.desk.records.keysOf('grant');
    records().set(key, '{"version":2,"accessToken":"t0ken"');
    await sessions.forget(find('notes'));
    assert.deepEqual([attempt.desk.records.keysOf('aside'), attempt.desk.records.keysOf('grant')], [[], []]);
  });

  it('that is never signed in to stays usable as it is (field case 17)', async () => {
    const { sessions, find } = await open(
      notes({ headers: { Authorization: 'Bearer token-mine' } }),
      tasks({ oauth: false }),
    );
    for (const name of ['notes', 'tasks']) {
      const { state } = find(name);
      assert.equal(state.kind, 'no_auth');
      await sessions.forget(find(name));
      assert.equal(find(name).state, state);
      assert.equal((await find(name).authorization()).kind, 'none');
    }
  });
});

describe('The client of a server that is forgotten', () => {
  it('is taken back at the authorization server, and the next sign-in registers anew (checklist 14.2)', async () => {
    manageClients();
    attempt.mayRevoke();
    const { sessions, find } = await open(notes());
    await find('notes').signIn();
    await sessions.forget(find('notes'));
    assert.deepEqual(removals(), [['/as/register/client-1', 'Bearer manage-client-1']]);
    const last = attempt.world.requests.slice(-2);
    assert.deepEqual(last, ['POST /as/revoke', 'DELETE /as/register/client-1'], 'while it may still revoke');
    assert.equal(await find('notes').signIn(), 'granted');
    assert.equal(attempt.asked.get('client_id'), 'client-2');
    assert.doesNotMatch(attempt.desk.log.join('\n'), /manage-client/);
  });

  it('is forgotten here alone where the server has no way to take it back (checklist 14.2)', async () => {
    const { sessions, find } = await open(notes());
    await find('notes').signIn();
    await sessions.forget(find('notes'));
    assert.deepEqual([removals(), attempt.desk.records.keysOf('registration')], [[], []]);
    await find('notes').signIn();
    assert.equal(attempt.world.sent('/as/register').length, 2);
  });

  it('stays while another server uses the same one, and goes with the last (checklist 14.2)', async () => {
    manageClients();
    const { sessions, find } = await open(notes(), tasks());
    await find('notes').signIn();
    await find('tasks').signIn();
    assert.equal(attempt.world.sent('/as/register').length, 1);
    await find('tasks').signOut();
    await sessions.forget(find('notes'));
    assert.deepEqual(removals(), []);
    assert.equal(await find('tasks').signIn(), 'granted');
    assert.equal(attempt.asked.get('client_id'), 'client-1');
    await sessions.forget(find('tasks'));
    assert.deepEqual(removals().length, 1);
    assert.deepEqual(attempt.desk.records.keysOf('registration'), []);
  });

  it('is another one than that of the same name at another authorization server (checklist 4.16)', async () => {
    manageClients();
    const other = await attempt.anotherWorld();
    const { sessions, find } = await open(notes(), serverAt(other.mcpUrl, { name: 'tasks' }));
    await find('notes').signIn();
    manageClients(other);
    attempt.desk.person = (url) => other.visit(url);
    await find('tasks').signIn();
    assert.equal(attempt.asked.get('client_id'), 'client-1');
    await sessions.forget(find('notes'));
    assert.deepEqual([removals().length, removals(other).length], [1, 0]);
    assert.equal(attempt.desk.records.keysOf('registration').length, 1);
  });

  it('of version 1, which did not say who uses it, stays as long as a grant of another server does', async () => {
    const { sessions, find } = await open(notes(), tasks());
    await find('notes').signIn();
    await find('tasks').signIn();
    const [key = ''] = attempt.desk.records.keysOf('registration');
    const { servers, ...rest } = JSON.parse(records().get(key) ?? '') as { servers: unknown[] };
    assert.equal(servers.length, 2);
    records().set(key, JSON.stringify({ ...rest, version: 1 }));
    await sessions.forget(find('notes'));
    assert.notEqual(records().get(key), undefined);
    await sessions.forget(find('tasks'));
    assert.equal(records().get(key), undefined);
  });
});

describe('An authorization server that is to be told of it', () => {
  it('and never answers holds nothing up: what is kept here is gone at once (checklist 14.8)', async () => {
    manageClients();
    attempt.mayRevoke();
    const { world, desk } = attempt;
    const { sessions, find } = await open(notes({ oauth: { clientId: 'mine' } }));
    for (const version of [1, 2, 3]) {
      attempt.world.account = { sub: `u-${version}`, preferred_username: 'ada' };
      (await attempt.signIn()).session.dispose();
    }
    await writeClientSecret(desk.records, notes({ oauth: { clientId: 'mine' } }), 'client', 's3cret');
    world.silent.add('/as/revoke');
    world.silent.add('/as/register/client-1');
    const startedAtMs = desk.clock.now();
    const result = sessions.forget(find('notes'));
    await until(() => world.sent('/as/revoke').length === 3);
    assert.deepEqual(
      [...records().keys()].filter((key) => !key.startsWith('way:')),
      [],
    );
    desk.clock.advance(10_000);
    await until(() => removals().length === 1);
    desk.clock.advance(10_000);
    await result;
    assert.deepEqual(find('notes').state, forgotten);
    assert.equal(desk.clock.now() - startedAtMs, 20_000);
    assert.equal(desk.clock.pendingTimers, 0);
  });

  it('and cannot be reached is forgotten all the same', async () => {
    manageClients();
    attempt.mayRevoke();
    const { sessions, find } = await open(notes());
    await find('notes').signIn();
    await attempt.world.close();
    await sessions.forget(find('notes'));
    assert.deepEqual(find('notes').state, forgotten);
    assert.deepEqual(attempt.desk.records.keysOf('registration'), []);
    await attempt.renew();
  });
});

describe('Signing out of all accounts', () => {
  it('revokes each, and leaves the client and other servers alone (checklist 14.8)', async () => {
    attempt.mayRevoke();
    const { find } = await open(notes(), tasks());
    await attempt.signInAs(find('notes'), 'ada');
    await attempt.signInAs(find('notes'), 'grace', 'another');
    await attempt.signInAs(find('tasks'), 'linus');
    await find('notes').signOutOfAll();
    assert.deepEqual([...attempt.revoked].sort(), ['ada', 'grace']);
    assert.deepEqual(find('notes').state, { kind: 'needs_auth', reason: 'signed_out' });
    assert.deepEqual(attempt.desk.records.keysOf('grant'), [keyFor(find('tasks'), 'linus')]);
    assert.equal(attempt.desk.records.keysOf('registration').length, 1);
    assert.deepEqual(attempt.desk.preferred, new Map());
  });
});
