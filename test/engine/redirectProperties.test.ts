/** What holds for every address that can come back from a browser (checklist 8, 9). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AuthError } from '../../src/oauth/authError.ts';
import { beginAuthorization } from '../../src/oauth/authorization.ts';
import { checkRedirect } from '../../src/oauth/redirect.ts';
import { assumedIssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';

const issuer = 'https://as.example';
const pendingOf = (sendsIss: boolean, arrivalUri: string) =>
  beginAuthorization({
    issuer: { ...assumedIssuerDocument(issuer), sendsIss },
    client: {
      kind: 'configured',
      clientId: 'c',
      clientSecret: 'client-secret-value',
      authMethod: 'client_secret_post',
    },
    redirectUri: arrivalUri,
    arrivalUri,
    resource: 'https://mcp.example',
    scopes: [],
    parameters: {},
  });

const arrivals = [
  'vscode://mcp-oauth.mcp-oauth/callback',
  'http://127.0.0.1:4711/callback',
  'https://host.example/callback?a=1',
];
const name = fc.constantFrom(
  'state',
  'iss',
  'code',
  'error',
  'error_description',
  'nonce',
  'id_token',
  'response',
  'access_token',
  '__proto__',
);
/** STATE and VERIFIER stand for the secrets of the attempt. */
const value = fc.oneof(
  fc.constantFrom(
    'STATE',
    'STATE',
    'VERIFIER',
    issuer,
    issuer,
    `${issuer}/`,
    'code-1',
    '',
    'access_denied',
    'client-secret-value',
    '%',
    '\0',
    'x'.repeat(5000),
  ),
  fc.string({ unit: 'binary' }),
);
const query = fc.array(fc.tuple(name, value), { maxLength: 6 });
const right = fc.constant<[string, string][]>([
  ['state', 'STATE'],
  ['code', 'code-1'],
  ['iss', issuer],
]);
const base = fc.oneof(
  fc.constantFrom(
    ...arrivals,
    ...arrivals,
    'vscode://other.extension/callback',
    'http://127.0.0.1:4712/callback',
  ),
  fc.webUrl(),
  fc.string(),
);
const isWhole = fc.oneof(fc.constant(true), fc.boolean());

describe('Whatever address comes back', { timeout: 60_000 }, () => {
  it('is the answer to this attempt, or an error that gives no secret away', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.constantFrom(...arrivals),
        base,
        isWhole,
        right,
        query,
        (sendsIss, arrivalUri, start, whole, needed, others) => {
          const pending = pendingOf(sendsIss, arrivalUri);
          const parameters = (whole ? [...needed, ...others] : others)
            .map(
              ([key, text]) =>
                [
                  key,
                  text.replace('STATE', pending.state).replace('VERIFIER', pending.codeVerifier),
                ] as const,
            )
            .map((pair) => new URLSearchParams([[...pair]]).toString());
          const received = `${start}${start.includes('?') ? '&' : '?'}${parameters.join('&')}`;
          try {
            checkRedirect(pending, received);
          } catch (thrown) {
            assert.ok(thrown instanceof AuthError, String(thrown));
            assert.notEqual(thrown.code, 'unexpected');
            const shown = JSON.stringify([thrown.message, thrown.facts, String(thrown.cause)]);
            for (const secret of [pending.state, pending.codeVerifier, 'client-secret-value'])
              assert.ok(!shown.includes(secret), shown);
            return;
          }
          taken += 1;
          const url = new URL(received);
          const expected = new URL(arrivalUri);
          assert.deepEqual(
            [url.protocol, url.host, url.pathname],
            [expected.protocol, expected.host, expected.pathname],
          );
          assert.deepEqual(url.searchParams.getAll('state'), [pending.state]);
          assert.equal(url.searchParams.getAll('code').length, 1);
          assert.equal(url.searchParams.has('error'), false);
          const iss = url.searchParams.getAll('iss');
          assert.ok(iss.length === 0 ? !sendsIss : iss.length === 1 && iss[0] === issuer, iss.join(' '));
        },
      ),
      { numRuns: 400 },
    );
    assert.ok(taken > 0, 'The property says nothing if no address is taken.');
  });
});
