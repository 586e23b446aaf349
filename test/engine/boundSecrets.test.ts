// What proves who we are goes to the authorization server that it was given for, whatever servers and settings say later.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { readClientSecret, writeClientSecret } from '../../src/session/clientSecrets.ts';
import { bindEntered, boundIssuer } from '../../src/session/clients.ts';
import type * as GuideFacts from '../../src/vscode/pages/guideFacts.ts';
import { loadMessages } from './messages.ts';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { World } from './world.ts';

const attempt = new Attempt();
const assertion = 'header.payload.signature';

describe('The token of a workload', () => {
  const oauth = { grant: 'workloadIdentity', assertionFile: '/run/token' } as const;

  it('is not shown to another authorization server that the server names later (checklist 4.17, 17.4)', async () => {
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    attempt.desk.files.set('/run/token', assertion);
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }));
    await session.signIn();
    const other = await moveToOther();
    attempt.desk.clock.advance(3_600_000);
    const renewed = await session.authorization();
    assert.ok(renewed.kind === 'blocked' && renewed.state.kind === 'needs_client_registration');
    assert.equal(renewed.state.error.code, 'client_issuer_mismatch');
    assert.deepEqual(other.sent('/as/token'), []);
    const chosen = { oauth: { ...oauth, issuer: other.issuer } };
    assert.equal((await attempt.signIn(chosen)).result, 'granted', 'once the person says so');
  });

  it('is tied to its authorization server also where the client is known everywhere by its document (checklist 17.4)', async () => {
    const known = { oauth: { ...oauth, clientId: 'https://editor.example/client.json' } };
    const documents = { client_id_metadata_document_supported: true };
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    attempt.desk.files.set('/run/token', assertion);
    attempt.world.alter(issuerDocument, documents);
    await attempt.signIn(known);
    const other = await moveToOther();
    other.alter(issuerDocument, documents);
    attempt.desk.clock.advance(600_001);
    await assert.rejects(attempt.signIn(known), { code: 'client_issuer_mismatch' });
    assert.deepEqual(other.sent('/as/token'), []);
  });
});

