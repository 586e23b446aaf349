// A workspace with settings of its own for a server that other windows use with theirs: neither gets what is the other's.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { AccountStand } from './accountStand.ts';
import { until } from './attempt.ts';
import { serverAt, type Desk } from './desk.ts';
import type { World } from './world.ts';

const attempt = new AccountStand();
const hourMs = 3_600_000;

const entry = (oauth: OAuthSettings = {}) => serverAt(attempt.world.mcpUrl, { oauth });

/** Another authorization server, which lets anybody in with anything. */
async function anotherIssuer(): Promise<World> {
  const other = await attempt.anotherWorld();
  const tokens = { access_token: 'token-other', refresh_token: 'refresh-other', expires_in: 120 };
  other.answers.set('/as/token', () => ({ body: { ...tokens, token_type: 'Bearer' } }));
  return other;
}

/** The window of a workspace whose settings name the other authorization server, once somebody has signed in there. */
async function signInAt(other: World, oauth: OAuthSettings = {}): Promise<Desk> {
  const desk = attempt.otherDesk();
  desk.person = (url) => other.visit(url);
  const session = await desk.open(entry({ ...oauth, issuer: other.issuer }));
  assert.equal(await session.signIn(), 'granted');
  return desk;
}

/** Everything that the world was ever sent. */
const sentTo = (world: World) =>
  JSON.stringify(world.transcript.map(({ headers, body }) => [decodeURIComponent(body), headers]));

describe('An authorization server that only a workspace names', () => {
  it('gets no secret of the client that other windows have for the server (checklist 4.16, invariant 2)', async () => {
    const { desk } = attempt;
    const other = await anotherIssuer();
    await writeClientSecret(desk.records, entry({ clientId: 'mine' }), 'client', 's3cret');
    await signInAt(other, { clientId: 'mine' });
    const session = await desk.open(entry({ clientId: 'mine' }));
    desk.clock.advance(hourMs);
    await session.authorization();
    assert.doesNotMatch(sentTo(other), /s3cret|Basic/);
  });

  it('gets none either where somebody entered another one for it (checklist 4.16, invariant 2)', async () => {
    const { desk } = attempt;
    const other = await anotherIssuer();
    const theirs = { clientId: 'mine', tokenEndpointAuthMethod: 'client_secret_post' } as const;
    await writeClientSecret(desk.records, entry({ clientId: 'mine' }), 'client', 's3cret');
    const server = entry({ ...theirs, issuer: other.issuer });
    await writeClientSecret(desk.records, server, 'client', 'anything');
    await signInAt(other, theirs);
    const session = await desk.open(entry({ clientId: 'mine' }));
    desk.clock.advance(hourMs);
    await session.authorization();
    assert.match(sentTo(other), /anything/);
    assert.doesNotMatch(sentTo(other), /s3cret|Basic/);
  });

  it('does not take the place of the one that the client is tied to (checklist 4.16)', async () => {
    const { desk } = attempt;
    await (await desk.open(entry({ clientId: 'mine' }))).signIn();
    await signInAt(await anotherIssuer(), { clientId: 'mine' });
    desk.clock.advance(hourMs);
    assert.equal(await (await desk.open(entry({ clientId: 'mine' }))).signIn(), 'granted');
  });

  it('gives no token to windows that leave the choice to the server, now or after a restart (checklist 5.2)', async () => {
    const { desk } = attempt;
    const session = await desk.open(entry());
    let changes = 0;
    session.onDidChange(() => (changes += 1));
    await signInAt(await anotherIssuer());
    // What another window signs in to for the same settings as here appears after that.
    await (await attempt.otherDesk().open(entry())).signIn(undefined, 'another');
    await until(() => changes > 0);
    assert.notEqual(session.accessToken, 'token-other');
    assert.equal(session.accounts.length, 1);
    assert.equal((await desk.open(entry())).accounts.length, 1);
  });

  it('gives a token that stays there also once it was renewed (checklist 5.2)', async () => {
    const { desk } = attempt;
    const other = await anotherIssuer();
    const window = await signInAt(other);
    window.clock.advance(hourMs);
    const session = await window.open(entry({ issuer: other.issuer }));
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(other.sent('/as/token').length, 2);
    assert.deepEqual((await desk.open(entry())).accounts, []);
  });
});

