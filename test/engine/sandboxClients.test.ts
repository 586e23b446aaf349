// How the sandbox knows its clients: registration and its management (RFC 7591, RFC 7592), metadata documents, and how
// each client proves at the token endpoint who it is.
import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { lookup } from 'node:dns';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test, type TestContext } from 'node:test';

import { createDocumentFetch } from '../../src/sandbox/authorization/clientDocument.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { issueCertificate } from '../support/certificate.ts';
import { fetchJson, postForm, register, Visitor } from './sandboxVisitor.ts';

const { certificate, privateKey: key } = issueCertificate('localhost');

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ clientDocumentAuthority: certificate });
});
after(() => sandbox.close());

test('a registration can be read, changed and ended with its own token alone (RFC 7592)', async () => {
  const { body: client } = await register(sandbox, { redirect_uris: ['http://127.0.0.1:1/callback'] });
  const address = String(client['registration_client_uri']);
  const withToken = (token: unknown, init: RequestInit = {}) =>
    fetch(address, {
      ...init,
      headers: { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' },
    });
  assert.equal((await withToken('another')).status, 401);
  const read = await withToken(client['registration_access_token']);
  assert.equal(read.status, 200);
  const known = (await read.json()) as Record<string, unknown>;
  assert.equal(known['client_name'], 'Visitor');

  const token = known['registration_access_token'];
  // RFC 7592 §2.2: these three are the server's own.
  const metadata = Object.fromEntries(
    Object.entries(known).filter(
      ([name]) =>
        !['registration_access_token', 'registration_client_uri', 'client_id_issued_at'].includes(name),
    ),
  );
  const changed = await withToken(token, {
    method: 'PUT',
    body: JSON.stringify({ ...metadata, client_name: 'Renamed' }),
  });
  assert.equal(changed.status, 200);
  const after = (await changed.json()) as Record<string, unknown>;
  assert.equal(after['client_name'], 'Renamed');
  const ended = await withToken(after['registration_access_token'] ?? token, { method: 'DELETE' });
  assert.equal(ended.status, 204);
  assert.equal((await withToken(after['registration_access_token'] ?? token)).status, 401);
});

for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
  test(`a native client at http://${host} may come back on any port (RFC 8252 §7.3)`, async () => {
    const visitor = await Visitor.register(sandbox, { redirect_uris: [`http://${host}/callback`] });
    const back = await visitor.decide(
      visitor.begin({ redirect_uri: `http://${host}:50505/callback` }),
      'allow',
    );
    assert.equal(back.host, `${host}:50505`);
  });
}

test('a web client comes back to the very address that it registered', async () => {
  const visitor = await Visitor.register(sandbox, {
    application_type: 'web',
    redirect_uris: ['https://app.example/callback'],
  });
  for (const redirectUri of [
    'https://app.example:8443/callback',
    'https://app.example/callback/',
    'https://app.example/callback?a=b',
  ]) {
    const response = await visitor.open(visitor.begin({ redirect_uri: redirectUri }).url);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('location'), null);
  }
});

for (const method of ['client_secret_basic', 'client_secret_post']) {
  test(`a client with ${method} signs in from end to end, and a public one beside it`, async () => {
    const { body: client } = await register(sandbox, {
      redirect_uris: ['http://127.0.0.1:1/callback'],
      token_endpoint_auth_method: method,
    });
    const visitor = Visitor.known(sandbox, String(client['client_id']), 'http://127.0.0.1:1/callback');
    const attempt = visitor.begin();
    const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code');
    const credential = { client_id: visitor.clientId, client_secret: String(client['client_secret']) };
    const form = {
      grant_type: 'authorization_code',
      code: code ?? '',
      code_verifier: attempt.verifier,
      redirect_uri: visitor.redirectUri,
    };
    const basic = Buffer.from(`${credential.client_id}:${credential.client_secret}`).toString('base64');
    const endpoint = `${sandbox.issuer}/token`;
    const { status, body } =
      method === 'client_secret_basic'
        ? await postForm(endpoint, form, { authorization: `Basic ${basic}` })
        : await postForm(endpoint, { ...form, ...credential });
    assert.equal(status, 200, JSON.stringify(body));
    assert.ok((await (await Visitor.register(sandbox)).signIn())['access_token']);
  });
}

test('a public client redeems with its verifier, and may not bring a secret that it never got', async () => {
  const visitor = await Visitor.register(sandbox);
  const attempt = visitor.begin();
  const code = (await visitor.decide(attempt, 'allow')).searchParams.get('code');
  const { status, body } = await visitor.exchange(attempt, code, { client_secret: 'made-up' });
  assert.deepEqual([status, body['error']], [401, 'invalid_client']);
});

