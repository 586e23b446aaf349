import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AuthErrorCode } from '../../src/oauth/authError.ts';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();

describe('A server that answers unlike any MCP server', () => {
  const odd: [
    string,
    AuthErrorCode,
    () => { status?: number; body?: unknown; headers?: Record<string, string> },
  ][] = [
    ['with a web page', 'server_failed', () => ({ body: '<!doctype html><title>Hello</title>' })],
    ['with 500', 'server_busy', () => ({ status: 500, body: 'oops' })],
    ['with 429', 'server_busy', () => ({ status: 429 })],
    ['with JSON that is no JSON-RPC', 'server_failed', () => ({ body: { error: 'unauthorized' } })],
    ['with nothing at all', 'server_failed', () => ({ body: '' })],
    ['with five megabytes', 'response_too_large', () => ({ body: 'x'.repeat(5_000_000) })],
    ['with 403 and no challenge (checklist 12.6)', 'server_failed', () => ({ status: 403 })],
    [
      'with a redirect',
      'server_failed',
      () => ({ status: 307, headers: { location: 'https://example.invalid/' } }),
    ],
  ];
  for (const [how, code, answer] of odd) {
    it(`${how} ends in an error, without a browser`, async () => {
      attempt.world.answers.set('/mcp', answer);
      const error = await attempt.failsWith(code);
      assert.equal(error.facts.host, new URL(attempt.world.origin).host);
      assert.equal(attempt.desk.opened.length, 0);
    });
  }

  it('with 400 and an error of the protocol is an MCP server all the same, whose document says whom to ask (checklist 13.6)', async () => {
    const answer = attempt.world.answers.get('/mcp');
    attempt.world.answers.set('/mcp', (request) =>
      request.body.includes('"initialize"')
        ? {
            status: 400,
            body: { jsonrpc: '2.0', id: 0, error: { code: -32_601, message: 'Method not found' } },
          }
        : (answer?.(request) ?? {}),
    );
    assert.equal((await attempt.signIn()).result, 'granted');
  });

  it('by not answering in time ends in an error', async () => {
    attempt.world.answers.set('/mcp', () => {
      attempt.desk.clock.advance(30_000);
      return {};
    });
    await attempt.failsWith('timed_out');
    assert.equal(attempt.desk.clock.pendingTimers, 0);
  });

  it('by not being there ends in an error', async () => {
    const { desk, world } = attempt;
    const server = serverAt(world.mcpUrl);
    await world.close();
    const session = await desk.open(server);
    await assert.rejects(session.signIn(), { code: 'unreachable' });
    assert.equal(session.state.kind, 'error');
  });
});

