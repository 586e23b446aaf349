// Authorization requests that are pushed first (RFC 9126, checklist 7.11).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { isRedirectRefusal } from '../../src/oauth/registration.ts';
import { pushAuthorization } from '../../src/oauth/pushedRequest.ts';
import type { TokenContext } from '../../src/oauth/tokenRequest.ts';
import { failsWith, pushedPath, secretClient, TokenStand, without } from './tokenStand.ts';

const stand = new TokenStand();
const parameters = { response_type: 'code', client_id: 'client-1', state: 'st4te', code_challenge: 'x' };
const name = 'urn:ietf:params:oauth:request_uri:1';

function push(changes: Partial<TokenContext> = {}) {
  return pushAuthorization(stand.transport, stand.context(changes), parameters, stand.signal);
}

describe('A pushed request', () => {
  it('holds what the address would, and is known by a name then (checklist 7.11)', async () => {
    for (const status of [201, 200]) {
      stand.answers(pushedPath, { status, body: { request_uri: name, expires_in: 60 } });
      assert.equal(await push(), name);
      assert.deepEqual(stand.form(pushedPath), parameters);
    }
  });

  it('comes from a client that says who it is (checklist 7.11)', async () => {
    stand.answers(pushedPath, { status: 201, body: { request_uri: name } });
    await push({ client: secretClient });
    assert.equal(stand.form(pushedPath)['client_secret'], secretClient.clientSecret);
  });

  it('that is refused shows the words of the server without the state (checklist 9.6)', async () => {
    const error_description = 'State st4te is not wanted.';
    stand.answers(pushedPath, { status: 400, body: { error: 'invalid_request', error_description } });
    const { facts } = await failsWith('authorization_failed', push(), ['st4te']);
    assert.equal(facts.serverWords, 'State [hidden] is not wanted.');
  });

  it('for a redirect that the server does not take is told apart (checklist 4.12, field case 6)', async () => {
    stand.answers(pushedPath, { status: 400, body: { error: 'invalid_redirect_uri' } });
    const error = await failsWith('authorization_failed', push());
    assert.ok(isRedirectRefusal(error));
  });

  it('of a client that is not known is refused as the client’s (checklist 10.5)', async () => {
    stand.answers(pushedPath, { status: 401, body: { error: 'invalid_client' } });
    await failsWith('client_refused', push());
  });

  it('for what the person may have chosen wrongly names the setting (checklist 14.7)', async () => {
    stand.answers(pushedPath, { status: 400, body: { error: 'invalid_target' } });
    assert.equal((await failsWith('authorization_failed', push())).facts.setting, 'resource');
  });

  it('with an answer that names nothing leads nowhere', async () => {
    for (const body of [{}, { request_uri: '' }, { request_uri: 7 }, 'ok', undefined]) {
      stand.answers(pushedPath, { status: 201, body });
      await failsWith('authorization_failed', push());
    }
    stand.answers(pushedPath, { status: 302, body: { request_uri: name } });
    await failsWith('authorization_failed', push());
    stand.answers(pushedPath, { status: 502 });
    await failsWith('server_busy', push());
  });

  it('needs a place to be pushed to (checklist 7.11)', async () => {
    const issuer = without(stand.issuer, 'pushedRequestEndpoint');
    await failsWith('issuer_metadata_invalid', push({ issuer }));
  });

  it('is proven by the key that the tokens will be bound to, with the nonce that the server wants (checklist 14.10)', async () => {
    const wanted = { status: 400, headers: { 'dpop-nonce': 'n-1' }, body: { error: 'use_dpop_nonce' } };
    stand.answers(pushedPath, wanted, { status: 201, body: { request_uri: name } });
    assert.equal(await push({ proofs: await stand.proofs() }), name);
    const claims = stand.sent(pushedPath).map(({ headers }) => decodeJwt(String(headers['dpop'])));
    assert.deepEqual(
      claims.map(({ nonce }) => nonce),
      [undefined, 'n-1'],
    );
    assert.ok(claims.every(({ htu }) => htu === stand.issuer.pushedRequestEndpoint));
  });
});
