import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Attempt, issuerDocument } from './attempt.ts';

const attempt = new Attempt();

describe('The answer on the redirect', () => {
  it('with another state is refused before its code is used (checklist 7.6)', async () => {
    attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), state: 'another' });
    await attempt.failsWith('state_mismatch');
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('without or with a second state is refused (checklist 7.6, 9.5)', async () => {
    for (const state of [undefined, 'twice'] as const) {
      attempt.world.redirect = (request) => ({
        ...attempt.world.allow(request),
        state: state && [request.get('state') ?? '', request.get('state') ?? ''],
      });
      await attempt.failsWith('state_mismatch');
    }
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('at another address is refused (checklist 8.4)', async () => {
    attempt.desk.person = (url) => attempt.world.visit(url).replace('/callback', '/elsewhere');
    const { facts } = await attempt.failsWith('redirect_mismatch');
    assert.equal(facts.received, 'vscode://mcp-oauth.mcp-oauth/elsewhere');
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('from another issuer is refused (checklist 9.1, 9.2)', async () => {
    for (const iss of [
      'https://evil.example',
      `${attempt.world.issuer}/`,
      attempt.world.issuer.toUpperCase(),
    ]) {
      attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), iss });
      await attempt.failsWith('iss_mismatch');
    }
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('without iss is refused where the server promised it (checklist 9.1)', async () => {
    attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), iss: undefined });
    await attempt.failsWith('iss_mismatch');
  });

  it('without iss is taken where the server promised none, with a wrong one it is not (checklist 9.1)', async () => {
    attempt.world.alter(issuerDocument, { authorization_response_iss_parameter_supported: undefined });
    attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), iss: 'https://evil.example' });
    await attempt.failsWith('iss_mismatch');
    attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), iss: undefined });
    assert.equal((await attempt.signIn()).result, 'granted');
  });

  it('with an error of another issuer does not show its words (checklist 9.3)', async () => {
    attempt.world.redirect = () => ({
      error: 'access_denied',
      error_description: 'Call 555',
      state: attempt.asked.get('state') ?? '',
      iss: 'https://evil.example',
    });
    const { facts } = await attempt.failsWith('iss_mismatch');
    assert.equal(facts.serverWords, undefined);
  });

  it('that denies access carries the words of the server (checklist 9.6, field case 30)', async () => {
    attempt.world.redirect = () => ({
      error: 'access_denied',
      error_description: 'The administrator said no.',
      state: attempt.asked.get('state') ?? '',
      iss: attempt.world.issuer,
    });
    const { facts } = await attempt.failsWith('access_denied');
    assert.equal(facts.serverWords, 'The administrator said no.');
  });

  it('with any other error is told apart from a refusal (field case 30)', async () => {
    attempt.world.redirect = () => ({
      error: 'interaction_required',
      state: attempt.asked.get('state') ?? '',
      iss: attempt.world.issuer,
    });
    const { facts } = await attempt.failsWith('authorization_failed');
    assert.equal(facts.serverCode, 'interaction_required');
  });

  it('with two codes or none is refused (checklist 9.5)', async () => {
    for (const code of [['a', 'b'], undefined]) {
      attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), code });
      await attempt.failsWith('redirect_invalid');
    }
    assert.equal(attempt.world.sent('/as/token').length, 0);
  });

  it('may come once: its attempt is taken off the record (checklist 7.6)', async () => {
    await attempt.signIn();
    assert.equal(attempt.desk.records.keyOf('pending'), undefined);
  });
});

describe('The token request', () => {
  it('carries the verifier, the redirect URI and the resource (checklist 7.3, 10.1)', async () => {
    await attempt.signIn();
    const form = new URLSearchParams(attempt.world.sent('/as/token')[0]?.body);
    assert.equal(form.get('grant_type'), 'authorization_code');
    assert.match(form.get('code_verifier') ?? '', /^[\w-]{43,128}$/);
    assert.equal(form.get('redirect_uri'), 'vscode://mcp-oauth.mcp-oauth/callback');
    assert.equal(form.get('resource'), attempt.world.mcpUrl);
    assert.equal(form.get('client_id'), 'client-1');
  });

  it('that is refused tells the words of the server, whatever the status (checklist 10.4)', async () => {
    for (const status of [200, 400, 401]) {
      attempt.world.answers.set('/as/token', () => ({
        status,
        body: { error: 'invalid_grant', error_description: 'Too late.' },
      }));
      const { facts } = await attempt.failsWith('token_refused');
      assert.deepEqual([facts.serverCode, facts.serverWords], ['invalid_grant', 'Too late.']);
    }
  });

  it('that is redirected is not repeated elsewhere', async () => {
    attempt.world.answers.set('/as/token', () => ({
      status: 307,
      headers: { location: `${attempt.world.origin}/thief` },
    }));
    await attempt.failsWith('token_invalid');
    assert.equal(attempt.world.sent('/thief').length, 0);
  });

  it('with an unusable answer fails without showing it', async () => {
    attempt.world.answers.set('/as/token', () => ({
      body: { access_token: 'secret-value', token_type: 'mac' },
    }));
    const error = await attempt.failsWith('token_invalid');
    assert.equal(error.cause, undefined);
    assert.doesNotMatch(attempt.desk.log.join('\n'), /secret-value/);
  });
});
