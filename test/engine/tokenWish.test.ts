// What another extension wants of a sign-in: scopes, an account, or what a server's refusal asks for.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { AccountChoice, Session } from '../../src/session/session.ts';
import {
  freshen,
  grantsFor,
  obtain,
  wishAfter,
  wishFor,
  type SignInWithPerson,
} from '../../src/vscode/tokenWish.ts';
import { AccountStand, keyFor, people, usedIn } from './accountStand.ts';
import { serverAt } from './desk.ts';

const stand = new AccountStand();

/** Whose sign-in was to be replaced, each time that the person was asked. */
const chosen: (AccountChoice | undefined)[] = [];
beforeEach(() => void chosen.splice(0));

const signIn: SignInWithPerson = (session, account, needs) => {
  chosen.push(account);
  return session.signIn(needs?.challenge, account, needs?.scopes);
};

const tokens = (session: Session, wish: Parameters<typeof grantsFor>[1]) =>
  grantsFor(session, wish).map(({ accessToken }) => accessToken);

async function signedIn(): Promise<Session> {
  stand.world.givesRefreshTokens = true;
  return (await stand.signIn()).session;
}

describe('A wish for scopes', () => {
  it('is met by what was granted, a part of it, or whatever there is', async () => {
    const session = await signedIn();
    for (const scopes of [[], ['mcp'], ['notes:read'], ['notes:write', 'notes:read']])
      assert.deepEqual(tokens(session, wishFor(scopes)), [session.accessToken], scopes.join());
    assert.deepEqual(tokens(session, wishFor(['notes:read', 'notes:delete'])), []);
  });

  it('that were not granted asks the person for them and for what was there before (checklist 6.3, 12.3)', async () => {
    const session = await signedIn();
    const wish = wishFor(['notes:delete']);
    const obtained = await obtain(session, wish, signIn);
    assert.equal(stand.asked.get('scope'), 'notes:read notes:write notes:delete');
    assert.ok(typeof obtained === 'object' && 'accessToken' in obtained);
    assert.deepEqual(obtained.scopes, ['notes:read', 'notes:write', 'notes:delete']);
    assert.deepEqual(tokens(session, wish), [session.accessToken]);
  });

  it('asks for no less than the server wants anyway, also for the first time and where scopes are configured', async () => {
    const first = await stand.desk.open(serverAt(stand.world.mcpUrl));
    await obtain(first, wishFor(['notes:delete']), signIn);
    assert.equal(stand.asked.get('scope'), 'notes:read notes:write notes:delete');
    const configured = await stand.desk.open(
      serverAt(stand.world.mcpUrl, { name: 'other', oauth: { scopes: ['mine'] } }),
    );
    await obtain(configured, wishFor(['notes:delete']), signIn);
    assert.equal(stand.asked.get('scope'), 'mine notes:delete');
  });

  it('is not met where the server gives less than was asked for', async () => {
    const session = await signedIn();
    const answer = stand.world.answers.get('/as/token');
    stand.world.answers.set('/as/token', (request) => {
      const reply = answer?.(request) ?? {};
      return { ...reply, body: { ...(reply.body as object), scope: 'notes:read' } };
    });
    assert.equal(await obtain(session, wishFor(['notes:delete']), signIn), 'not_covered');
  });
});

describe('A wish for an account', () => {
  it('is met by that one, whoever is used here, and by nobody where it is not there', async () => {
    const session = await stand.signedInAs('ada', 'grace');
    assert.deepEqual(
      grantsFor(session, wishFor([], people.ada.sub)).map(({ account }) => account.label),
      ['ada'],
    );
    assert.deepEqual(tokens(session, wishFor([], 'u-9')), []);
  });

  it('replaces the sign-in of that account, and no other', async () => {
    const session = await stand.signedInAs('ada', 'grace');
    const before = session.accounts.find(({ key }) => key === keyFor(session, 'grace'))?.accessToken;
    stand.world.account = people.ada;
    const obtained = await obtain(session, wishFor(['notes:delete'], people.ada.sub), signIn);
    assert.ok(typeof obtained === 'object' && 'account' in obtained);
    assert.deepEqual([obtained.account.label, usedIn(session)], ['ada', 'ada']);
    assert.deepEqual(chosen, [{ key: keyFor(session, 'ada') }]);
    assert.equal(session.accounts.find(({ key }) => key === keyFor(session, 'grace'))?.accessToken, before);
  });

  it('that nobody here has, or for one more than there are, leaves those that are there', async () => {
    for (const wish of [wishFor([], people.grace.sub), wishFor([])]) {
      await stand.renew();
      const session = await stand.signedInAs('ada');
      stand.world.account = people.grace;
      stand.desk.clock.advance(1_000);
      await obtain(session, wish, signIn);
      assert.deepEqual(session.accounts.map(({ account }) => account.label).sort(), ['ada', 'grace']);
      assert.equal(chosen.at(-1), 'another');
    }
  });
});

describe('A wish in the words of a server’s refusal', () => {
  it('is one for the scopes that the server names, else for those that the caller falls back to', () => {
    const named = wishAfter('Bearer error="insufficient_scope", scope="a b"', ['c']);
    assert.deepEqual(named.scopes, ['a', 'b']);
    assert.deepEqual(wishAfter('Bearer', ['c']).scopes, ['c']);
    assert.deepEqual(wishAfter('Basic realm="x"', ['c', 'mcp']).scopes, ['c']);
  });

  it('for a stronger sign-in is met by nothing that is there: the person is asked as the server says (checklist 12.8)', async () => {
    const session = await signedIn();
    const header = 'Bearer error="insufficient_user_authentication", acr_values="gold", max_age="60"';
    const wish = wishAfter(header);
    assert.deepEqual(tokens(session, wish), []);
    const before = session.accessToken;
    const obtained = await obtain(session, wish, signIn);
    assert.deepEqual([stand.asked.get('acr_values'), stand.asked.get('max_age')], ['gold', '60']);
    assert.ok(typeof obtained === 'object' && 'accessToken' in obtained);
    assert.notEqual(obtained.accessToken, before);
  });

  it('has no say in where the person signs in: that is the server’s own (checklist 2.2)', async () => {
    const session = await signedIn();
    const elsewhere = `${stand.world.origin}/elsewhere`;
    stand.world.answers.set('/elsewhere', () => ({
      body: { resource: stand.world.mcpUrl, authorization_servers: ['https://evil.example'] },
    }));
    const header = `Bearer error="insufficient_user_authentication", resource_metadata="${elsewhere}"`;
    const obtained = await obtain(session, wishAfter(header), signIn);
    assert.ok(typeof obtained === 'object' && 'accessToken' in obtained);
    assert.deepEqual(stand.world.sent('/elsewhere'), []);
  });

  it('has a token replaced that was refused, without the person', async () => {
    const session = await signedIn();
    const wish = wishAfter('Bearer error="invalid_token"');
    stand.desk.clock.advance(60_000);
    const before = session.accessToken;
    await freshen(session, wish);
    assert.notEqual(session.accessToken, before);
    assert.deepEqual(tokens(session, wish), [session.accessToken]);
    assert.equal(stand.desk.opened.length, 1);
  });

  it('has no token replaced that is new: the one before may have been refused', async () => {
    const session = await signedIn();
    stand.desk.clock.advance(59_999);
    const before = session.accessToken;
    await freshen(session, wishAfter('Bearer error="invalid_token"'));
    await freshen(session, wishAfter('Bearer error="insufficient_scope", scope="notes:read"'));
    assert.equal(session.accessToken, before);
    assert.equal(stand.world.sent('/as/token').length, 1);
  });
});
