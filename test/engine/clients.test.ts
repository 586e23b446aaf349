// Who we are at an authorization server: in which order, for how long, and at which server alone (checklist 4).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { Reply, World } from './world.ts';

const attempt = new Attempt();

const documentAddress = 'https://editor.example/client.json';

/** After so long a client that worked is looked at before it is used again. */
const trustMs = 600_001;

describe('A client', () => {
  it('is the configured one before any other, and nothing is registered (checklist 4.1, 4.3)', async () => {
    attempt.desk.clientDocument = documentAddress;
    takeDocuments();
    await attempt.signIn({ oauth: { clientId: 'mine' } });
    assert.equal(attempt.asked.get('client_id'), 'mine');
    assert.deepEqual(attempt.world.sent('/as/register'), []);
  });

  it('is named by its metadata document where the server takes one, before any is registered (checklist 4.1, 4.2)', async () => {
    attempt.desk.clientDocument = documentAddress;
    takeDocuments();
    await attempt.signIn();
    assert.equal(attempt.asked.get('client_id'), documentAddress);
    assert.deepEqual(attempt.world.sent('/as/register'), []);
  });

  it('is registered where the server does not say that it takes documents (checklist 4.2)', async () => {
    attempt.desk.clientDocument = documentAddress;
    await attempt.signIn();
    assert.equal(attempt.asked.get('client_id'), 'client-1');
  });

  it('is registered where the server says so and does not take the document all the same (checklist 4.2)', async () => {
    attempt.desk.clientDocument = documentAddress;
    takeDocuments();
    forget(documentAddress, { status: 400, body: { error: 'invalid_client' } });
    const { session } = await attempt.signIn();
    assert.equal(session.state.kind, 'connected');
    assert.equal(attempt.asked.get('client_id'), 'client-1');
  });

  it('may be configured as the address of a metadata document, which then needs no secret (checklist 4.6)', async () => {
    takeDocuments();
    await attempt.signIn({ oauth: { clientId: documentAddress } });
    assert.equal(attempt.asked.get('client_id'), documentAddress);
    assert.equal(form('/as/token').get('client_secret'), null);
  });
});

