// Rules of the specification that a whole sign-in shows, and that no test of a part does.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AuthError } from '../../src/oauth/authError.ts';
import { pendingRecords, type PendingRecord } from '../../src/session/records.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();

describe('The documents', () => {
  it('of an issuer without a path are asked for at its two addresses, OAuth’s first (checklist 1.3, 3.2)', async () => {
    const { world } = attempt;
    const [oauth, openid] = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];
    const document = world.answers.get(issuerDocument);
    assert.ok(document);
    world.answers.delete(issuerDocument);
    world.answers.set(openid, document);
    world.alter(openid, { issuer: world.origin });
    world.alter(resourceDocument, { authorization_servers: [world.origin] });
    world.redirect = (request) => ({ ...world.allow(request), iss: world.origin });
    assert.equal((await attempt.signIn()).result, 'granted');
    const asked = world.requests.filter((request) => !request.includes('protected-resource'));
    assert.deepEqual(
      asked.filter((request) => request.includes('/.well-known/')),
      [`GET ${oauth}`, `GET ${openid}`],
    );
  });

  it('of a resource are taken from where the challenge says, not from where they usually are (checklist 2.2)', async () => {
    const { world } = attempt;
    const document = world.answers.get(resourceDocument);
    assert.ok(document);
    world.answers.set('/elsewhere', document);
    world.alter(resourceDocument, { authorization_servers: ['https://wrong.example'] });
    const challenge = `Bearer resource_metadata="${world.origin}/elsewhere"`;
    const mcp = world.answers.get('/mcp');
    world.answers.set('/mcp', (request) => {
      const reply = mcp?.(request) ?? {};
      return reply.status === 401 ? { ...reply, headers: { 'www-authenticate': challenge } } : reply;
    });
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.equal(world.sent('/elsewhere').length, 1);
  });

  it('of a resource are asked for with the path, its last slash and its query (checklist 2.4)', async () => {
    const { world } = attempt;
    world.answers.set('/mcp/?tenant=1', () => ({ status: 401 }));
    const session = await attempt.desk.open(serverAt(`${world.origin}/mcp/?tenant=1`));
    await assert.rejects(session.signIn(), { code: 'resource_metadata_missing' });
    assert.equal(world.sent('/.well-known/oauth-protected-resource/mcp/?tenant=1').length, 1);
    assert.equal(world.sent(resourceDocument).length, 0);
  });

  it('may hold members that nobody knows (checklist 2.6)', async () => {
    attempt.world.alter(resourceDocument, { x_unknown: { deep: [1] }, resource_name: 'Notes' });
    assert.equal((await attempt.signIn()).result, 'granted');
  });

  for (const [what, change] of [
    ['another status than 200', (body: unknown) => ({ status: 203, body })],
    ['an array', (body: unknown) => ({ body: [body] })],
    ['a text', (body: unknown) => ({ body: JSON.stringify(JSON.stringify(body)) })],
  ] as const) {
    it(`are nothing to go by with ${what} (checklist 2.6)`, async () => {
      const { world } = attempt;
      const document = world.answers.get(resourceDocument);
      world.answers.set(resourceDocument, (request) => change(document?.(request).body));
      const session = await attempt.desk.open(serverAt(world.mcpUrl));
      await assert.rejects(session.signIn(), AuthError);
      assert.deepEqual(attempt.desk.opened, []);
    });
  }
});

