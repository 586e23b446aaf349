// Tokens for the client itself (RFC 6749 §4.4, checklist 17.1).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requestClientCredentials } from '../../src/oauth/clientCredentials.ts';
import type { TokenContext } from '../../src/oauth/tokenRequest.ts';
import { failsWith, secretClient, tokenPath, TokenStand } from './tokenStand.ts';

const stand = new TokenStand();

function ask(changes: Partial<TokenContext> = {}) {
  const context = stand.context({ client: secretClient, ...changes });
  return requestClientCredentials(stand.transport, context, stand.now, stand.signal);
}

describe('Client credentials', () => {
  it('are for the resource and the scopes (checklist 17.1)', async () => {
    stand.answers(tokenPath, { body: { access_token: 'token', token_type: 'Bearer', expires_in: 60 } });
    const { accessToken, expiresAtMs } = await ask();
    assert.deepEqual([accessToken, expiresAtMs], ['token', stand.now() + 60_000]);
    assert.deepEqual(stand.form(), {
      grant_type: 'client_credentials',
      resource: stand.world.mcpUrl,
      scope: 'notes:read notes:write',
      client_id: 'client-2',
      client_secret: secretClient.clientSecret,
    });
  });

  it('ask for no scope where none is wanted (checklist 6.1)', async () => {
    stand.answers(tokenPath, { body: { access_token: 'token' } });
    await ask({ requestedScopes: [] });
    assert.equal(stand.form()['scope'], undefined);
  });

  it('of a client that may not are refused as the client’s, once (checklist 10.5)', async () => {
    for (const error of ['invalid_client', 'unauthorized_client']) {
      await stand.renew();
      stand.answers(tokenPath, { status: 401, body: { error } });
      await failsWith('client_refused', ask(), ['s3cret']);
      assert.equal(stand.sent().length, 1);
    }
  });
});
