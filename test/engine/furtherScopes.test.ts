// Scopes of requests that are not a person's first: more of them, the same again, or none by a person (checklist 6, 12.3).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayClient, ping } from './gatewayClient.ts';
import { issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { World } from './world.ts';

const client = new GatewayClient();

/** The server wants each of these in turn, whatever else was granted. */
async function wantInTurn(...wanted: readonly string[]): Promise<void> {
  const answer = client.world.answers.get('/mcp');
  let isNext = true;
  const left = [...wanted];
  client.world.answers.set('/mcp', (request) => {
    const [scope] = left;
    if (request.headers.authorization === undefined || scope === undefined) return answer?.(request) ?? {};
    isNext = !isNext;
    if (isNext) left.shift();
    return isNext
      ? (answer?.(request) ?? {})
      : {
          status: 403,
          headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
        };
  });
  for (let call = 0; call < wanted.length; call += 1) assert.equal((await client.call(ping)).status, 200);
}

describe('A further request for scopes', () => {
  it('holds what was configured, what was asked for since, and what is wanted now, as the person is told (checklist 6.3, 12.3)', async () => {
    client.session = await client.desk.open(serverAt(client.world.mcpUrl, { oauth: { scopes: ['mine'] } }));
    await client.session.signIn();
    await wantInTurn('one', 'two');
    assert.equal(client.asked.get('scope'), 'mine one two');
    assert.deepEqual(client.desk.questions.at(-1)?.scopes, ['mine', 'one', 'two']);
  });

  it('for a stronger sign-in holds what was asked for before, also what was configured (checklist 6.3, 12.8)', async () => {
    client.session = await client.desk.open(serverAt(client.world.mcpUrl, { oauth: { scopes: ['mine'] } }));
    await client.session.signIn();
    await wantInTurn('one');
    const answer = client.world.answers.get('/mcp');
    let isAsked = false;
    client.world.answers.set('/mcp', (request) => {
      if (isAsked) return answer?.(request) ?? {};
      isAsked = true;
      return {
        status: 401,
        headers: { 'www-authenticate': 'Bearer error="insufficient_user_authentication", acr_values="a"' },
      };
    });
    assert.equal((await client.call(ping)).status, 200);
    assert.equal(client.asked.get('scope'), 'mine one');
  });
});

describe('Another authorization server', () => {
  it('is not asked for what was granted at the one before (checklist 4.16, 6.3)', async () => {
    await client.session.signIn();
    await wantInTurn('more');
    assert.equal(client.asked.get('scope'), 'notes:read notes:write more');
    const other = await World.start();
    try {
      client.world.alter(resourceDocument, { authorization_servers: [other.issuer] });
      other.answers.set('/as/token', () => other.grant());
      client.desk.person = (url) => other.visit(url);
      await client.session.rejectToken(client.session.accessToken ?? '');
      assert.equal(await client.session.signIn(), 'granted');
      assert.equal(client.asked.get('scope'), 'notes:read notes:write');
    } finally {
      await other.close();
    }
  });
});

describe('A client that signs in as itself', () => {
  const oauth = { grant: 'clientCredentials', clientId: 'robot' } as const;
  const scopes = () =>
    client.world.sent('/as/token').map(({ body }) => new URLSearchParams(body).get('scope'));

  it('asks for no offline access: it can ask again (checklist 6.4, 17.1)', async () => {
    client.world.alter(issuerDocument, { scopes_supported: ['offline_access'] });
    client.world.answers.set('/as/token', () => client.world.grant());
    await client.signIn({ oauth });
    client.desk.files.set('/run/token', 'a.b.c');
    await client.signIn({ name: 'other', oauth: { grant: 'workloadIdentity', assertionFile: '/run/token' } });
    assert.deepEqual(scopes(), ['notes:read notes:write', 'notes:read notes:write']);
  });

  it('asks for what it had got in the end, when its token is renewed (checklist 6.3)', async () => {
    client.world.answers.set('/as/token', () => client.world.grant());
    client.session = await client.desk.open(serverAt(client.world.mcpUrl, { oauth }));
    await client.session.signIn();
    await wantInTurn('more');
    client.desk.clock.advance(3_600_000);
    assert.equal((await client.session.authorization()).kind, 'token');
    assert.equal(scopes().at(-1), 'notes:read notes:write more');
  });
});
