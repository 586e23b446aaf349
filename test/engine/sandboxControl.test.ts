// Switching faults while the sandbox runs, and the log that it writes meanwhile.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { faultTable } from '../../src/sandbox/faults/faults.ts';
import { redirectFaults } from '../../src/sandbox/faults/redirectFaults.ts';
import { requestFaults } from '../../src/sandbox/faults/requestFaults.ts';
import { describeRequest } from '../../src/sandbox/http/requestLog.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { register, Visitor } from './sandboxVisitor.ts';

let sandbox: Sandbox;
const lines: string[] = [];
before(async () => {
  sandbox = await startSandbox({ log: (line) => lines.push(line) });
});
after(() => sandbox.close());

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

const ask = (init: Asked = {}, path = '/faults') =>
  fetch(sandbox.control.url + path, {
    ...init,
    headers: { authorization: `Bearer ${sandbox.control.key}`, ...init.headers },
  });

test('faults are listed and switched with the key', async () => {
  const put = await ask({ method: 'PUT', body: '["registration-closed","iss-wrong"]' });
  assert.equal(put.status, 200);
  const { faults } = (await (await ask()).json()) as {
    faults: { name: string; about: string; on: boolean }[];
  };
  assert.equal(faults.length, faultTable.length);
  assert.deepEqual(
    faults
      .filter(({ on }) => on)
      .map(({ name }) => name)
      .sort(),
    ['iss-wrong', 'registration-closed'],
  );
  const metadata = { redirect_uris: ['http://127.0.0.1:1/callback'] };
  assert.equal((await register(sandbox, metadata)).status, 403);
  await ask({ method: 'PUT', body: '[]' });
  assert.equal((await register(sandbox, metadata)).status, 201);
});

test('how the counts of the slow tool fare can be seen with the key', async () => {
  assert.deepEqual(await (await ask({}, '/counts')).json(), { running: 0, finished: 0, stopped: 0 });
  assert.equal((await ask({ method: 'PUT', body: '{}' }, '/counts')).status, 405);
  assert.equal((await ask({ headers: { authorization: 'Bearer guessed' } }, '/counts')).status, 401);
});

test('nobody else switches them: no key, a wrong one, a web page', async () => {
  for (const headers of [
    { authorization: '' },
    { authorization: 'Bearer guessed' },
    { origin: sandbox.issuer },
    { origin: 'https://evil.example' },
  ]) {
    const response = await ask({ method: 'PUT', body: '["registration-closed"]', headers });
    assert.equal(response.status, 401, JSON.stringify(headers));
  }
  assert.deepEqual(sandbox.faults.active, []);
});

test('what is no list of faults changes nothing and is told in a sentence', async () => {
  for (const [body, words] of [
    ['["no-such-fault"]', /There is no fault named “no-such-fault”/],
    ['{"a":1}', /JSON array of names/],
    ['[1]', /JSON array of names/],
    ['nonsense', /JSON/],
  ] as const) {
    const response = await ask({ method: 'PUT', body });
    assert.equal(response.status, 400);
    assert.match(await response.text(), words);
  }
  assert.equal((await ask({ method: 'POST' })).status, 405);
  assert.equal((await ask({}, '/elsewhere')).status, 404);
  assert.deepEqual(sandbox.faults.active, []);
});

test('the table has each name once, in one form, and says what happens and where it comes from', () => {
  const names = faultTable.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, about, source } of faultTable) {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(about, /^[A-Z].*\.$/);
    assert.match(source, /^(field case|checklist|RFC)/);
  }
});

test('no fault sends a browser to an address that the client did not register', async (t) => {
  t.after(() => sandbox.faults.set([]));
  const visitor = await Visitor.register(sandbox);
  for (const { name } of [...requestFaults, ...redirectFaults]) {
    sandbox.faults.set([name]);
    const { url } = visitor.begin({
      redirect_uri: 'https://evil.example/callback',
      scope: 'openid notes:read',
    });
    const response = await visitor.open(url);
    assert.equal(response.headers.get('location'), null, name);
    assert.ok(response.status >= 400, name);
  }
});

test('a whole sign-in leaves no secret in the log', async () => {
  lines.length = 0;
  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin();
  const page = await visitor.consentPage(attempt);
  const back = await visitor.decide(attempt, 'allow');
  const code = back.searchParams.get('code') ?? '';
  const { body } = await visitor.exchange(attempt, code);
  const log = lines.join('\n');
  assert.match(log, /authorization POST \/register 201/);
  assert.match(log, /authorization GET \/authorize\?response_type=code&client_id=…/);
  assert.match(log, /authorization POST \/token 200/);
  const secrets = {
    code,
    state: attempt.state,
    verifier: attempt.verifier,
    access: body['access_token'],
    refresh: body['refresh_token'],
    idToken: body['id_token'],
    passphrase: sandbox.passphrase,
    page: new URL(page.url).pathname.split('/').at(-1),
  };
  for (const [name, secret] of Object.entries(secrets)) {
    assert.equal(typeof secret, 'string');
    assert.ok(!log.includes(String(secret)), name);
  }
});

test('the log says how each request for tokens was decided, which the answer does not, and no secret', async () => {
  const visitor = await Visitor.register(sandbox);
  const { refresh_token: used } = await visitor.signIn();
  const { refresh_token: next } = (await visitor.refresh(used)).body;
  lines.length = 0;
  await visitor.refresh(used);
  await visitor.refresh(next);
  // A client that mixes up its parameters.
  await visitor.token({ grant_type: String(next) });
  assert.deepEqual(
    lines.filter((line) => line.startsWith('token ')),
    [
      'token refresh_token refused: invalid_grant (refresh token already used)',
      'token refresh_token refused: invalid_grant (refresh token not found)',
      'token (unknown grant type) refused: unsupported_grant_type',
    ],
  );
  await visitor.signIn();
  assert.ok(lines.includes('token authorization_code granted'));
});

test('a hostile request makes one line of bearable length', () => {
  const line = describeRequest({
    server: 'mcp',
    method: 'GET',
    url: `/a%0ab?scope=${encodeURIComponent(`x\n2026 forged\u202e${'y'.repeat(500)}`)}&token=abc`,
    status: 200,
    durationMs: 1.4,
  });
  assert.doesNotMatch(line, /[\n\u202e]|abc/);
  assert.ok(line.length < 400);
});
