// What the sandbox turns away at its doors, and that nothing odd at a door brings it down.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test, type TestContext } from 'node:test';

import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/deadline.ts';
import { fetchJson, postForm, redirectOf, register, Visitor } from './sandboxVisitor.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const lines: string[] = [];
let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ log: (line) => lines.push(line) });
});
after(() => sandbox.close());

function hasIPv6(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
}

async function open(t: TestContext, options: SandboxOptions): Promise<Sandbox> {
  const opened = await startSandbox(options);
  t.after(() => opened.close());
  return opened;
}

for (const target of ['//', 'http://[', '*', '/%', '/interaction/%00', '\\\\evil\\x', '/?=&=&%']) {
  test(`a request for “${target}” is answered, logged as one line, and brings nothing down`, async () => {
    for (const address of [sandbox.issuer, sandbox.mcpUrl]) {
      const { hostname, port } = new URL(address);
      const socket = connect(Number(port), hostname);
      socket.end(`GET ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      assert.match(answer, /^HTTP\/1\.1 4\d\d /);
    }
    assert.equal((await fetch(`${sandbox.issuer}/jwks`)).status, 200);
    assert.ok(lines.every((line) => !line.includes('\n')));
    assert.deepEqual(
      lines.filter((line) => line.startsWith('failed')),
      [],
    );
  });
}

test('a path is taken as it is published and in no other spelling', async () => {
  const visitor = await Visitor.register(sandbox);
  const { url } = visitor.begin();
  for (const spelling of ['/AUTHORIZE', '/authorize/', '/Authorize']) {
    assert.equal((await visitor.open(url.replace('/authorize', spelling))).status, 404, spelling);
  }
  for (const spelling of ['OpenID-Configuration', 'oauth-authorization-server/']) {
    assert.equal((await fetch(`${sandbox.issuer}/.well-known/${spelling}`)).status, 404, spelling);
  }
});

for (const method of ['GET', 'HEAD', 'PUT', 'OPTIONS', 'DELETE']) {
  test(`${method} where it makes no sense is no failure inside`, async () => {
    const paths = [
      'device_authorization',
      'token',
      'register',
      'par',
      'revoke',
      'introspect',
      'authorize',
      'device/x',
    ];
    for (const one of [
      ...paths,
      'interaction/x',
      'sandbox/faults',
      'passkeys',
      '.well-known/openid-configuration',
    ]) {
      const { status } = await fetch(`${sandbox.issuer}/${one}`, { method, redirect: 'manual' });
      assert.ok(status < 500, `${one}: ${status}`);
    }
  });
}

test('a form of the device page that is left over from earlier gets a page that says so', async () => {
  const body = new URLSearchParams({ xsrf: 'old', user_code: 'BCDF-GHJK', confirm: 'yes' });
  for (const cookie of ['', 'sandbox_session=left-over']) {
    for (const [where, init] of [
      ['/device', { method: 'POST', body }],
      ['/device/left-over', { method: 'GET' }],
    ] as const) {
      const response = await fetch(sandbox.issuer + where, { ...init, headers: { cookie } });
      assert.equal(response.status, 400, `${where} ${cookie}`);
      assert.match(await response.text(), /It is over, took too long, or began in another browser/);
    }
  }
});

test('the issuer with a path is served while a fault names it, and not otherwise', async (t) => {
  const address = `${sandbox.issuer}/.well-known/oauth-authorization-server/tenant`;
  assert.equal((await fetch(address)).status, 404);
  assert.equal((await fetch(`${sandbox.issuer}/tenant/jwks`)).status, 404);
  sandbox.faults.set(['issuer-with-path']);
  t.after(() => sandbox.faults.set([]));
  assert.equal((await fetchJson(address))['issuer'], `${sandbox.issuer}/tenant`);
});

for (const redirectUri of [
  'http://evil.example/callback',
  'https://a@evil.example/callback',
  'mailto:somebody',
  'view-source:https://a.example/',
  'ms-settings:privacy',
  'ms-settings://privacy',
  'view-source://a.example/',
  'smb://evil.example/share',
  'ws://evil.example/',
]) {
  test(`a client that wants to be sent to ${redirectUri} is not registered (checklist 7.8)`, async () => {
    for (const kind of ['web', 'native']) {
      const { status, body } = await register(sandbox, {
        application_type: kind,
        redirect_uris: [redirectUri],
      });
      assert.deepEqual([status, body['error']], [400, 'invalid_redirect_uri'], kind);
      assert.doesNotMatch(String(body['error_description']), /registered redirect_uris/);
    }
  });
}

test('a pushed request cannot borrow a redirect address from the query, under no fault', async (t) => {
  t.after(() => sandbox.faults.set([]));
  const visitor = await Visitor.register(sandbox);
  for (const fault of ['denied-by-nobody', 'server-error', 'resource-refused', 'audience-required']) {
    sandbox.faults.set([fault]);
    const form = Object.fromEntries(new URL(visitor.begin().url).searchParams);
    const { body } = await postForm(`${sandbox.issuer}/par`, form);
    const query = new URLSearchParams({
      client_id: visitor.clientId,
      request_uri: String(body['request_uri']),
      redirect_uri: 'https://evil.example/x',
    });
    const back = await redirectOf(visitor, `${sandbox.issuer}/authorize?${query.toString()}`);
    assert.equal(`${back.origin}${back.pathname}`, visitor.redirectUri, fault);
    assert.equal(back.searchParams.get('state'), form['state']);
    assert.ok(back.searchParams.get('error'), fault);
  }
});

test('what a pushed request asked for is judged, not what the server filled in', async (t) => {
  t.after(() => sandbox.faults.set([]));
  const visitor = await Visitor.register(sandbox);
  for (const [fault, scope, error] of [
    ['scope-required', undefined, 'invalid_scope'],
    ['scope-required', 'notes:read', null],
    ['scope-limited', undefined, null],
    ['scope-limited', 'notes:read notes:write', 'invalid_scope'],
  ] as const) {
    sandbox.faults.set([fault]);
    const attempt = visitor.begin({ scope });
    const form = Object.fromEntries(new URL(attempt.url).searchParams);
    const { body } = await postForm(`${sandbox.issuer}/par`, form);
    const query = new URLSearchParams({
      client_id: visitor.clientId,
      request_uri: String(body['request_uri']),
    });
    const response = await visitor.open(`${sandbox.issuer}/authorize?${query.toString()}`);
    const back = URL.parse(response.headers.get('location') ?? '');
    assert.equal(back?.searchParams.get('error') ?? null, error, `${fault} ${String(scope)}`);
  }
});

test('faults act at the issuer with a path as well, and its queries arrive whole', async (t) => {
  sandbox.faults.set(['issuer-with-path', 'denied-by-nobody']);
  t.after(() => sandbox.faults.set([]));
  const registered = await fetch(`${sandbox.issuer}/tenant/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: ['http://127.0.0.1/callback?x=1'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id: clientId } = (await registered.json()) as { client_id: string };
  const visitor = Visitor.known(sandbox, clientId, 'http://127.0.0.1/callback?x=1');
  const url = visitor.begin().url.replace('/authorize', '/tenant/authorize').replace('%3Fx', '?x');
  const back = await redirectOf(visitor, url);
  assert.equal(back.searchParams.get('error'), 'access_denied');
  assert.equal(back.searchParams.get('iss'), `${sandbox.issuer}/tenant`);
});

test('a hostile callback address stays text on the page that shows it', async (t) => {
  sandbox.faults.set(['denied-by-nobody', 'callback-unreachable']);
  t.after(() => sandbox.faults.set([]));
  const visitor = await Visitor.register(sandbox, {
    redirect_uris: ['com.example.app:<svg/onload=alert(1)>'],
  });
  const response = await visitor.open(visitor.begin().url);
  const text = await response.text();
  assert.doesNotMatch(text, /<svg\/onload/);
  assert.match(text, /id="callback">com\.example\.app:&lt;svg/);
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
});

test('a page of oidc-provider’s own cannot be framed either', async () => {
  const visitor = await Visitor.register(sandbox);
  const page = await visitor.open(`${sandbox.issuer}/device?user_code=BCDFGHJK`);
  const posted = await visitor.open(visitor.begin({ response_mode: 'form_post', scope: 'nonsense' }).url);
  for (const response of [page, posted]) {
    assert.match(response.headers.get('content-type') ?? '', /text\/html/);
    assert.match(response.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
    assert.equal(response.headers.get('x-frame-options'), 'DENY');
  }
});

test('a request that names no scope gets the default, pushed or from a device', async () => {
  const visitor = await Visitor.register(sandbox, { grant_types: ['authorization_code', deviceGrant] });
  const attempt = visitor.begin({ scope: undefined });
  const { body } = await postForm(
    `${sandbox.issuer}/par`,
    Object.fromEntries(new URL(attempt.url).searchParams),
  );
  const query = new URLSearchParams({
    client_id: visitor.clientId,
    request_uri: String(body['request_uri']),
  });
  const url = `${sandbox.issuer}/authorize?${query.toString()}`;
  const back = await visitor.decide({ ...attempt, url }, 'allow');
  const tokens = await visitor.exchange(attempt, back.searchParams.get('code'));
  assert.equal(tokens.body['scope'], 'notes:read notes:write');
});

test('a device code that ran out is told from one that there never was (RFC 8628 §3.5)', async (t) => {
  const brief = await open(t, { answerSeconds: 1 });
  const visitor = await Visitor.register(brief, {
    grant_types: [deviceGrant],
    redirect_uris: [],
    response_types: [],
  });
  const { body } = await postForm(`${brief.issuer}/device_authorization`, {
    client_id: visitor.clientId,
    scope: 'notes:read',
  });
  const error = await eventually(
    10_000,
    async () => {
      const code = String(body['device_code']);
      const answer = await visitor.token({ grant_type: deviceGrant, device_code: code });
      return answer.body['error'] === 'authorization_pending' ? undefined : answer.body['error'];
    },
    () => 'It does not run out.',
  );
  assert.equal(error, 'expired_token');
  const unknown = await visitor.token({ grant_type: deviceGrant, device_code: 'made-up' });
  assert.equal(unknown.body['error'], 'invalid_grant');
});

test('where pages have a name, nobody else can have their port on either address of that name', async (t) => {
  const squatter = createServer();
  const isFree = await new Promise((resolve) => {
    squatter.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true));
  });
  t.after(() => squatter.close());
  if (isFree !== true) {
    t.skip('This computer has no IPv6.');
    return;
  }
  const { port } = squatter.address() as AddressInfo;
  const squeezeIn = async () => {
    const opened = await startSandbox({ pagesHost: 'localhost', authorizationPort: port });
    await opened.close();
  };
  await assert.rejects(squeezeIn, /on ::1 is in use by another program/);

  const named = await open(t, { pagesHost: 'localhost' });
  const own = new URL(named.issuer).port;
  for (const host of ['127.0.0.1', '[::1]']) {
    assert.equal((await fetch(`http://${host}:${own}/jwks`)).status, 200, host);
  }
});

test('pages are under a name of this computer and no other', async () => {
  for (const pagesHost of [
    'evil.example',
    'localhost:9',
    'bad host',
    '',
    'a.localhost/x',
    'localhost.evil.example',
  ]) {
    const start = async () => {
      const opened = await startSandbox({ pagesHost });
      await opened.close();
    };
    await assert.rejects(start, /The pages of the sandbox are on this computer/, pagesHost);
  }
});

test('a sandbox may listen on the other loopback address, with and without a name for its pages', async (t) => {
  for (const options of [{}, { pagesHost: 'localhost' }]) {
    for (const authorizationHost of hasIPv6() ? ['[::1]', '::1', 'localhost'] : ['localhost']) {
      const opened = await open(t, { ...options, authorizationHost });
      assert.equal((await fetch(`${opened.issuer}/jwks`)).status, 200, authorizationHost);
    }
  }
});

test('a name made of one endless character is cut all the same', async () => {
  const visitor = await Visitor.register(sandbox, { client_name: 'ᄀ'.repeat(3_000) });
  const { text } = await visitor.consentPage(visitor.begin());
  assert.ok((text.match(/ᄀ/g) ?? []).length < 1_000);
});

test('a start that fails leaves the passphrase as it was', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-oauth-doors-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const dataFile = path.join(folder, 'sandbox.sqlite');
  const taken = Number(new URL(sandbox.issuer).port);
  await assert.rejects(startSandbox({ dataFile, mcpPort: taken }));
  const first = await startSandbox({ dataFile });
  assert.equal(typeof first.passphrase, 'string', 'the one that was made up is told to somebody');
  await first.close();

  await assert.rejects(startSandbox({ dataFile, mcpPort: taken, passphrase: 'another one' }));
  const second = await startSandbox({ dataFile });
  assert.equal(second.passphrase, undefined);
  const visitor = await Visitor.register(second);
  const attempt = visitor.begin();
  const known = Visitor.known(
    { ...second, passphrase: first.passphrase },
    visitor.clientId,
    visitor.redirectUri,
  );
  assert.ok((await known.decide(attempt, 'allow')).searchParams.get('code'));
  await second.close();
});