describe('A program that asks for tokens by itself, at an authorization server that only a workspace names', () => {
  const oauth = { clientId: 'mine', grant: 'clientCredentials' } as const;

  async function askedAt(other: World): Promise<Desk> {
    const desk = attempt.otherDesk();
    const there = entry({ ...oauth, issuer: other.issuer });
    await writeClientSecret(desk.records, there, 'client', 'x');
    const session = await desk.open(there);
    assert.equal(await session.signIn(), 'granted');
    desk.clock.advance(hourMs);
    assert.equal((await session.authorization()).kind, 'token');
    return desk;
  }

  it('gives others no token, also once it was asked for again (checklist 5.2, invariant 2)', async () => {
    await askedAt(await anotherIssuer());
    assert.deepEqual((await attempt.desk.open(entry({ clientId: 'mine' }))).accounts, []);
  });

  it('does not take the place of the one that the client is tied to (checklist 4.16)', async () => {
    const { desk } = attempt;
    await (await desk.open(entry({ clientId: 'mine' }))).signIn();
    await askedAt(await anotherIssuer());
    desk.clock.advance(hourMs);
    assert.equal(await (await desk.open(entry({ clientId: 'mine' }))).signIn(), 'granted');
  });
});

describe('A workspace that names the authorization server to which the server itself leads', () => {
  it('shares its sign-in with windows that leave the choice to the server', async () => {
    const { desk, world } = attempt;
    world.givesRefreshTokens = true;
    const session = await desk.open(entry());
    await session.signIn();
    const naming = await attempt.otherDesk().open(entry({ issuer: world.issuer }));
    assert.equal(await naming.signIn(), 'granted');
    desk.clock.advance(hourMs);
    assert.equal((await session.authorization()).kind, 'token');
    assert.equal(session.state.kind, 'connected');
  });
});

describe('An answer that arrives in a window with other settings', () => {
  it('is kept for the window that asked, and not used there (checklist 5.2, invariant 2)', async () => {
    const { desk, world } = attempt;
    desk.person = () => undefined;
    const session = await desk.open(entry());
    const result = session.signIn();
    await until(() => desk.opened.length === 1);
    const received = world.visit(desk.opened[0] ?? '');
    const elsewhere = new Sessions(attempt.otherDesk().ports);
    await elsewhere.update([entry({ issuer: 'https://another.example' })]);
    const claimed = await elsewhere.claim(received);
    await claimed?.session.finish(claimed.authorization, received, claimed.wish);
    assert.equal(await result, 'granted');
    const there = elsewhere.find('notes');
    assert.deepEqual([there?.state.kind, there?.accessToken], ['needs_auth', undefined]);
  });
});

describe('Two workspaces with clients of their own', () => {
  it('have a grant each, and neither takes that of the other away (checklist 5.2)', async () => {
    const { desk, world } = attempt;
    world.givesRefreshTokens = true;
    const one = await desk.open(entry({ clientId: 'one' }));
    await one.signIn();
    const two = await attempt.otherDesk().open(entry({ clientId: 'two' }));
    await two.signIn();
    assert.equal(desk.records.keysOf('grant').length, 2);
    desk.clock.advance(hourMs);
    assert.equal((await one.authorization()).kind, 'token');
    const renewal = new URLSearchParams(world.sent('/as/token').at(-1)?.body);
    assert.deepEqual([renewal.get('client_id'), renewal.get('refresh_token')], ['one', 'refresh-1']);
  });
});
