// New tokens for a refresh token (checklist 11.9).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refreshTokens } from '../../src/oauth/refresh.ts';
import type { TokenContext } from '../../src/oauth/tokenRequest.ts';
import { failsWith, secretClient, tokenPath, TokenStand } from './tokenStand.ts';

const stand = new TokenStand();
const old = 'refresh-old';

function refresh(changes: Partial<TokenContext> = {}) {
  return refreshTokens(stand.transport, stand.context(changes), old, stand.now, stand.signal);
}

describe('A refresh', () => {
  it('sends the client, its secret, the resource and the scopes that were granted (checklist 11.9, field case 22)', async () => {
    stand.answers(tokenPath, { body: { access_token: 'new', token_type: 'Bearer' } });
    await refresh({ client: secretClient, requestedScopes: ['notes:read'] });
    assert.deepEqual(stand.form(), {
      grant_type: 'refresh_token',
      refresh_token: old,
      resource: stand.world.mcpUrl,
      scope: 'notes:read',
      client_id: 'client-2',
      client_secret: secretClient.clientSecret,
    });
    await refresh();
    assert.equal(stand.form()['client_id'], 'client-1');
  });

  it('names neither resource nor scope where there is none', async () => {
    stand.answers(tokenPath, { body: { access_token: 'new', token_type: 'Bearer' } });
    await refresh({ resource: undefined, requestedScopes: [] });
    assert.deepEqual(Object.keys(stand.form()).sort(), ['client_id', 'grant_type', 'refresh_token']);
  });

  it('keeps the old refresh token where none comes back, and drops it where one does (checklist 11.9)', async () => {
    for (const none of [undefined, null, '']) {
      stand.answers(tokenPath, { body: { access_token: 'new', refresh_token: none } });
      const { accessToken, refreshToken } = await refresh();
      assert.deepEqual([accessToken, refreshToken], ['new', old]);
    }
    stand.answers(tokenPath, { body: { access_token: 'new', refresh_token: 'refresh-new' } });
    assert.equal((await refresh()).refreshToken, 'refresh-new');
  });

  it('leaves the scopes as they were where the server does not say (checklist 6.6, 11.11)', async () => {
    stand.answers(
      tokenPath,
      { body: { access_token: 'new' } },
      { body: { access_token: 'new', scope: 'less' } },
    );
    assert.deepEqual((await refresh()).scopes, ['notes:read', 'notes:write']);
    assert.deepEqual((await refresh()).scopes, ['less']);
  });

  it('that is refused is sent once, and shows no refresh token (checklist 11.2, field case 27)', async () => {
    for (const error of ['invalid_grant', 'invalid_request', 'unauthorized_client']) {
      await stand.renew();
      stand.answers(tokenPath, { status: 400, body: { error, error_description: `${old} is invalid` } });
      const { facts } = await failsWith('token_refused', refresh(), [old]);
      assert.equal(facts.serverCode, error);
      assert.equal(facts.serverWords, '[hidden] is invalid');
      assert.equal(stand.sent().length, 1);
    }
  });
});
