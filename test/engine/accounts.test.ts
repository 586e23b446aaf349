// Several accounts on one server: a grant for each, one of them used here.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { AccountChoice, Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt, issuerDocument, resourceDocument, until } from './attempt.ts';
import { Desk, serverAt } from './desk.ts';
import { World } from './world.ts';

const attempt = new Attempt();
const others: World[] = [];
after(() => Promise.all(others.map((other) => other.close())));
const hourMs = 3_600_000;

const people = {
  ada: { sub: 'u-1', preferred_username: 'ada' },
  grace: { sub: 'u-2', preferred_username: 'grace' },
  linus: { sub: 'u-3', preferred_username: 'linus' },
};
type Name = keyof typeof people;

async function signInAs(session: Session, name: Name, account?: AccountChoice): Promise<void> {
  attempt.world.account = people[name];
  assert.equal(await session.signIn(undefined, account), 'granted');
}

function openAt(desk: Desk): Promise<Session> {
  return desk.open(serverAt(attempt.world.mcpUrl));
}

/** Signed in as each, one after the other. */
async function signedInAs(first: Name, ...further: readonly Name[]): Promise<Session> {
  attempt.world.alter(issuerDocument, { revocation_endpoint: `${attempt.world.issuer}/revoke` });
  attempt.world.answers.set('/as/revoke', () => ({ body: '' }));
  const session = await openAt(attempt.desk);
  await signInAs(session, first);
  for (const name of further) {
    attempt.desk.clock.advance(1_000);
    await signInAs(session, name, 'another');
  }
  return session;
}

/** The window of another workspace, or with `preferred` of the same one. */
function otherDesk(preferred: ReadonlyMap<string, string> = new Map()): Desk {
  const desk = new Desk(attempt.world, attempt.desk.records);
  desk.clock.advance(attempt.desk.clock.now() - desk.clock.now());
  for (const [server, key] of preferred) desk.preferred.set(server, key);
  return desk;
}

const names = (session: Session) => session.accounts.map(({ account }) => account.label).sort();
const keyFor = (session: Session, name: Name) =>
  session.accounts.find(({ account }) => account.label === name)?.key ?? assert.fail(`Nobody is ${name}.`);

/** Who is used, as the accounts and the state tell it. */
function usedIn(session: Session): string | undefined {
  const { state } = session;
  const active = session.accounts.find(({ isActive }) => isActive);
  assert.ok(state.kind === 'connected' && state.account.label === active?.account.label, state.kind);
  return active.account.label;
}

/** Whose token the server gets to see with a request. */
async function caller(session: Session, key?: string): Promise<unknown> {
  const authorization = await session.authorization(key);
  assert.ok(authorization.kind === 'token', authorization.kind);
  const address = new URL(session.server.url);
  const headers = await authorization.headersFor('POST', address);
  await (await fetch(address, { method: 'POST', headers, body: '{}' })).text();
  return ownerOf(attempt.world.sent('/mcp').at(-1)?.headers.authorization);
}

function ownerOf(token = ''): unknown {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
  return 'preferred_username' in claims ? claims.preferred_username : undefined;
}

