// Clients of ours that a server does not know (any more), or takes in another way than it says (checklist 4.20, 10.5).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Attempt, issuerDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { World, type Recorded, type Reply } from './world.ts';

const attempt = new Attempt();
const trustMs = 600_001;
const idToken = 'header.payload.signature';
const unknown: Reply = { status: 401, body: { error: 'invalid_client' } };

const formOf = ({ body }: Recorded) => Object.fromEntries(new URLSearchParams(body));
const registered = () =>
  attempt.world.sent('/as/register').map(({ body }) => JSON.parse(body) as Record<string, unknown>);

/** Each registration is another client. */
function countClients(members: Record<string, unknown> = {}): void {
  let count = 0;
  attempt.world.answers.set('/as/register', () => ({
    status: 201,
    body: { client_id: `client-${(count += 1)}`, token_endpoint_auth_method: 'none', ...members },
  }));
}

/** The endpoint no longer knows one client, and answers the others as before. */
function forget(path: string, clientId: string): void {
  const before = attempt.world.answers.get(path);
  attempt.world.answers.set(path, (request) =>
    formOf(request)['client_id'] === clientId ? unknown : (before?.(request) ?? {}),
  );
}

describe('A client that the server has forgotten', () => {
  it('is registered anew before the person gets a device code (field case 4, checklist 10.5)', async () => {
    countClients();
    attempt.world.alter(issuerDocument, { device_authorization_endpoint: `${attempt.world.issuer}/device` });
    attempt.world.answers.set('/as/device', () => ({
      body: { device_code: 'd', user_code: 'ABCD', verification_uri: attempt.world.issuer, interval: 5 },
    }));
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    assert.equal(await signInByDevice(), 'granted');
    forget('/as/device', 'client-1');
    assert.equal(await signInByDevice(), 'granted');
    const asked = attempt.world.sent('/as/device').map((request) => formOf(request)['client_id']);
    assert.deepEqual(asked, ['client-1', 'client-1', 'client-2']);
    assert.equal(attempt.desk.deviceCodes.length, 2);
  });

  it('while its token was renewed is not used for the next sign-in (checklist 10.5)', async () => {
    countClients();
    attempt.world.givesRefreshTokens = true;
    const { session } = await attempt.signIn();
    attempt.desk.clock.advance(3_600_000);
    forget('/as/token', 'client-1');
    assert.equal((await session.authorization()).kind, 'blocked');
    assert.equal(await session.signIn(), 'granted');
    assert.equal(attempt.asked.get('client_id'), 'client-2');
  });

  it('leaves those of other servers alone, though they have the same name there (checklist 4.16)', async () => {
    const other = await World.start();
    try {
      await attempt.signIn();
      attempt.desk.person = (url) => other.visit(url);
      const elsewhere = serverAt(other.mcpUrl, { name: 'other' });
      await (await attempt.desk.open(elsewhere)).signIn();
      other.answers.set('/as/token', () => unknown);
      await assert.rejects((await attempt.desk.open(elsewhere)).signIn(), { code: 'token_refused' });
      attempt.desk.person = (url) => attempt.world.visit(url);
      assert.equal((await attempt.signIn()).result, 'granted');
      assert.equal(registered().length, 1);
    } finally {
      await other.close();
    }
  });

  it('and that takes pushed requests alone is registered anew before the browser opens (field case 4)', async () => {
    countClients();
    pushRequests();
    assert.equal((await attempt.signIn()).result, 'granted');
    attempt.desk.clock.advance(trustMs);
    forget('/as/par', 'client-1');
    assert.equal((await attempt.signIn()).result, 'granted');
    assert.equal(attempt.asked.get('client_id'), 'client-2');
    assert.equal(attempt.desk.opened.length, 2);
  });

  it('is registered anew the next time where an organization vouched for the person (checklist 10.5, 17.2)', async () => {
    countClients();
    attempt.world.answers.set('/as/token', () => attempt.world.grant());
    assert.equal(await signInByOrganization(), 'granted');
    const { grant_types: grants, redirect_uris: uris } = registered()[0] ?? {};
    assert.deepEqual(
      [(grants as string[])[0], uris],
      ['urn:ietf:params:oauth:grant-type:jwt-bearer', []],
      'registered for what it asks with',
    );
    forget('/as/token', 'client-1');
    await assert.rejects(signInByOrganization(), { code: 'token_refused' });
    assert.equal(await signInByOrganization(), 'granted');
    const asked = attempt.world.sent('/as/token').map((request) => formOf(request)['client_id']);
    assert.deepEqual(asked, ['client-1', 'client-1', 'client-2'], 'an assertion is shown once');
  });
});

describe('A client of the person’s own', () => {
  it('that the token endpoint refuses is theirs to mend (checklist 10.5)', async () => {
    attempt.world.answers.set('/as/token', () => unknown);
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth: { clientId: 'mine' } }));
    await assert.rejects(session.signIn(), { code: 'client_refused' });
    assert.equal(session.state.kind, 'needs_client_registration');
  });

  it('that gets no device code is never replaced by another (field case 4, checklist 10.5)', async () => {
    attempt.world.alter(issuerDocument, { device_authorization_endpoint: `${attempt.world.issuer}/device` });
    attempt.world.answers.set('/as/device', () => unknown);
    const oauth = { clientId: 'mine', redirect: 'device' } as const;
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }));
    await assert.rejects(session.signIn(), { code: 'client_refused' });
    assert.deepEqual(registered(), []);
  });
});

