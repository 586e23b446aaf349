import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beginAuthorization, buildAuthorizationUrl } from '../../src/oauth/authorization.ts';
import { policyFor } from '../../src/oauth/secureUrl.ts';
import { createTransport, maxResponseBytes, type Exchange } from '../../src/oauth/transport.ts';
import { Attempt } from './attempt.ts';

const attempt = new Attempt();
const never = () => Promise.reject(new Error('The network was touched.'));

describe('The transport', () => {
  it('refuses an address that is not secure before it touches the network (checklist 3.11)', async () => {
    const ports = { fetch: never, clock: attempt.desk.clock, onExchange: () => undefined };
    const transport = createTransport(ports, policyFor('https://mcp.example'));
    for (const address of ['http://as.example/token', 'http://127.0.0.1/token', 'file:///etc/passwd']) {
      await assert.rejects(transport.send('token', address), { code: 'insecure_url' });
    }
  });

  it('reads an answer up to its limit and none beyond', async () => {
    const { world } = attempt;
    world.answers.set('/fits', () => ({ body: 'x'.repeat(maxResponseBytes) }));
    world.answers.set('/more', () => ({ body: 'x'.repeat(maxResponseBytes + 1) }));
    const transport = localTransport();
    assert.equal(
      (await (await transport.send('token', `${world.origin}/fits`)).text()).length,
      maxResponseBytes,
    );
    await assert.rejects(transport.send('token', `${world.origin}/more`), { code: 'response_too_large' });
  });

  it('takes the first event of an endless stream for the answer', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(new TextEncoder().encode('data: x')),
    });
    const endless = () =>
      Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    const ports = { fetch: endless, clock: attempt.desk.clock, onExchange: () => undefined };
    const transport = createTransport(ports, policyFor(attempt.world.mcpUrl));
    assert.equal(await (await transport.send('first_contact', attempt.world.mcpUrl)).text(), 'data: x');
  });

  it('ends with the reason of its caller when it is aborted', async () => {
    const reason = new Error('The person had enough.');
    const sent = localTransport().send('token', attempt.world.mcpUrl, { signal: AbortSignal.abort(reason) });
    await assert.rejects(sent, reason);
  });

  it('reports each exchange without its query', async () => {
    const exchanges: Exchange[] = [];
    await localTransport(exchanges).send('token', `${attempt.world.origin}/x?code=secret`);
    const [exchange] = exchanges;
    assert.deepEqual(exchange, {
      purpose: 'token',
      method: 'GET',
      address: `${attempt.world.origin}/x`,
      outcome: 404,
      durationMs: 0,
    });
  });

  function localTransport(exchanges: Exchange[] = []) {
    const { clock } = attempt.desk;
    const ports = {
      fetch: (url: string, init: RequestInit) => fetch(url, init),
      clock,
      onExchange: (one: Exchange) => exchanges.push(one),
    };
    return createTransport(ports, policyFor(attempt.world.mcpUrl));
  }
});

describe('The address for the browser', () => {
  const issuer = (authorizationEndpoint: string) => ({
    issuer: 'https://as.example',
    authorizationEndpoint,
    tokenEndpoint: 'https://as.example/token',
    sendsIss: true,
  });
  const pending = (authorizationEndpoint: string) =>
    beginAuthorization({
      issuer: issuer(authorizationEndpoint),
      client: { kind: 'registered', clientId: 'c', authMethod: 'none' },
      redirectUri: 'http://127.0.0.1/callback?a=b&c=%2Fd',
      arrivalUri: 'vscode://x/callback',
      resource: 'https://mcp.example',
      scopes: [],
    });

  it('is refused where a browser should not be sent to (checklist 7.9)', async () => {
    for (const endpoint of [
      'javascript:alert(1)',
      'http://as.example/authorize',
      'vscode://evil.extension/x',
    ]) {
      await assert.rejects(buildAuthorizationUrl(pending(endpoint), policyFor('https://mcp.example')), {
        code: 'insecure_url',
      });
    }
  });

  it('keeps the query that the endpoint has, the redirect URI to the letter, and no empty scope (checklist 7.10)', async () => {
    const url = new URL(
      await buildAuthorizationUrl(
        pending('https://as.example/authorize?tenant=1'),
        policyFor('https://mcp.example'),
      ),
    );
    assert.equal(url.searchParams.get('tenant'), '1');
    assert.equal(url.searchParams.get('redirect_uri'), 'http://127.0.0.1/callback?a=b&c=%2Fd');
    assert.equal(url.searchParams.has('scope'), false);
    assert.equal(url.searchParams.get('resource'), 'https://mcp.example');
  });
});
