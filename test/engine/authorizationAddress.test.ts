import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beginAuthorization, buildAuthorizationUrl } from '../../src/oauth/authorization.ts';
import { policyFor } from '../../src/oauth/secureUrl.ts';
import { createTransport } from '../../src/oauth/transport.ts';
import { reservedParameters } from '../../src/oauth/wire/authorization.ts';
import { assumedIssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';
import { ManualClock } from './manualClock.ts';

const never = () => Promise.reject(new Error('The network was touched.'));
const transport = createTransport(
  { fetch: never, lookup: never, clock: new ManualClock(), onExchange: () => undefined },
  policyFor('https://mcp.example'),
);

const { signal } = new AbortController();

describe('The address for the browser', () => {
  const pending = (authorizationEndpoint: string) =>
    beginAuthorization({
      issuer: { ...assumedIssuerDocument('https://as.example'), authorizationEndpoint },
      client: { kind: 'registered', clientId: 'c', authMethod: 'none' },
      redirectUri: 'http://127.0.0.1/callback?a=b&c=%2Fd',
      arrivalUri: 'vscode://x/callback',
      resource: 'https://mcp.example',
      scopes: [],
      parameters: {},
    });

  it('has a state and a verifier that no other attempt has, and tells the verifier to nobody (checklist 7.2, 7.6)', async () => {
    const attempts = [pending('https://as.example/authorize'), pending('https://as.example/authorize')];
    for (const member of ['state', 'codeVerifier'] as const) {
      const values = attempts.map((attempt) => attempt[member]);
      assert.equal(new Set(values).size, 2, member);
      for (const value of values) assert.match(value, /^[\w-]{43,}$/);
    }
    const [first] = attempts;
    assert.ok(first);
    const url = await buildAuthorizationUrl(first, transport, signal);
    assert.ok(!url.includes(first.codeVerifier));
  });

  it('is refused where a browser should not be sent to (checklist 7.9)', async () => {
    for (const endpoint of [
      'javascript:alert(1)',
      'http://as.example/authorize',
      'vscode://evil.extension/x',
    ]) {
      await assert.rejects(buildAuthorizationUrl(pending(endpoint), transport, signal), {
        code: 'insecure_url',
      });
    }
  });

  it('carries no parameter of the protocol that somebody added, also none that the request has not (checklist 7.1)', async () => {
    const added = [...reservedParameters].map((name) => [name, 'added']);
    const attempt = {
      ...pending('https://as.example/authorize'),
      resource: undefined,
      parameters: { ...(Object.fromEntries(added) as Record<string, string>), audience: 'notes', prompt: '' },
    };
    const { searchParams } = new URL(await buildAuthorizationUrl(attempt, transport, signal));
    assert.deepEqual(
      [...searchParams.values()].filter((value) => value === 'added'),
      [],
    );
    assert.deepEqual([searchParams.get('audience'), searchParams.has('prompt')], ['notes', false]);
  });

  it('keeps the query that the endpoint has, the redirect URI to the letter, and no empty scope (checklist 7.10)', async () => {
    const attempt = pending('https://as.example/authorize?tenant=1');
    const url = new URL(await buildAuthorizationUrl(attempt, transport, signal));
    assert.equal(url.searchParams.get('tenant'), '1');
    assert.equal(url.searchParams.get('redirect_uri'), 'http://127.0.0.1/callback?a=b&c=%2Fd');
    assert.equal(url.searchParams.has('scope'), false);
    assert.equal(url.searchParams.get('resource'), 'https://mcp.example');
  });
});