describe('A page that asks whether somebody is human', () => {
  it('repeats the request and says nothing of it: the sign-in goes on with the client that there is (field case 4)', async () => {
    for (const oauth of [{}, { clientId: 'mine' }]) {
      await attempt.renew();
      countClients();
      await attempt.signIn({ oauth });
      attempt.desk.clock.advance(trustMs);
      attempt.world.answers.set('/as/authorize', ({ path }) => ({
        status: 403,
        body: `<title>Just a moment…</title><script>go("${path.replaceAll('&', '\\u0026')}","${path}")</script>`,
      }));
      assert.equal((await attempt.signIn({ oauth })).result, 'granted');
      assert.equal(attempt.asked.get('client_id'), 'clientId' in oauth ? 'mine' : 'client-1');
    }
  });
});

describe('A registration', () => {
  it('that a server in trouble did not answer is tried again, and nobody is sent to register by hand (field case 7)', async () => {
    for (const status of [408, 429, 502, 503, 504]) {
      await attempt.renew();
      attempt.world.answers.set('/as/register', () => ({ status, body: '<h1>Later</h1>' }));
      assert.equal((await attempt.failsWith('server_busy')).facts.status, status);
    }
    await attempt.renew();
    attempt.world.answers.set('/as/register', () => ({ status: 501 }));
    await attempt.failsWith('registration_closed');
  });

  it('is another one for another way to prove who asks (checklist 4.19, 4.20)', async () => {
    countClients({ client_secret: 's3cret', token_endpoint_auth_method: 'client_secret_post' });
    await attempt.signIn();
    await attempt.signIn({ oauth: { tokenEndpointAuthMethod: 'client_secret_basic' } });
    assert.deepEqual(
      registered().map((sent) => sent['token_endpoint_auth_method']),
      ['none', 'client_secret_basic'],
    );
    const [first, second] = attempt.world.sent('/as/token');
    assert.equal(first && formOf(first)['client_secret'], 's3cret');
    assert.match(
      second?.headers.authorization ?? '',
      /^Basic /,
      'though the server says that it takes the form',
    );
  });

  it('that comes with a secret and a way that the server does not list is used in one that it lists (checklist 4.20, field case 14)', async () => {
    for (const [method, offered, inForm] of [
      [undefined, ['none', 'client_secret_post'], true],
      ['none', ['none', 'client_secret_basic'], false],
      ['client_secret_basic', ['client_secret_post'], true],
      ['client_secret_post', undefined, true],
    ] as const) {
      await attempt.renew();
      attempt.world.alter(issuerDocument, { token_endpoint_auth_methods_supported: offered });
      countClients({ client_secret: 's3cret', token_endpoint_auth_method: method });
      await attempt.signIn();
      const [request] = attempt.world.sent('/as/token');
      assert.deepEqual(
        [
          request && formOf(request)['client_secret'] === 's3cret',
          request?.headers.authorization === undefined,
        ],
        [inForm, inForm],
        String(method),
      );
    }
  });
});

async function signInByDevice(): Promise<string> {
  const shown = attempt.desk.deviceCodes.length;
  const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth: { redirect: 'device' } }));
  const ended = session.signIn();
  ended.catch(() => undefined);
  let isOver = false as boolean;
  const over = () => (isOver = true);
  ended.then(over, over);
  while (attempt.desk.deviceCodes.length === shown && !isOver)
    await new Promise((resolve) => setImmediate(resolve));
  attempt.desk.clock.advance(5_000);
  return ended;
}

/** Signs in with what the identity provider says of the person already. */
async function signInByOrganization(): Promise<string> {
  const provider = await World.start();
  try {
    provider.answers.set('/as/token', () => ({
      body: {
        access_token: 'a.b.c',
        issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
        token_type: 'N_A',
      },
    }));
    attempt.desk.files.set('/run/id', idToken);
    const oauth = {
      grant: 'enterprise',
      assertionFile: '/run/id',
      identityProvider: { issuer: provider.issuer, clientId: 'editor' },
    } as const;
    return await (await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }))).signIn();
  } finally {
    await provider.close();
  }
}

/** From now on the server takes pushed requests alone, and its page knows them by name. */
function pushRequests(): void {
  const { world, desk } = attempt;
  world.alter(issuerDocument, {
    require_pushed_authorization_requests: true,
    pushed_authorization_request_endpoint: `${world.issuer}/par`,
  });
  world.answers.set('/as/par', () => ({
    status: 201,
    body: { request_uri: `urn:pushed:${world.sent('/as/par').length}` },
  }));
  desk.person = (url) => {
    const name = new URL(url).searchParams.get('request_uri') ?? '';
    const pushed = world.sent('/as/par')[Number(name.replace(/.*:/, '')) - 1];
    return world.visit(`${world.issuer}/authorize?${pushed?.body ?? ''}`);
  };
}