describe('A secret', () => {
  it('is none at another address of the server', async () => {
    const oauth = { clientId: 'mine' };
    const [here, there] = ['https://a.example/mcp', 'https://b.example/mcp'].map((url) =>
      serverAt(url, { oauth }),
    );
    assert.ok(here && there);
    await writeClientSecret(attempt.desk.records, here, 'client', 's3cret');
    assert.equal(await readClientSecret(attempt.desk.ports, here, 'client'), 's3cret');
    assert.equal(await readClientSecret(attempt.desk.ports, there, 'client'), undefined);
  });

  it('that is entered where a server registers nobody is not for whom that names as the place, nor for whom the server names next (checklist 4.17, invariant 2)', async () => {
    const { guideIssuer } = (await loadMessages('../pages/guideFacts')) as typeof GuideFacts;
    const vendor = await attempt.anotherWorld();
    vendor.answers.set('/as/register', () => ({ status: 404 }));
    attempt.world.alter(issuerDocument, { registration_endpoint: `${vendor.issuer}/register` });
    const server = serverAt(attempt.world.mcpUrl);
    const session = await attempt.desk.open(server);
    await assert.rejects(session.signIn(), { code: 'registration_closed' });
    const { state } = session;
    assert.ok(state.kind === 'needs_client_registration');
    assert.equal(state.error.facts.host, new URL(attempt.world.origin).host);
    const issuer = guideIssuer(session);
    assert.equal(issuer, attempt.world.issuer);
    assert.ok(issuer);

    const oauth = { clientId: 'mine', tokenEndpointAuthMethod: 'client_secret_post' } as const;
    const configured = serverAt(attempt.world.mcpUrl, { oauth });
    await bindEntered(attempt.desk.ports, configured, 'mine', issuer);
    await writeClientSecret(attempt.desk.records, configured, 'client', 's3cret');
    const other = await moveToOther();
    await assert.rejects(attempt.signIn({ oauth }), { code: 'client_issuer_mismatch' });
    assert.deepEqual(other.sent('/as/token'), []);

    const moved = await attempt.desk.open(configured);
    await assert.rejects(moved.signIn(), { code: 'client_issuer_mismatch' });
    assert.equal(guideIssuer(moved), other.issuer);
    await bindEntered(attempt.desk.ports, configured, 'mine', other.issuer);
    await assert.rejects(
      attempt.signIn({ oauth }),
      { code: 'client_issuer_mismatch' },
      'it stays where it was',
    );
  });

  it('can be said to be for whom it is tied to, by a sign-in or by the settings, and for nobody before (checklist 4.17)', async () => {
    const isFor = (oauth: OAuthSettings | false, url = attempt.world.mcpUrl) =>
      boundIssuer(attempt.desk.ports, serverAt(url, { oauth }));
    const oauth = { clientId: 'mine', tokenEndpointAuthMethod: 'client_secret_post' } as const;
    assert.equal(await isFor(oauth), undefined);
    await writeClientSecret(
      attempt.desk.records,
      serverAt(attempt.world.mcpUrl, { oauth }),
      'client',
      's3cret',
    );
    assert.equal((await attempt.signIn({ oauth })).result, 'granted');
    assert.equal(await isFor(oauth), attempt.world.issuer);
    assert.equal(await isFor({ ...oauth, issuer: 'https://chosen.example' }), 'https://chosen.example');
    assert.equal(await isFor({ clientId: 'another' }), undefined);
    assert.equal(await isFor(oauth, 'https://elsewhere.example/mcp'), undefined);
    assert.equal(await isFor(false), undefined);
  });

  it('is asked for again in the name of the authorization server, not of an endpoint that it leads to (invariant 2)', async () => {
    const { noticeFor } = (await loadMessages('../pages/guideFacts')) as typeof GuideFacts;
    const vendor = await attempt.anotherWorld();
    vendor.answers.set('/as/token', () => ({
      status: 401,
      body: { error: 'invalid_client', error_description: 'Who?' },
    }));
    attempt.world.alter(issuerDocument, { token_endpoint: `${vendor.issuer}/token` });
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth: { clientId: 'mine' } }));
    await assert.rejects(session.signIn(), { code: 'client_refused' });
    const { sentence, quote } = noticeFor(session);
    const { host } = new URL(attempt.world.origin);
    assert.ok(sentence.startsWith(host), sentence);
    assert.equal(quote?.from.includes(host), true, quote?.from);
  });

  it('is none for an entry that names another authorization server, such as one of a workspace (invariant 2)', async () => {
    const { records } = attempt.desk;
    const entry = (oauth: OAuthSettings) => serverAt(attempt.world.mcpUrl, { oauth });
    await writeClientSecret(records, entry({ clientId: 'mine' }), 'client', 's3cret');
    assert.equal(
      await readClientSecret(attempt.desk.ports, entry({ clientId: 'mine', scopes: ['a'] }), 'client'),
      's3cret',
    );
    const elsewhere = entry({ clientId: 'mine', issuer: 'https://evil.example' });
    assert.equal(await readClientSecret(attempt.desk.ports, elsewhere, 'client'), undefined);
  });

  it('of the client at an identity provider is none at another one of the same client id (invariant 2)', async () => {
    const at = (issuer: string) =>
      serverAt(attempt.world.mcpUrl, { oauth: { identityProvider: { issuer, clientId: 'editor' } } });
    const [one, other] = [at('https://idp.example'), at('https://evil.example')];
    await writeClientSecret(attempt.desk.records, one, 'identityProvider', 's3cret');
    assert.equal(await readClientSecret(attempt.desk.ports, one, 'identityProvider'), 's3cret');
    assert.equal(await readClientSecret(attempt.desk.ports, other, 'identityProvider'), undefined);
  });

  it('that is shared stays at its authorization server, though another one takes metadata documents (checklist 4.17)', async () => {
    const oauth: OAuthSettings = {
      clientId: 'https://editor.example/client.json',
      tokenEndpointAuthMethod: 'client_secret_post',
    };
    const server = serverAt(attempt.world.mcpUrl, { oauth });
    await writeClientSecret(attempt.desk.records, server, 'client', 's3cret');
    const documents = { client_id_metadata_document_supported: true };
    attempt.world.alter(issuerDocument, documents);
    await attempt.signIn({ oauth });
    const other = await moveToOther();
    other.alter(issuerDocument, documents);
    attempt.desk.clock.advance(600_001);
    await assert.rejects((await attempt.desk.open(server)).signIn(), { code: 'client_issuer_mismatch' });
    assert.equal(JSON.stringify(other.transcript).includes('s3cret'), false);
  });
});

/** From now on the resource document names another authorization server, which takes anything. */
async function moveToOther(): Promise<World> {
  const other = await attempt.anotherWorld();
  attempt.world.alter(resourceDocument, { authorization_servers: [other.issuer] });
  other.answers.set('/as/token', () => ({ body: { access_token: 'token-other', token_type: 'Bearer' } }));
  attempt.desk.person = (url) => other.visit(url);
  return other;
}
