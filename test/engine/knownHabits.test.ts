// What is known of an authorization server is done without a setting, seen in the log, the grant and the tree, and given up
// for any setting about the same thing; it is believed of nobody else (field cases, "Servers with habits of their own").
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Habit } from '../../src/oauth/habits.ts';
import type { Challenge } from '../../src/oauth/wire/challenge.ts';
import { oauthMembers } from '../../src/servers/oauthSettings.ts';
import type { OAuthSettings } from '../../src/servers/server.ts';
import type { Session } from '../../src/session/session.ts';
import type { DetailRow, EntryFacts } from '../../src/vscode/detailRows.ts';
import type { habitMessages } from '../../src/vscode/messages/habits.ts';
import { issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { KnownStand, serviceAt } from './knownStand.ts';
import { loadMessages } from './messages.ts';
import { loadShell } from './shellTexts.ts';
import { World } from './world.ts';

const stand = new KnownStand();
const openidDocument = '/as/.well-known/openid-configuration';

interface Parts {
  readonly detailRows: (session: Session, entry: EntryFacts, nowMs: number) => readonly DetailRow[];
  readonly habitMessages: typeof habitMessages;
}

const silentOnPkce = { code_challenge_methods_supported: undefined };
const withoutIss = { authorization_response_iss_parameter_supported: undefined };

describe('Of Microsoft Entra ID it is known that it', () => {
  const entra = serviceAt('login.microsoftonline.com');
  const mine: OAuthSettings = { clientId: 'mine' };

  /** What the MCP server wants, by its document and its challenge. */
  function nameScopes(...scopes: readonly string[]): void {
    const { world } = stand;
    world.alter(resourceDocument, { scopes_supported: scopes });
    const challenge = `Bearer resource_metadata="${world.origin}${resourceDocument}", scope="${scopes.join(' ')}"`;
    world.answers.set('/mcp', () => ({ status: 401, headers: { 'www-authenticate': challenge } }));
  }

  function play(): void {
    const { world } = stand;
    const document = world.answers.get(issuerDocument);
    world.answers.delete(issuerDocument);
    world.answers.set(openidDocument, (request) => document?.(request) ?? {});
    world.alter(openidDocument, {
      ...{ ...silentOnPkce, ...withoutIss, registration_endpoint: undefined },
      scopes_supported: ['openid', 'offline_access'],
    });
    nameScopes('api://notes/read', 'api://notes/write');
    world.answers.set('/as/token', () => world.grant());
    stand.refuse((request) => (request.has('resource') ? 'invalid_target' : undefined));
    stand.know(entra);
  }

  it('does PKCE that it does not list, has the resource in its scopes, and needs no consent (field cases 12, 18)', async () => {
    play();
    assert.equal(await stand.outcome(mine), 'granted');
    assert.equal(stand.asked.get('code_challenge_method'), 'S256');
    assert.deepEqual(
      [stand.asked.get('resource'), stand.asked.get('prompt'), stand.asked.get('scope')],
      [null, null, 'api://notes/read api://notes/write offline_access'],
    );
    const token = new URLSearchParams(stand.world.sent('/as/token').at(-1)?.body);
    assert.deepEqual([token.has('resource'), token.has('code_verifier')], [false, true]);
    const habits: Habit[] = ['pkce_unlisted', 'resource_by_scope', 'consent_not_asked'];
    assert.deepEqual(stand.followed(), habits);
  });

  it('and every setting about the same beats it', async () => {
    play();
    assert.equal(await stand.outcome({ ...mine, requirePkceMetadata: true }), 'pkce_unsupported');
    assert.equal(await stand.outcome({ ...mine, resource: 'urn:notes' }), 'authorization_failed');
    assert.equal(stand.asked.get('resource'), 'urn:notes');
    assert.equal(await stand.outcome({ ...mine, authorizationParameters: { prompt: 'consent' } }), 'granted');
    assert.equal(stand.asked.get('prompt'), 'consent');
    assert.deepEqual(stand.followed(), ['pkce_unlisted', 'resource_by_scope']);
    assert.equal(await stand.outcome({ ...mine, requirePkceMetadata: false }), 'granted');
    assert.deepEqual(stand.followed(), ['resource_by_scope', 'consent_not_asked']);
  });

  it('and the setting knownHabits does away with all of it', async () => {
    play();
    const plain: OAuthSettings = { ...mine, knownHabits: false };
    assert.equal(await stand.outcome(plain), 'pkce_unsupported');
    assert.equal(await stand.outcome({ ...plain, requirePkceMetadata: false }), 'authorization_failed');
    assert.equal(stand.asked.get('prompt'), 'consent');
    assert.equal(await stand.outcome({ ...plain, requirePkceMetadata: false, resource: false }), 'granted');
    assert.deepEqual(stand.followed(), []);
  });

  it('but a server that names scopes of others is not left to have a token for those (checklist 7.3, invariant 2)', async () => {
    const graph = 'https://graph.microsoft.com/Mail.Read';
    const foreign: readonly (readonly string[])[] = [
      ...[['Mail.Read'], [graph], ['openid'], ['api://notes/read', 'Mail.Read'], ['api:///Mail.Read']],
      ...[['api://notes/read', 'api://mail/read'], ['00000003-0000-0000-c000-000000000000/Mail.Read']],
      [`${stand.world.origin}.evil.example/read`],
    ];
    play();
    for (const scopes of foreign) {
      nameScopes(...scopes);
      stand.desk.clock.advance(3_600_000);
      assert.equal(await stand.outcome(mine), 'authorization_failed', scopes.join(' '));
      assert.equal(stand.asked.get('resource'), stand.world.mcpUrl, scopes.join(' '));
    }
    nameScopes(`${stand.world.origin}/mcp/.default`);
    stand.desk.clock.advance(3_600_000);
    assert.equal(await stand.outcome(mine), 'granted', 'an address of its own');
    assert.equal(await stand.outcome({ ...mine, scopes: [graph] }), 'granted', 'as the person may say');
  });

  it('and more access of somebody else is none of the access that the person configured (invariant 2)', async () => {
    play();
    const session = await stand.desk.open(
      serverAt(stand.world.mcpUrl, { oauth: { ...mine, scopes: ['api://notes/read'] } }),
    );
    assert.equal(await session.signIn(), 'granted');
    const silent = { resourceMetadata: undefined, errorDescription: undefined, acrValues: undefined };
    const wanting = (scope: string): Challenge => ({
      ...{ ...silent, maxAgeSeconds: undefined, scheme: 'bearer', error: 'insufficient_scope' },
      scopes: [scope],
    });
    await assert.rejects(session.signIn(wanting('Mail.Read')), { code: 'authorization_failed' });
    assert.equal(stand.asked.get('resource'), stand.world.mcpUrl);
    assert.equal(await session.signIn(wanting('api://notes/write')), 'granted');
    assert.equal(stand.asked.get('scope'), 'api://notes/read api://notes/write');
    await assert.rejects(session.signIn(undefined, undefined, ['Mail.Read']), {
      code: 'authorization_failed',
    });
  });

  it('names no organization in its documents for all of them (field case 10)', async () => {
    play();
    const issuer = `${stand.world.origin}/{tenantid}/v2.0`;
    const [[, template] = ['', '']] = entra.habits.aliases ?? [];
    assert.equal(new URL(issuer).pathname, new URL(template).pathname);
    stand.know({ ...entra, habits: { ...entra.habits, aliases: [[stand.world.issuer, issuer]] } });
    stand.world.alter(openidDocument, { issuer });
    const { redirect } = stand.world;
    stand.world.redirect = (request) => ({ ...redirect(request), iss: undefined });
    assert.equal(await stand.outcome(mine), 'granted');
    assert.ok(stand.followed().includes('issuer_alias'));
    assert.equal(await stand.outcome({ ...mine, knownHabits: false }), 'issuer_mismatch');
    stand.world.alter(openidDocument, { issuer: `${stand.world.origin}/somebody/v2.0` });
    stand.desk.clock.advance(3_600_000);
    assert.equal(await stand.outcome(mine), 'issuer_mismatch', 'only the pair that is known');
  });
});

describe('Of Amazon Cognito it is known that it', () => {
  it('does PKCE that it does not list, and a list without S256 is refused all the same (checklist 3.10, field case 18)', async () => {
    stand.world.alter(issuerDocument, silentOnPkce);
    stand.know(serviceAt('cognito-idp.eu-west-1.amazonaws.com'));
    assert.equal(await stand.outcome(), 'granted');
    assert.equal(stand.asked.get('code_challenge_method'), 'S256');
    assert.deepEqual(stand.followed(), ['pkce_unlisted']);
    await stand.renew();
    stand.world.alter(issuerDocument, { code_challenge_methods_supported: ['plain'] });
    stand.know(serviceAt('cognito-idp.eu-west-1.amazonaws.com'));
    assert.equal(await stand.outcome(), 'pkce_unsupported');
  });

  it('and that is not believed of whoever is known for something else', async () => {
    stand.world.alter(issuerDocument, silentOnPkce);
    for (const host of ['github.com', 'accounts.google.com', 'tenant.auth0.com', 'sts.windows.net']) {
      stand.know(serviceAt(host));
      assert.equal(await stand.outcome(), 'pkce_unsupported', host);
    }
  });
});

describe('Known habits are those of the authorization server itself, and not', () => {
  it('of an MCP server with a known name, whatever it leads to (field case 18)', async () => {
    const other = await World.start();
    try {
      stand.world.alter(resourceDocument, { authorization_servers: [other.issuer] });
      other.alter(issuerDocument, silentOnPkce);
      const entra = serviceAt('login.microsoftonline.com');
      stand.know(entra);
      assert.equal(await stand.outcome(), 'pkce_unsupported');
      stand.know(entra, other);
      stand.world.redirect = (request) => other.allow(request);
      other.answers.set('/as/token', () => other.grant());
      assert.equal(await stand.outcome(), 'granted', 'which are those of the other');
    } finally {
      await other.close();
    }
  });

  it('of an issuer whose document somebody else keeps (field case 10)', async () => {
    const known = await World.start();
    try {
      known.answers.delete(issuerDocument);
      stand.world.alter(issuerDocument, { ...silentOnPkce, issuer: known.issuer });
      stand.know(serviceAt('login.microsoftonline.com'), known);
      assert.equal(await stand.outcome({ issuer: known.issuer }), 'pkce_unsupported');
      stand.world.redirect = (request) => ({ ...stand.world.allow(request), iss: known.issuer });
      assert.equal(await stand.outcome({ issuer: known.issuer, requirePkceMetadata: false }), 'granted');
      assert.deepEqual(stand.followed(), []);
      assert.equal(stand.asked.get('resource'), stand.world.mcpUrl);
    } finally {
      await known.close();
    }
  });
});

describe('Habits that were followed', () => {
  it('are told below the server with the setting that undoes them, and still after a renewal', async () => {
    const { world, desk } = stand;
    world.alter(issuerDocument, silentOnPkce);
    world.givesRefreshTokens = true;
    stand.know(serviceAt('cognito-idp.eu-west-1.amazonaws.com'));
    const session = await desk.open(serverAt(world.mcpUrl));
    await session.signIn();
    desk.clock.advance(3_600_000);
    assert.equal((await session.authorization()).kind, 'token');
    assert.deepEqual(stand.followed(), ['pkce_unlisted']);
    assert.deepEqual(session.details.habits, ['pkce_unlisted']);
    const { detailRows, habitMessages } = (await loadShell('detailRows', 'messages/habits')) as Parts;
    const rows = detailRows(session, { listed: undefined, place: undefined }, desk.clock.now());
    const row = rows.find(({ id }) => id === 'habits');
    assert.match(row?.description ?? '', /127\.0\.0\.1:\d+ does not say .*“oauth\.requirePkceMetadata”/);
    assert.match(row?.tooltip.at(-1) ?? '', /“oauth\.knownHabits”/);
    assert.equal(habitMessages.sentence('of_another_version', 'as.example'), undefined);
    assert.equal(habitMessages.sentence('toString', 'as.example'), undefined);
  });

  it('each have a sentence that names a setting that there is', async () => {
    const { habitMessages } = (await loadMessages('habits')) as Parts;
    const habits = {
      ...{
        pkce_unlisted: true,
        resource_by_scope: true,
        offline_by_parameter: true,
        consent_not_asked: true,
      },
      ...{ scopes_limited: true, issuer_alias: true, issuer_slash: true },
    } satisfies Record<Habit, true>;
    for (const habit of Object.keys(habits)) {
      const sentence = habitMessages.sentence(habit, 'as.example') ?? '';
      const [, setting = ''] = /“oauth\.(\w+)”/.exec(sentence) ?? [];
      assert.ok(sentence.includes('as.example') && Object.hasOwn(oauthMembers(), setting), sentence);
    }
  });
});
