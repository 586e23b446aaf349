// What proves who we are goes to the authorization server that it was given for, whatever servers and settings say later.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { readClientSecret, writeClientSecret } from '../../src/session/clientSecrets.ts';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { World } from './world.ts';

const attempt = new Attempt();
const others: World[] = [];
after(() => Promise.all(others.map((other) => other.close())));
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
  const other = await World.start();
  others.push(other);
  attempt.world.alter(resourceDocument, { authorization_servers: [other.issuer] });
  other.answers.set('/as/token', () => ({ body: { access_token: 'token-other', token_type: 'Bearer' } }));
  attempt.desk.person = (url) => other.visit(url);
  return other;
}