describe('Several accounts on one server', () => {
  it('have a grant each, under a key of its own, and each request has the token of its account', async () => {
    const session = await signedInAs('ada', 'grace');
    const { mcpUrl, issuer } = attempt.world;
    assert.deepEqual(
      attempt.desk.records.keysOf('grant'),
      ['u-1', 'u-2'].map((id) => `grant:${JSON.stringify(['notes', mcpUrl, issuer, id])}`),
    );
    assert.equal(await caller(session, keyFor(session, 'ada')), 'ada');
    assert.equal(await caller(session, keyFor(session, 'grace')), 'grace');
    assert.equal((await session.authorization('grant:of nobody')).kind, 'blocked');
  });

  it('are used one at a time: the newest, until another one is chosen, also after a restart', async () => {
    const session = await signedInAs('ada', 'grace');
    assert.deepEqual([usedIn(session), await caller(session)], ['grace', 'grace']);
    session.switchAccount(keyFor(session, 'ada'));
    assert.deepEqual([usedIn(session), await caller(session)], ['ada', 'ada']);
    assert.deepEqual(attempt.desk.preferred, new Map([['notes', keyFor(session, 'ada')]]));
    session.switchAccount('grant:of nobody');
    assert.equal(usedIn(session), 'ada');
    const restarted = await openAt(otherDesk(attempt.desk.preferred));
    assert.deepEqual([usedIn(restarted), await caller(restarted)], ['ada', 'ada']);
  });

  it('may be chosen otherwise in another workspace', async () => {
    const session = await signedInAs('ada', 'grace');
    const elsewhere = otherDesk();
    const other = await openAt(elsewhere);
    assert.equal(usedIn(other), 'grace');
    session.switchAccount(keyFor(session, 'ada'));
    assert.deepEqual([await caller(session), await caller(other)], ['ada', 'grace']);
    other.switchAccount(keyFor(other, 'ada'));
    session.switchAccount(keyFor(session, 'grace'));
    assert.deepEqual([await caller(session), await caller(other)], ['grace', 'ada']);
    assert.equal(usedIn(await openAt(otherDesk(elsewhere.preferred))), 'ada');
    assert.equal(usedIn(await openAt(otherDesk(attempt.desk.preferred))), 'grace');
  });

  it('are signed out of one by one: the others stay, and the state follows (checklist 14.8)', async () => {
    const session = await signedInAs('ada', 'grace', 'linus');
    const revoked = () =>
      attempt.world
        .sent('/as/revoke')
        .map(({ body }) => ownerOf(new URLSearchParams(body).get('token') ?? ''));
    await session.signOut(keyFor(session, 'ada'));
    assert.deepEqual([usedIn(session), names(session)], ['linus', ['grace', 'linus']]);
    await session.signOut();
    assert.deepEqual([usedIn(session), await caller(session)], ['grace', 'grace']);
    assert.deepEqual(revoked(), ['ada', 'linus']);
    assert.equal(attempt.desk.records.keysOf('grant').length, 1);
    await session.signOut();
    assert.deepEqual(session.state, { kind: 'needs_auth', reason: 'signed_out' });
    assert.deepEqual(attempt.desk.records.keysOf('grant'), []);
    assert.deepEqual(attempt.desk.preferred, new Map());
  });

  it('of one person stay one: a further sign-in as somebody who is there replaces that grant alone', async () => {
    const session = await signedInAs('ada', 'grace');
    const { records } = attempt.desk.records;
    const [ada, grace] = [keyFor(session, 'ada'), keyFor(session, 'grace')];
    const before = new Map(records);
    await signInAs(session, 'ada', { key: ada });
    assert.equal(records.get(grace), before.get(grace));
    assert.notEqual(records.get(ada), before.get(ada));
    assert.equal(usedIn(session), 'ada');
    await signInAs(session, 'grace', 'another');
    assert.notEqual(records.get(grace), before.get(grace));
    assert.deepEqual([usedIn(session), names(session)], ['grace', ['ada', 'grace']]);
    assert.equal(attempt.desk.records.keysOf('grant').length, 2);
  });

  it('never share a key at two authorization servers, though the subject is the same (checklist 4.16, 5.2)', async () => {
    const session = await signedInAs('ada');
    const [key = ''] = attempt.desk.records.keysOf('grant');
    const before = attempt.desk.records.records.get(key);
    const other = await World.start();
    others.push(other);
    attempt.world.alter(resourceDocument, { authorization_servers: [other.issuer] });
    other.answers.set('/as/token', () => attempt.world.grant(people.ada));
    attempt.desk.person = (url) => other.visit(url);
    attempt.desk.clock.advance(hourMs / 2);
    await signInAs(session, 'ada');
    const keys = attempt.desk.records.keysOf('grant');
    assert.deepEqual([keys.length, keys[0]], [2, key]);
    assert.equal(attempt.desk.records.records.get(key), before);
    assert.equal(session.accounts.find(({ isActive }) => isActive)?.key, keys[1]);
  });
});

