// Words of a server that repeat what it was sent, where nobody behind the protocol cleans them once more (invariant 1).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError, mismatch } from '../../src/oauth/authError.ts';
import type { PendingAuthorization } from '../../src/oauth/pendingAuthorization.ts';
import { checkRedirect } from '../../src/oauth/redirect.ts';
import { exchangeCode } from '../../src/oauth/token.ts';
import { failsWith, secretClient, tokenPath, TokenStand } from './tokenStand.ts';

const stand = new TokenStand();
const arrivalUri = 'vscode://mcp-oauth.mcp-oauth/callback';

function pending(): PendingAuthorization {
  return {
    state: 'state-4711',
    wireState: 'state-4711',
    codeVerifier: 'verifier-4711',
    issuer: stand.issuer,
    client: secretClient,
    redirectUri: arrivalUri,
    arrivalUri,
    scopes: [],
    parameters: {},
  };
}

const secrets = ['state-4711', 'verifier-4711', secretClient.clientSecret ?? ''];

function received(parameters: Record<string, string>): string {
  const all = { state: 'state-4711', iss: stand.issuer.issuer, ...parameters };
  return `${arrivalUri}?${new URLSearchParams(all).toString()}`;
}

describe('No secret of an attempt is shown', () => {
  it('in the words of an answer that repeats it', async () => {
    const answer = received({ error: 'server_error', error_description: `It was ${secrets.join(', ')}.` });
    const check = Promise.resolve().then(() => checkRedirect(pending(), answer));
    const { facts } = await failsWith('server_error', check, secrets);
    assert.equal(facts.serverWords, 'It was [hidden], [hidden], [hidden].');
  });

  it('in the words of a token endpoint that repeats it, the code included', async () => {
    stand.world.answers.set(tokenPath, ({ body }) => ({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: [...new URLSearchParams(body).values()].join(' '),
      },
    }));
    const checked = checkRedirect(pending(), received({ code: 'code-4711' }));
    const exchange = exchangeCode(stand.transport, pending(), checked, stand.now, stand.signal);
    const { facts } = await failsWith('token_refused', exchange, [...secrets.slice(1), 'code-4711']);
    assert.match(facts.serverWords ?? '', /\[hidden\]/);
  });

  it('in the name of another issuer, which is told', async () => {
    const answer = received({ code: 'code-4711', iss: `https://b.example/${secrets.join('/')}` });
    const check = Promise.resolve().then(() => checkRedirect(pending(), answer));
    const { facts } = await failsWith('iss_mismatch', check, secrets);
    assert.equal(facts.received, 'https://b.example/[hidden]/[hidden]/[hidden]');
  });

  it('in the query of an address that is not the right one', () => {
    const { facts } = new AuthError(
      'iss_mismatch',
      mismatch('https://a.example/x?key=1', 'https://b.example#key=2'),
    );
    assert.deepEqual(facts, { expected: 'https://a.example/x', received: 'https://b.example' });
  });
});