describe('Discovery refuses', () => {
  it('a server without a resource document', async () => {
    attempt.world.answers.set('/mcp', () => ({ status: 401 }));
    attempt.world.answers.delete(resourceDocument);
    await attempt.failsWith('resource_metadata_missing');
  });

  it('a challenge that leads to nothing, rather than to look elsewhere (checklist 2.18)', async () => {
    attempt.world.answers.set('/mcp', () => ({
      status: 401,
      headers: { 'www-authenticate': 'Bearer resource_metadata="/gone"' },
    }));
    await attempt.failsWith('resource_metadata_invalid');
  });

  it('a resource of another origin (checklist 2.7)', async () => {
    attempt.world.alter(resourceDocument, { resource: 'https://elsewhere.example/mcp' });
    const { facts } = await attempt.failsWith('resource_mismatch');
    assert.equal(facts.received, 'https://elsewhere.example/mcp');
    assert.equal(attempt.desk.opened.length, 0);
  });

  it('a resource whose path only begins alike (field case 9)', async () => {
    attempt.world.alter(resourceDocument, { resource: `${attempt.world.origin}/mc` });
    await attempt.failsWith('resource_mismatch');
  });

  it('a resource with a query or a fragment of its own (checklist 7.4)', async () => {
    for (const extra of ['?tenant=2', '#part']) {
      await attempt.renew();
      attempt.world.alter(resourceDocument, { resource: attempt.world.mcpUrl + extra });
      await attempt.failsWith('resource_mismatch');
    }
  });

  it('an issuer whose identifier has a query (checklist 3.8)', async () => {
    attempt.world.alter(resourceDocument, { authorization_servers: [`${attempt.world.issuer}?x=1`] });
    await attempt.failsWith('issuer_metadata_invalid');
  });

  it('an authorization endpoint with a fragment (checklist 7.10)', async () => {
    attempt.world.alter(issuerDocument, { authorization_endpoint: `${attempt.world.issuer}/authorize#x` });
    await attempt.failsWith('issuer_metadata_invalid');
  });

  it('a resource deeper than the server', async () => {
    attempt.world.alter(resourceDocument, { resource: `${attempt.world.origin}/mcp/deeper` });
    await attempt.failsWith('resource_mismatch');
  });

  it('an issuer that differs by a slash alone (checklist 3.5)', async () => {
    attempt.world.alter(issuerDocument, { issuer: `${attempt.world.issuer}/` });
    const { facts } = await attempt.failsWith('issuer_mismatch');
    assert.deepEqual([facts.expected, facts.received], [attempt.world.issuer, `${attempt.world.issuer}/`]);
    assert.equal(attempt.world.sent('/as/register').length, 0);
  });

  it('an authorization server that does not promise PKCE (checklist 3.10)', async () => {
    attempt.world.alter(issuerDocument, { code_challenge_methods_supported: undefined });
    await attempt.failsWith('pkce_unsupported');
  });

  it('an authorization server that knows the plain method alone (checklist 3.10)', async () => {
    attempt.world.alter(issuerDocument, { code_challenge_methods_supported: ['plain'] });
    await attempt.failsWith('pkce_unsupported');
  });

  it('endpoints over plain http to another machine (checklist 3.11)', async () => {
    for (const member of ['authorization_endpoint', 'token_endpoint', 'registration_endpoint']) {
      await attempt.renew();
      attempt.world.alter(issuerDocument, { [member]: 'http://as.example/endpoint' });
      const { facts } = await attempt.failsWith('insecure_url');
      assert.equal(facts.received, 'http://as.example/endpoint');
      assert.equal(attempt.desk.opened.length, 0);
    }
  });

  it('addresses that a browser would execute (checklist 7.9)', async () => {
    attempt.world.alter(issuerDocument, { authorization_endpoint: 'javascript:alert(1)' });
    await attempt.failsWith('insecure_url');
    assert.equal(attempt.desk.opened.length, 0);
  });

  it('an authorization server without any usable document', async () => {
    attempt.world.answers.delete(issuerDocument);
    await attempt.failsWith('issuer_metadata_missing');
  });

  it('an authorization server that cannot issue codes (checklist 3.9)', async () => {
    attempt.world.alter(issuerDocument, { response_types_supported: ['token'] });
    await attempt.failsWith('issuer_metadata_invalid');
  });
});

describe('Registration', () => {
  it('that is not offered asks the person for a client (field case 7)', async () => {
    attempt.world.alter(issuerDocument, { registration_endpoint: null });
    const error = await attempt.failsWith('registration_closed');
    assert.equal(error.remedy, 'configure_client');
  });

  it('that is refused in plain text asks the person for a client (field case 7)', async () => {
    attempt.world.answers.set('/as/register', () => ({ status: 403, body: 'Forbidden' }));
    await attempt.failsWith('registration_closed');
  });

  it('that is refused for its redirect URI says so in the words of the server (checklist 4.12)', async () => {
    attempt.world.answers.set('/as/register', () => ({
      status: 400,
      body: { error: 'invalid_redirect_uri', error_description: 'https\u202e only' },
    }));
    const { facts } = await attempt.failsWith('registration_refused');
    assert.deepEqual([facts.serverCode, facts.serverWords], ['invalid_redirect_uri', 'https only']);
  });

  it('that answers without a client id is unusable', async () => {
    attempt.world.answers.set('/as/register', () => ({ status: 201, body: { client_id: '' } }));
    await attempt.failsWith('registration_invalid');
  });
});