/** Serves documents over https on this computer; the sandbox is told to trust the certificate. */
async function serveDocuments(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer({ cert: certificate, key }, listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => server.close());
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

test('the metadata offer clients with a metadata document', async () => {
  const metadata = await fetchJson(`${sandbox.issuer}/.well-known/oauth-authorization-server`);
  assert.equal(metadata['client_id_metadata_document_supported'], true);
});

test('a client whose id is the address of its document signs in without registration (checklist 4.4)', async (t) => {
  let fetched = 0;
  const origin = await serveDocuments(t, (request, response) => {
    fetched += 1;
    const document = {
      client_id: `${origin}/client.json`,
      client_name: 'Documented',
      redirect_uris: ['http://127.0.0.1/callback'],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    assert.equal(request.url, '/client.json');
  });
  const visitor = Visitor.known(sandbox, `${origin}/client.json`, 'http://127.0.0.1:4711/callback');
  const { text } = await visitor.consentPage(visitor.begin());
  assert.match(text, /Documented/);
  assert.match(text, new RegExp(new URL(origin).host), 'the page says whose word it is');
  const tokens = await visitor.signIn();
  assert.ok(tokens['refresh_token']);
  assert.equal(fetched, 1, 'what was fetched is kept for a while');
});

for (const [title, listener] of [
  [
    'about another client',
    (origin) => (_request, response) => {
      response.end(
        JSON.stringify({
          client_id: `${origin}/other.json`,
          client_name: 'Other',
          redirect_uris: ['http://127.0.0.1/callback'],
        }),
      );
    },
  ],
  [
    'with a secret',
    (origin) => (_request, response) => {
      response.end(
        JSON.stringify({
          client_id: `${origin}/client.json`,
          client_secret: 's',
          redirect_uris: ['http://127.0.0.1/callback'],
        }),
      );
    },
  ],
  [
    'that is elsewhere',
    (origin) => (_request, response) => {
      response.writeHead(302, { location: `${origin}/moved.json` }).end();
    },
  ],
  [
    'over 5 KB',
    (origin) => (_request, response) => {
      response.end(
        JSON.stringify({
          client_id: `${origin}/client.json`,
          client_name: 'a'.repeat(6_000),
          redirect_uris: ['http://127.0.0.1/callback'],
        }),
      );
    },
  ],
] as const satisfies readonly (readonly [string, (origin: string) => RequestListener])[]) {
  test(`a document ${title} opens nothing, and nobody is redirected`, async (t) => {
    let serve: RequestListener = (_request, response) => void response.end();
    const origin = await serveDocuments(t, (request, response) => serve(request, response));
    serve = listener(origin);
    const visitor = Visitor.known(sandbox, `${origin}/client.json`, 'http://127.0.0.1:4711/callback');
    const response = await visitor.open(visitor.begin().url);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('location'), null);
  });
}

test('documents are fetched over https, from no private network, and only with a trusted certificate', async (t) => {
  const fetchDocument = createDocumentFetch({});
  await assert.rejects(fetchDocument('http://127.0.0.1/client.json'), /over https only/);
  for (const address of [
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '[fd00::1]',
    '[fe80::1]',
    '[::ffff:10.0.0.1]',
    '[64:ff9b::a00:1]',
    '0.0.0.0',
  ]) {
    await assert.rejects(fetchDocument(`https://${address}/client.json`), /not fetched from/, address);
  }
  const origin = await serveDocuments(t, (_request, response) => void response.end('{}'));
  await assert.rejects(fetchDocument(origin), /self-signed certificate/);
});

test('a name that leads into a private network is not followed there, whatever else it leads to', async () => {
  for (const addresses of [['10.0.0.1'], ['127.0.0.1', '192.168.1.1']]) {
    const fetchDocument = createDocumentFetch({
      lookup: ((_name: string, _options: object, callback: (error: null, found: object[]) => void) =>
        callback(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        )) as unknown as typeof lookup,
    });
    await assert.rejects(fetchDocument('https://client.example/client.json'), /not fetched from (10|192)\./);
  }
});

test('no more of a document is read than it may have', async (t) => {
  let sentBytes = 0;
  const origin = await serveDocuments(t, (_request, response) => {
    const piece = 'a'.repeat(64 * 1024);
    const send = () => {
      let takesMore = true;
      while (!response.destroyed && takesMore) {
        takesMore = response.write(piece);
        sentBytes += piece.length;
      }
    };
    response.on('drain', send);
    send();
  });
  const fetchDocument = createDocumentFetch({ certificateAuthority: certificate });
  await assert.rejects(fetchDocument(origin), /too large/);
  assert.ok(sentBytes < 16 * 1024 * 1024);
});