describe('An attempt', () => {
  it('asks for the scopes of the challenge, whatever the documents list (checklist 6.1, 6.2)', async () => {
    attempt.world.alter(resourceDocument, { scopes_supported: ['other'] });
    attempt.world.alter(issuerDocument, { scopes_supported: ['another'] });
    await attempt.signIn();
    assert.equal(attempt.asked.get('scope'), 'notes:read notes:write');
  });

  it('is on record with issuer, verifier and state before the browser opens (checklist 7.7)', async () => {
    const { world, desk } = attempt;
    let seen: PendingRecord | undefined;
    desk.person = (url) => {
      const key = desk.records.keyOf('pending') ?? '';
      seen = pendingRecords.schema.parse(JSON.parse(desk.records.records.get(key) ?? ''));
      return world.visit(url);
    };
    await attempt.signIn();
    assert.ok(seen);
    const { issuer, state, codeVerifier } = seen.authorization;
    assert.equal(issuer.issuer, world.issuer);
    assert.equal(state, attempt.asked.get('state'));
    const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
    assert.equal(challenge, attempt.asked.get('code_challenge'));
  });

  it('sends its code to the server that it asked, though the documents say something else by then (checklist 9.4)', async () => {
    const { world, desk } = attempt;
    desk.person = (url) => {
      world.alter(issuerDocument, { token_endpoint: `${world.origin}/other/token` });
      world.alter(resourceDocument, { authorization_servers: [`${world.origin}/other`] });
      return world.visit(url);
    };
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.equal(world.sent('/as/token').length, 1);
    assert.deepEqual(
      world.requests.filter((request) => request.includes('/other')),
      [],
    );
  });

  it('leaves the page to the browser of the person: no part of the extension shows one itself (checklist 7.12, 14.3)', async () => {
    const folder = path.resolve(import.meta.dirname, '../../src');
    const files = (await fs.readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'));
    assert.ok(files.length > 50, 'The source was not found.');
    const sources = await Promise.all(files.map((file) => fs.readFile(path.join(folder, file), 'utf8')));
    const showing = files.filter((_, index) =>
      /createWebview|simpleBrowser|<iframe/.test(sources[index] ?? ''),
    );
    // Pages of our own, whose policy lets nothing of another origin in (test/engine/pages.test.ts).
    assert.deepEqual(showing, [path.join('vscode', 'pages', 'pagePanel.ts')]);
  });
});

describe('A registration', () => {
  it('asks for codes and refresh tokens, as a native application (checklist 4.11, 4.14)', async () => {
    await attempt.signIn();
    const sent = JSON.parse(attempt.world.sent('/as/register')[0]?.body ?? '') as Record<string, unknown>;
    assert.deepEqual(sent['grant_types'], ['authorization_code', 'refresh_token']);
    assert.deepEqual(sent['response_types'], ['code']);
    assert.equal(sent['application_type'], 'native');
  });

  for (const redirect of ['uriHandler', 'loopback'] as const) {
    it(`is for the very redirect URI that is then asked and redeemed with: ${redirect} (checklist 7.8)`, async () => {
      await attempt.signIn({ oauth: { redirect } });
      const { world } = attempt;
      const sent = JSON.parse(world.sent('/as/register')[0]?.body ?? '') as Record<string, unknown>;
      const asked = attempt.asked.get('redirect_uri');
      const redeemed = new URLSearchParams(world.sent('/as/token')[0]?.body).get('redirect_uri');
      assert.match(asked ?? '', redirect === 'loopback' ? /^http:\/\/127\.0\.0\.1:/ : /^vscode:\/\//);
      assert.deepEqual([sent['redirect_uris'], redeemed], [[asked], asked]);
    });
  }
});

describe('A metadata document', () => {
  it('is the client under its very address in every request, and nothing is registered (checklist 1.6, 4.4, 4.8)', async () => {
    const { world, desk } = attempt;
    const address = 'https://client.example/mcp/client.json';
    desk.clientDocument = address;
    world.alter(issuerDocument, { client_id_metadata_document_supported: true });
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.equal(attempt.asked.get('client_id'), address);
    assert.equal(new URLSearchParams(world.sent('/as/token')[0]?.body).get('client_id'), address);
    assert.equal(world.sent('/as/register').length, 0);
  });
});

describe('A start-up', () => {
  it('with many servers, none of them signed in to, contacts none and opens nothing (field case 24)', async () => {
    const { desk, world } = attempt;
    const contacted: string[] = [];
    const fetch = (url: string) => {
      contacted.push(url);
      return Promise.reject(new Error('Nobody asked for this.'));
    };
    const sessions = new Sessions({ ...desk.ports, fetch });
    const names = Array.from({ length: 50 }, (_, index) => `server-${index}`);
    await sessions.update(names.map((name) => serverAt(`${world.mcpUrl}/${name}`, { name })));
    await sessions.sweep();
    // Whatever was begun has had its turn by then.
    await nextTurn();
    assert.equal(sessions.all.length, 50);
    assert.deepEqual([contacted, desk.opened, [...desk.records.records]], [[], [], []]);
    sessions.dispose();
  });
});