describe('A client that the server has forgotten', () => {
  const pages: Record<string, Reply> = {
    'a page with 400': { status: 400, body: '<h1>invalid_client: the client is unknown.</h1>' },
    '400 with JSON': { status: 400, body: { error: 'invalid_client' } },
    '401 with JSON': { status: 401, body: { error: 'invalid_client' } },
    '422 with JSON': { status: 422, body: { message: 'Client ID client-1 not found' } },
    'a page with 500': { status: 500, body: '<h1>Something went wrong.</h1>' },
    'a redirect with the error': {
      status: 302,
      headers: { location: 'vscode://mcp-oauth.mcp-oauth/callback?error=unauthorized_client' },
    },
  };
  for (const [what, reply] of Object.entries(pages)) {
    it(`is replaced before the person sees ${what} (field case 4)`, async () => {
      await attempt.signIn();
      attempt.desk.clock.advance(trustMs);
      forget('client-1', reply);
      attempt.world.answers.set('/as/register', () => ({ status: 201, body: { client_id: 'client-2' } }));
      const { session } = await attempt.signIn();
      assert.equal(session.state.kind, 'connected');
      assert.equal(attempt.asked.get('client_id'), 'client-2');
      assert.equal(attempt.desk.opened.length, 2);
      assert.equal(checks(), 1, 'the new one is not looked at');
    });
  }

  it('is never replaced where the person configured it: they are told (field case 4, checklist 10.5)', async () => {
    forget('mine', { status: 400, body: { error: 'invalid_client' } });
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth: { clientId: 'mine' } }));
    await assert.rejects(session.signIn(), { code: 'client_refused' });
    assert.deepEqual(attempt.world.sent('/as/register'), []);
    assert.deepEqual(attempt.desk.opened, []);
  });

  it('is looked for also where another one came back this way just now (field case 4)', async () => {
    await attempt.signIn();
    forget('mine', { status: 400, body: { error: 'invalid_client' } });
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth: { clientId: 'mine' } }));
    await assert.rejects(session.signIn(), { code: 'client_refused' });
    assert.equal(attempt.desk.opened.length, 1);
  });

  it('is replaced at once where only the token endpoint says so, and the person is asked again (field case 4, checklist 10.5)', async () => {
    await attempt.signIn();
    const answer = attempt.world.answers.get('/as/token');
    attempt.world.answers.set('/as/register', () => ({ status: 201, body: { client_id: 'client-2' } }));
    attempt.world.answers.set('/as/token', (request) =>
      new URLSearchParams(request.body).get('client_id') === 'client-1'
        ? { status: 401, body: { error: 'invalid_client' } }
        : (answer?.(request) ?? {}),
    );
    const { session, result } = await attempt.signIn();
    assert.deepEqual([result, session.state.kind], ['granted', 'connected']);
    assert.equal(attempt.desk.opened.length, 3);
    assert.equal(attempt.world.sent('/as/register').length, 2);
  });

  it('that was registered just now is replaced the next time: nobody is asked twice for nothing', async () => {
    attempt.world.answers.set('/as/token', () => ({ status: 401, body: { error: 'invalid_client' } }));
    await attempt.failsWith('token_refused');
    assert.equal(attempt.desk.opened.length, 1);
    await attempt.failsWith('token_refused');
    assert.equal(attempt.world.sent('/as/register').length, 2);
  });

  it('is not looked for with what could be redeemed: the state and the challenge are of no attempt (checklist 7.6)', async () => {
    await attempt.signIn();
    attempt.desk.clock.advance(trustMs);
    await attempt.signIn();
    const check = attempt.world.transcript.find(({ path }) => path.startsWith('/as/authorize?'));
    const asked = new URL(check?.path ?? '', attempt.world.origin).searchParams;
    for (const name of ['state', 'code_challenge']) {
      assert.match(asked.get(name) ?? '', /^[\w-]{43}$/);
      assert.notEqual(asked.get(name), attempt.asked.get(name));
    }
  });

  it('is not replaced for other troubles of the server, which the person may see for themselves', async () => {
    for (const reply of [
      { status: 400, body: { error: 'invalid_scope' } },
      { status: 503, body: 'Try again later.' },
      { status: 429, body: 'Slow down.' },
      { status: 302, headers: { location: '/login' } },
    ]) {
      await attempt.renew();
      await attempt.signIn();
      attempt.desk.clock.advance(trustMs);
      forget('client-1', reply);
      await attempt.signIn();
      assert.equal(attempt.world.sent('/as/register').length, 1, JSON.stringify(reply));
    }
  });

  it('is not looked for just after it worked, but again after an attempt that failed', async () => {
    await attempt.signIn();
    await attempt.signIn();
    assert.equal(checks(), 0);
    attempt.world.redirect = (request) => ({ ...attempt.world.allow(request), state: 'other' });
    await assert.rejects(attempt.signIn(), { code: 'state_mismatch' });
    attempt.world.redirect = (request) => attempt.world.allow(request);
    await attempt.signIn();
    assert.equal(checks(), 1);
  });
});

describe('A registration', () => {
  it('is for the redirect URI that it was made for, and for no other (checklist 4.19, field case 5)', async () => {
    await attempt.signIn();
    attempt.desk.redirectUri = 'vscode-insiders://mcp-oauth.mcp-oauth/callback';
    attempt.world.answers.set('/as/register', () => ({ status: 201, body: { client_id: 'client-2' } }));
    await attempt.signIn();
    assert.equal(attempt.asked.get('client_id'), 'client-2');
    const uris = attempt.world
      .sent('/as/register')
      .map(({ body }) => (JSON.parse(body) as { redirect_uris: string[] }).redirect_uris);
    assert.deepEqual(uris, [
      ['vscode://mcp-oauth.mcp-oauth/callback'],
      ['vscode-insiders://mcp-oauth.mcp-oauth/callback'],
    ]);
  });
});

