// Servers that are known to be called otherwise than they call themselves, to keep those signed in who ask in their own way,
// and to list more scopes than they give (field cases 10, 11, 12): each is signed in to without a setting.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { issuerDocument, resourceDocument } from './attempt.ts';
import { KnownStand, serviceAt } from './knownStand.ts';

const stand = new KnownStand();

describe('Of Google it is known that it', () => {
  const google = serviceAt('accounts.google.com');

  function play(): void {
    const { world } = stand;
    stand.moveToRoot(`${world.origin}/`, world.origin);
    world.answers.set('/as/token', () => world.grant());
    stand.know(google);
  }

  it('is called with a slash that is not in its name, and keeps those signed in who ask in its own way (field cases 10, 12)', async () => {
    play();
    assert.equal(await stand.outcome(), 'granted');
    assert.deepEqual([stand.asked.get('access_type'), stand.asked.get('prompt')], ['offline', 'consent']);
    assert.deepEqual(stand.followed(), ['issuer_slash', 'offline_by_parameter']);
  });

  it('and what the person adds or takes away beats it', async () => {
    play();
    const authorizationParameters = { access_type: 'online', prompt: '' };
    assert.equal(await stand.outcome({ authorizationParameters }), 'granted');
    assert.deepEqual([stand.asked.get('access_type'), stand.asked.get('prompt')], ['online', null]);
    assert.deepEqual(stand.followed(), ['issuer_slash']);
    assert.equal(await stand.outcome({ knownHabits: false }), 'issuer_mismatch');
  });

  it('and a slash elsewhere than after the host is another name (checklist 3.5)', async () => {
    stand.world.alter(issuerDocument, { issuer: `${stand.world.issuer}/` });
    stand.know(google);
    assert.equal(await stand.outcome(), 'issuer_mismatch');
  });
});

for (const [name, host] of Object.entries({
  Auth0: 'tenant.eu.auth0.com',
  Expo: 'mcp.expo.dev',
  JumpCloud: 'oauth.id.jumpcloud.com',
  Indeed: 'secure.indeed.com',
}))
  describe(`Of ${name} it is known that it`, () => {
    it('has a slash in its name that others leave out (field case 10)', async () => {
      const { origin } = stand.world;
      stand.moveToRoot(origin, `${origin}/`);
      assert.equal(await stand.outcome(), 'issuer_mismatch', 'where nothing is known');
      stand.know(serviceAt(host));
      assert.equal(await stand.outcome(), 'granted');
      assert.deepEqual(stand.followed(), ['issuer_slash']);
    });
  });

describe('Of Atlassian and Slack it is known that they', () => {
  it('call themselves otherwise than their MCP servers do, with documents of both kinds (checklist 13.2, field case 10)', async () => {
    for (const isLegacy of [false, true]) {
      await stand.renew();
      const { origin } = stand.world;
      const issuer = 'https://cf.elsewhere.example';
      stand.moveToRoot(origin, issuer);
      if (isLegacy) {
        stand.world.answers.delete(resourceDocument);
        stand.world.answers.set('/mcp', () => ({ status: 401 }));
      }
      assert.equal(await stand.outcome(), 'issuer_mismatch', 'where nothing is known');
      const atlassian = serviceAt('mcp.atlassian.com');
      stand.know({ ...atlassian, habits: { aliases: [[origin, issuer]] } });
      assert.equal(await stand.outcome(), 'granted');
      assert.deepEqual(stand.followed(), ['issuer_alias']);
      stand.know({ ...atlassian, habits: { aliases: [[origin, 'https://other.example']] } });
      stand.desk.clock.advance(3_600_000);
      assert.equal(await stand.outcome(), 'issuer_mismatch', 'only the pair that is known');
    }
  });
});

describe('Of GitLab it is known that it', () => {
  const listed = Array.from({ length: 25 }, (_, index) => `scope${index}`);

  function play(challenge = 'Bearer'): void {
    const { world } = stand;
    const answer = world.answers.get('/mcp');
    const headers = { 'www-authenticate': challenge };
    world.answers.set('/mcp', (request) => ({ ...answer?.(request), headers }));
    world.alter(resourceDocument, { scopes_supported: [...listed, 'mcp'] });
    stand.know(serviceAt('gitlab.com'));
  }

  it('lists many scopes and lets a client that it does not know have one (field case 11)', async () => {
    play();
    stand.refuse((request) => (request.get('scope') === 'mcp' ? undefined : 'invalid_scope'));
    assert.equal(await stand.outcome(), 'granted');
    const [registration] = stand.world.sent('/as/register');
    assert.equal((JSON.parse(registration?.body ?? '') as { scope: string }).scope, 'mcp');
    assert.deepEqual(stand.followed(), ['scopes_limited']);
  });

  it('and settings, a client of the person’s own and a challenge beat it', async () => {
    play();
    await stand.outcome({ scopes: ['api'] });
    assert.equal(stand.asked.get('scope'), 'api');
    await stand.outcome({ clientId: 'mine' });
    assert.equal(stand.asked.get('scope'), [...listed, 'mcp'].join(' '));
    await stand.outcome({ knownHabits: false });
    assert.equal(stand.asked.get('scope'), [...listed, 'mcp'].join(' '));
    await stand.renew();
    play('Bearer scope="read_api"');
    assert.equal(await stand.outcome(), 'granted');
    assert.equal(stand.asked.get('scope'), 'read_api');
    assert.deepEqual(stand.followed(), []);
  });

  it('and a server that does not list that scope is asked for its own', async () => {
    play();
    stand.world.alter(resourceDocument, { scopes_supported: ['scope1', 'scope2'] });
    await stand.outcome();
    assert.equal(stand.asked.get('scope'), 'scope1 scope2');
  });
});