describe('A further account', () => {
  it('is asked for where the server lists how, and nobody else’s page is (OpenID Connect)', async () => {
    const prompts: (string | null)[] = [];
    for (const values of [undefined, ['none', 'consent'], ['login', 'select_account'], ['none', 'login']]) {
      await attempt.renew();
      attempt.world.alter(issuerDocument, { prompt_values_supported: values });
      const session = await signedInAs('ada', 'grace');
      prompts.push(attempt.asked.get('prompt'));
      await signInAs(session, 'grace');
      assert.equal(attempt.asked.get('prompt'), null, 'the same again is not');
    }
    assert.deepEqual(prompts, [null, null, 'select_account', 'login']);
  });

  it('that another window gets appears here and is not used here, also after a restart', async () => {
    const session = await signedInAs('ada');
    const other = await openAt(otherDesk());
    attempt.desk.clock.advance(1_000);
    await signInAs(other, 'grace', 'another');
    await until(() => session.accounts.length === 2);
    assert.deepEqual([usedIn(session), await caller(session)], ['ada', 'ada']);
    assert.equal(usedIn(other), 'grace');
    assert.equal(usedIn(await openAt(otherDesk(attempt.desk.preferred))), 'ada');
  });

  it('that another window gets is not used here either after a sign-out of the one that was', async () => {
    const session = await signedInAs('ada', 'grace', 'linus');
    await session.signOut();
    assert.equal(usedIn(session), 'grace');
    const elsewhere = otherDesk();
    const other = await openAt(elsewhere);
    elsewhere.clock.advance(1_000);
    await signInAs(other, 'linus', 'another');
    await until(() => session.accounts.length === 3);
    assert.equal(usedIn(session), 'grace');
  });

  it('whose answer arrives in another window stays one, there and in the window that asked (field case 23)', async () => {
    const session = await signedInAs('ada');
    attempt.desk.person = () => undefined;
    attempt.world.account = people.grace;
    const result = session.signIn(undefined, 'another');
    await until(() => attempt.desk.opened.length === 2);
    const received = attempt.world.visit(attempt.desk.opened[1] ?? '');
    const elsewhere = new Sessions(otherDesk().ports);
    await elsewhere.update([serverAt(attempt.world.mcpUrl)]);
    const claimed = await elsewhere.claim(received);
    assert.deepEqual(claimed?.wish, { isAnother: true });
    await claimed.session.finish(claimed.authorization, received, claimed.wish);
    assert.equal(await result, 'granted');
    assert.deepEqual([usedIn(session), names(session)], ['grace', ['ada', 'grace']]);
    assert.deepEqual(names(claimed.session), ['ada', 'grace']);
  });
});

describe('An account that is not the one in use', () => {
  it('has its token renewed when it is asked for, and no other is touched (checklist 11.10)', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await signedInAs('ada', 'grace');
    const before = new Map(session.accounts.map(({ account, accessToken }) => [account.label, accessToken]));
    attempt.desk.clock.advance(hourMs);
    let changes = 0;
    session.onDidChange(() => (changes += 1));
    assert.equal(await caller(session, keyFor(session, 'ada')), 'ada');
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
    assert.equal(await caller(session), 'grace');
    assert.equal(await caller(await openAt(otherDesk()), keyFor(session, 'ada')), 'ada');
  });

  it('may be over while the one in use goes on', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await signedInAs('ada', 'grace');
    attempt.desk.clock.advance(hourMs);
    const answer = attempt.world.answers.get('/as/token');
    attempt.world.answers.set('/as/token', (request) =>
      request.body.includes('refresh-1')
        ? { status: 400, body: { error: 'invalid_grant' } }
        : (answer?.(request) ?? {}),
    );
    assert.equal((await session.authorization(keyFor(session, 'ada'))).kind, 'blocked');
    assert.deepEqual([usedIn(session), await caller(session)], ['grace', 'grace']);
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
    const session = await signedInAs('ada', 'grace');
    await session.rejectToken(session.accounts.find(({ isActive }) => !isActive)?.accessToken ?? '');
    assert.equal((await session.authorization(keyFor(session, 'ada'))).kind, 'blocked');
    assert.deepEqual([usedIn(session), await caller(session)], ['grace', 'grace']);
  });

  it('is used where the one in use was over at the last start', async () => {
    const session = await signedInAs('ada', 'grace');
    attempt.desk.preferred.clear();
    await session.rejectToken(session.accessToken ?? '');
    assert.equal(session.state.kind, 'expired');
    assert.equal(usedIn(await openAt(otherDesk())), 'ada');
  });
});
