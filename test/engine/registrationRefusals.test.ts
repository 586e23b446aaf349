// What a server does not like about a registration, in the words that servers have for it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { Reply } from './world.ts';

const attempt = new Attempt();
const policy = (name: string, details: string) => ({
  error: 'insufficient_scope',
  error_description: `Policy '${name}' rejected request to client-registration service. Details: ${details}`,
});

describe('A registration that is refused for its address, under whatever code', () => {
  const refusals: Record<string, Reply> = {
    'a code of RFC 6749': {
      status: 400,
      body: {
        error: 'invalid_request',
        error_description: 'redirect_uris must be https or http://localhost',
      },
    },
    'the shape of NestJS': {
      status: 400,
      body: { statusCode: 400, message: 'Redirect URI must use HTTPS', error: 'Bad Request' },
    },
    'the sentence as the code': { status: 400, body: { error: 'redirect_uri must use https or http' } },
    'the trusted hosts of Keycloak': {
      status: 403,
      body: policy('Trusted Hosts', "URL doesn't match any trusted host or trusted domain"),
    },
  };
  for (const [what, refusal] of Object.entries(refusals))
    it(`is tried with the next kind of address: ${what} (field case 6)`, async () => {
      const { answers } = attempt.world;
      const register = answers.get('/as/register');
      assert.ok(register);
      answers.set('/as/register', (request) =>
        request.body.includes('vscode:') ? refusal : register(request),
      );
      assert.equal((await attempt.signIn()).result, 'granted');
      assert.equal(attempt.world.sent('/as/register').length, 2);
    });
});

describe('A registration that is refused for its scopes', () => {
  it('names the setting, also in the words of Keycloak (field case 11)', async () => {
    const body = policy('Allowed Client Scopes', 'Not permitted to use specified clientScope');
    attempt.world.answers.set('/as/register', () => ({ status: 403, body }));
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await assert.rejects(session.signIn(), { code: 'registration_refused' });
    assert.ok(session.state.kind === 'error');
    assert.equal(session.state.error.facts.setting, 'scopes');
    assert.equal(attempt.world.sent('/as/register').length, 1);
  });
});

describe('A registration that is refused for another reason', () => {
  const refusals: Record<string, Reply> = {
    'plain text': { status: 403, body: 'Dynamic registration is not allowed.' },
    'words in a member of its own': {
      status: 403,
      body: { message: 'Dynamic registration is not allowed.' },
    },
  };
  for (const [what, refusal] of Object.entries(refusals))
    it(`leads to a client of the person's own, in the words of the server: ${what} (field case 7)`, async () => {
      attempt.world.answers.set('/as/register', () => refusal);
      const error = await attempt.failsWith('registration_closed');
      assert.equal(error.facts.serverWords, 'Dynamic registration is not allowed.');
    });
});
