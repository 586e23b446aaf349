// Tokens for what somebody else says: a platform of a workload, an identity provider of a person (checklist 17).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redeemAssertion } from '../../src/oauth/assertionGrant.ts';
import { obtainIdentityAssertion } from '../../src/oauth/identityAssertion.ts';
import type { TokenContext } from '../../src/oauth/tokenRequest.ts';
import type { ClientIdentity } from '../../src/oauth/wire/client.ts';
import { failsWith, idTokenOf, publicClient, secretClient, tokenPath, TokenStand } from './tokenStand.ts';

const stand = new TokenStand();
const assertion = 'head.claims.signature';
const nobody: ClientIdentity = { kind: 'configured', clientId: '', authMethod: 'none' };

function redeem(changes: Partial<TokenContext> = {}) {
  const context = stand.context(changes);
  return redeemAssertion(stand.transport, context, assertion, stand.now, stand.signal);
}

describe('An assertion', () => {
  const expected = () => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion,
    resource: stand.world.mcpUrl,
    scope: 'notes:read notes:write',
  });

  it('of a workload is shown without a client id (checklist 17.4)', async () => {
    stand.answers(tokenPath, { body: { access_token: 'token', token_type: 'Bearer' } });
    assert.equal((await redeem({ client: nobody })).accessToken, 'token');
    assert.deepEqual(stand.form(), expected());
    assert.equal(stand.sent()[0]?.headers.authorization, undefined);
  });

  it('of an identity provider is shown by the client as it is known there (checklist 17.2)', async () => {
    stand.answers(tokenPath, { body: { access_token: 'token', token_type: 'Bearer' } });
    await redeem();
    assert.deepEqual(stand.form(), { ...expected(), client_id: 'client-1' });
    await redeem({ client: secretClient });
    assert.equal(stand.form()['client_secret'], secretClient.clientSecret);
  });

  it('that is refused is not shown again, nor to anybody else (checklist 17.2, 17.4)', async () => {
    const error_description = `The assertion ${assertion} has ended.`;
    stand.answers(tokenPath, { status: 400, body: { error: 'invalid_grant', error_description } });
    const { facts } = await failsWith('token_refused', redeem({ client: nobody }), [assertion]);
    assert.equal(facts.serverWords, 'The assertion [hidden] has ended.');
    assert.deepEqual(stand.world.requests, [`POST ${tokenPath}`]);
  });

  it('does not let an id token for nobody pass (checklist 6.8)', async () => {
    const id_token = idTokenOf(stand.world.issuer, { aud: '' });
    stand.answers(tokenPath, { body: { access_token: 'token', id_token } });
    const { accessToken, idToken } = await redeem({ client: nobody });
    assert.deepEqual([accessToken, idToken], ['token', undefined]);
  });
});

describe('An identity assertion', () => {
  const issued = {
    access_token: assertion,
    issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    token_type: 'N_A',
    expires_in: 300,
  };
  const idToken = 'id.token.value';

  function obtain({
    client = publicClient,
    resource = 'https://mcp.example/mcp',
    scopes = ['notes:read'],
  } = {}) {
    const audience = 'https://as.example/';
    const exchange = { identityProvider: stand.issuer, client, idToken, audience, resource, scopes };
    return obtainIdentityAssertion(stand.transport, exchange, stand.signal);
  }

  it('is had for an id token, meant for the other issuer and its resource (checklist 17.2)', async () => {
    stand.answers(tokenPath, { body: issued });
    assert.equal(await obtain(), assertion);
    assert.deepEqual(stand.form(), {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
      audience: 'https://as.example/',
      resource: 'https://mcp.example/mcp',
      scope: 'notes:read',
      subject_token: idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      client_id: 'client-1',
    });
  });

  it('is asked for by a client that says who it is (checklist 17.2)', async () => {
    stand.answers(tokenPath, { body: issued });
    await obtain({ client: secretClient });
    assert.equal(stand.form()['client_secret'], secretClient.clientSecret);
  });

  it('is no other kind of token (checklist 17.2)', async () => {
    const answers = [
      { ...issued, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
      { access_token: assertion, token_type: 'Bearer' },
      { ...issued, access_token: '' },
      {},
      'nothing',
    ];
    for (const body of answers) {
      stand.answers(tokenPath, { body });
      await failsWith('token_invalid', obtain(), [assertion]);
    }
    stand.answers(tokenPath, { status: 400, body: issued });
    await failsWith('token_invalid', obtain(), [assertion]);
  });

  it('that is refused shows the words of the provider and not the id token (checklist 11.2, 17.2)', async () => {
    stand.answers(tokenPath, { status: 400, body: { error: 'invalid_grant', error_description: idToken } });
    const { facts } = await failsWith('token_refused', obtain(), [idToken]);
    assert.equal(facts.serverWords, '[hidden]');
    stand.answers(tokenPath, { status: 400, body: { error: 'invalid_target' } });
    assert.equal((await failsWith('token_refused', obtain())).facts.setting, 'resource');
    stand.answers(tokenPath, { status: 401, body: { error: 'invalid_client' } });
    await failsWith('client_refused', obtain());
    stand.answers(tokenPath, { status: 503 });
    await failsWith('server_busy', obtain());
  });
});