describe('A redirect that a configured client is not registered with', () => {
  it('is found out before the person sees it, and the next kind is tried (field case 5, GitHub)', async () => {
    attempt.world.answers.set('/as/authorize', ({ path }) =>
      path.includes('vscode')
        ? { status: 302, headers: { location: 'https://registered.example/?error=redirect_uri_mismatch' } }
        : { status: 302, headers: { location: '/login' } },
    );
    await attempt.signIn({ oauth: { clientId: 'mine' } });
    assert.equal(attempt.asked.get('redirect_uri'), 'http://127.0.0.1:41000/callback');
  });

  it('is told from a sign-in that was refused, where only the answer says so (field case 5)', async () => {
    attempt.world.redirect = (request) => ({
      error: 'redirect_uri_mismatch',
      state: request.get('state') ?? '',
      iss: attempt.world.issuer,
    });
    const oauth = { clientId: 'mine', redirect: 'uriHandler' } as const;
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }));
    await assert.rejects(session.signIn(), {
      code: 'redirect_refused',
      facts: {
        host: new URL(attempt.world.origin).host,
        issuer: attempt.world.issuer,
        serverCode: 'redirect_uri_mismatch',
        redirectUris: ['vscode://mcp-oauth.mcp-oauth/callback'],
      },
    });
  });

  it('is named, exactly as it has to be registered, where no kind is taken', async () => {
    attempt.world.answers.set('/as/authorize', () => ({
      status: 400,
      body: 'The redirect_uri is not registered.',
    }));
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth: { clientId: 'mine' } }));
    await assert.rejects(session.signIn(), { code: 'redirect_refused' });
    const { state } = session;
    assert.ok(state.kind === 'needs_client_registration');
    assert.deepEqual(state.error.facts.redirectUris, ['vscode://mcp-oauth.mcp-oauth/callback']);
    assert.deepEqual(attempt.desk.opened, []);
  });
});

describe('An authorization server that changed', () => {
  it('is signed in to with a client of its own, and hears nothing of the old one (checklist 4.16, 5.2, field case 29)', async () => {
    attempt.world.givesRefreshTokens = true;
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await session.signIn();
    const other = await otherServer();
    const states: string[] = [];
    session.onDidChange((state) => {
      if (state.kind === 'authorizing' && state.previousHost !== undefined) states.push(state.previousHost);
    });
    await session.rejectToken(session.accessToken ?? '');
    assert.equal(await session.signIn(), 'granted');
    assert.equal(JSON.stringify(other.transcript).includes('client-1'), false);
    assert.equal(JSON.stringify(other.transcript).includes('refresh-'), false);
    assert.equal(other.sent('/as/register').length, 1);
    assert.deepEqual(
      new Set(states),
      new Set([new URL(attempt.world.origin).host]),
      'the person is told (checklist 5.3)',
    );
  });

  it('does not get a client id that the person has from the old one: they are told (checklist 4.17)', async () => {
    const oauth = { clientId: 'mine' };
    await attempt.signIn({ oauth });
    const other = await otherServer();
    attempt.desk.clock.advance(trustMs);
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }));
    const error = await session.signIn().catch((thrown: unknown) => thrown);
    assert.deepEqual(
      [(error as { code: string }).code, (error as { facts: object }).facts],
      [
        'client_issuer_mismatch',
        { expected: attempt.world.issuer, received: other.issuer, issuer: other.issuer },
      ],
    );
    assert.deepEqual(other.sent('/as/token'), []);
    assert.equal(attempt.desk.opened.length, 1);
    const chosen = { oauth: { ...oauth, issuer: other.issuer } };
    attempt.desk.person = (url) => other.visit(url);
    assert.equal(
      (await attempt.signIn(chosen)).result,
      'granted',
      'once they say that it is theirs there, too',
    );
  });
});

function takeDocuments(): void {
  attempt.world.alter(issuerDocument, { client_id_metadata_document_supported: true });
}

/** Lets the authorization endpoint answer in this way to one client. */
function forget(clientId: string, reply: Reply): void {
  attempt.world.answers.set('/as/authorize', ({ path }) =>
    new URL(path, attempt.world.origin).searchParams.get('client_id') === clientId
      ? reply
      : { status: 302, headers: { location: '/as/login' } },
  );
}

function checks(): number {
  return attempt.world.requests.filter((request) => request.startsWith('GET /as/authorize?')).length;
}

function form(path: string): URLSearchParams {
  return new URLSearchParams(attempt.world.sent(path).at(-1)?.body);
}

/** From now on the resource document names another authorization server, whose tokens the first server takes. */
async function otherServer(): Promise<World> {
  const other = await attempt.anotherWorld();
  attempt.world.alter(resourceDocument, { authorization_servers: [other.issuer] });
  other.answers.set('/as/register', () => ({ status: 201, body: { client_id: 'client-other' } }));
  other.answers.set('/as/token', () => ({ body: { access_token: 'token-other', token_type: 'Bearer' } }));
  attempt.desk.person = (url) => other.visit(url);
  return other;
}
