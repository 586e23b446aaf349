// Ways back to the editor: in which order they are tried, when the next one is, and what is remembered (design 5.2).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assumedIssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';
import { redirectKinds, type OAuthSettings, type RedirectKind } from '../../src/servers/server.ts';
import { redirectLadder } from '../../src/session/redirectLadder.ts';
import { Attempt, issuerDocument } from './attempt.ts';
import { callbackAddress, serverAt } from './desk.ts';
import type { Answer } from './world.ts';

const attempt = new Attempt();
const loopbackAddress = 'http://127.0.0.1:41000/callback';

describe('The ladder of redirects', () => {
  const issuer = assumedIssuerDocument('https://as.example');
  const withDevice = { ...issuer, deviceAuthorizationEndpoint: 'https://as.example/device' };
  const ladder = (settings: OAuthSettings, remembered?: RedirectKind, document = issuer) =>
    redirectLadder({ offered: redirectKinds, settings, issuer: document, remembered });

  it('begins with the URI handler and needs no more than the host offers', () => {
    assert.deepEqual(ladder({}), ['uriHandler', 'loopback']);
    const offered = ['loopback', 'device'] as const;
    assert.deepEqual(redirectLadder({ offered, settings: {}, issuer, remembered: undefined }), ['loopback']);
  });

  it('has a relay where one is configured, and a device code where the server offers it', () => {
    const settings = { relayUrl: 'https://relay.example/go' };
    assert.deepEqual(ladder(settings, undefined, withDevice), ['uriHandler', 'relay', 'loopback', 'device']);
  });

  it('begins with what worked at the issuer before', () => {
    assert.deepEqual(ladder({}, 'loopback'), ['loopback', 'uriHandler']);
    assert.deepEqual(ladder({}, 'device'), ['uriHandler', 'loopback'], 'which is no longer offered');
  });

  it('is what the person chose and nothing else', () => {
    assert.deepEqual(ladder({ redirect: 'loopback' }, 'uriHandler'), ['loopback']);
    assert.deepEqual(ladder({ redirect: 'paste' }), ['paste']);
    assert.deepEqual(ladder({ redirect: 'device' }), [], 'the server offers no device codes');
    assert.deepEqual(ladder({ redirect: 'relay' }), ['relay'], 'which then says that its address is missing');
  });
});

describe('A server that refuses an editor’s own scheme at registration', () => {
  const refusals: Record<string, ReturnType<Answer>> = {
    'with invalid_redirect_uri': { status: 400, body: { error: 'invalid_redirect_uri' } },
    'with invalid_client_metadata': {
      status: 400,
      body: { error: 'invalid_client_metadata', error_description: 'redirect_uris[0] is invalid.' },
    },
    'with a plain sentence': { status: 400, body: 'Redirect URIs must use https or localhost.' },
    'by registering another one': {
      status: 201,
      body: { client_id: 'client-x', redirect_uris: ['https://elsewhere.example/callback'] },
    },
  };
  for (const [how, reply] of Object.entries(refusals)) {
    it(`${how} gets one of loopback, and the two are never registered together (field case 6, checklist 4.12, 4.13)`, async () => {
      refuseSchemes(() => reply);
      const { session } = await attempt.signIn();
      assert.equal(session.state.kind, 'connected');
      assert.deepEqual(registered(), [[callbackAddress], [loopbackAddress]]);
      assert.equal(attempt.asked.get('redirect_uri'), loopbackAddress, 'as it was registered (field case 5)');
      const [first, second] = attempt.world
        .sent('/as/register')
        .map(({ body }) => JSON.parse(body) as object);
      assert.deepEqual(
        [first, second].map((body) => (body as { application_type: string }).application_type),
        ['native', 'native'],
      );
    });
  }

  it('is asked with what worked the next time, and nothing is registered (design 5.2)', async () => {
    refuseSchemes(() => ({ status: 400, body: { error: 'invalid_redirect_uri' } }));
    await attempt.signIn();
    const before = attempt.world.sent('/as/register').length;
    const again = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await again.signIn();
    assert.equal(attempt.world.sent('/as/register').length, before);
    assert.equal(attempt.asked.get('redirect_uri'), loopbackAddress);
    assert.deepEqual(attempt.desk.prepared.at(-1), { kind: 'loopback', settings: { redirectPort: 41_000 } });
  });

  it('gets a new registration where the port of the first is taken (field case 5)', async () => {
    refuseSchemes(() => ({ status: 400, body: { error: 'invalid_redirect_uri' } }));
    await attempt.signIn({ oauth: { redirectPort: 41_002 } });
    attempt.desk.busyPorts.add(41_002);
    await attempt.signIn();
    assert.deepEqual(registered().at(-1), [loopbackAddress]);
    assert.equal(attempt.asked.get('redirect_uri'), loopbackAddress);
  });

  it('is asked once where it is the scopes that it does not like, and the setting is named (field case 11, GitLab)', async () => {
    attempt.world.answers.set('/as/register', () => ({
      status: 400,
      body: { error: 'invalid_client_metadata', error_description: 'The scope is not allowed.' },
    }));
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await assert.rejects(session.signIn(), { code: 'registration_refused' });
    const { state } = session;
    assert.ok(state.kind === 'error');
    assert.deepEqual([state.error.facts.setting, state.error.remedy], ['scopes', 'open_settings']);
    assert.equal(attempt.world.sent('/as/register').length, 1);
  });

  it('ends in its refusal where the person allows one kind alone, with the address to register', async () => {
    refuseSchemes(() => ({ status: 400, body: { error: 'invalid_redirect_uri', error_description: 'No.' } }));
    const session = await attempt.desk.open(
      serverAt(attempt.world.mcpUrl, { oauth: { redirect: 'uriHandler' } }),
    );
    await assert.rejects(session.signIn(), { code: 'registration_refused' });
    const { state } = session;
    assert.ok(state.kind === 'needs_client_registration');
    assert.deepEqual(state.error.facts.redirectUris, [callbackAddress]);
    assert.equal(state.error.facts.serverWords, 'No.');
  });
});

describe('A registration that is closed', () => {
  const closings: Record<string, ReturnType<Answer>> = {
    'with a bare 403 (Figma)': { status: 403, body: 'Forbidden' },
    'with a code of its own (Okta)': {
      status: 403,
      body: { errorCode: 'E0000005', errorSummary: 'Invalid session' },
    },
    'with 422': { status: 422, body: { message: 'Unprocessable' } },
    'with 400': { status: 400, body: { message: 'Dynamic registration is disabled.' } },
    'with 500': { status: 500, body: '<html>Internal Server Error</html>' },
  };
  for (const [how, reply] of Object.entries(closings)) {
    it(`${how} is told apart, with the address to register, and asked once (field case 7)`, async () => {
      attempt.world.answers.set('/as/register', () => reply);
      const error = await attempt.failsWith('registration_closed');
      assert.deepEqual(error.facts.redirectUris, [callbackAddress]);
      assert.equal(attempt.world.sent('/as/register').length, 1);
      assert.deepEqual(attempt.desk.opened, []);
    });
  }

  it('names no address to register that the next sign-in would not have (field case 7)', async () => {
    attempt.world.answers.set('/as/register', () => ({ status: 403, body: 'Forbidden' }));
    attempt.desk.redirectLasts = false;
    const error = await attempt.failsWith('registration_closed');
    const { status, redirectUris } = error.facts;
    assert.deepEqual([status, redirectUris], [403, undefined]);
  });

  for (const endpoint of [undefined, null]) {
    it(`because its endpoint is ${String(endpoint)} needs no request to be found out (field case 7)`, async () => {
      attempt.world.alter(issuerDocument, { registration_endpoint: endpoint });
      const error = await attempt.failsWith('registration_closed');
      assert.deepEqual(error.facts.redirectUris, [callbackAddress]);
    });
  }
});

describe('A relay', () => {
  const oauth = { redirect: 'relay', relayUrl: 'https://relay.example/go' } as const;
  /** What a relay does: leads the browser to the address in the state, with what the server added. */
  const relay = (visited: string) => {
    const answer = new URL(visited);
    const target = new URL(answer.searchParams.get('state') ?? '');
    for (const [name, value] of answer.searchParams)
      if (name !== 'state') target.searchParams.append(name, value);
    return target;
  };

  it('is registered for the web, told the editor’s address in the state, and brings the answer home (checklist 4.13)', async () => {
    attempt.desk.redirectKinds = redirectKinds;
    attempt.desk.person = (url) => relay(attempt.world.visit(url)).href;
    const { session } = await attempt.signIn({ oauth });
    assert.equal(session.state.kind, 'connected');
    assert.deepEqual(registered(), [['https://relay.example/go']]);
    const body = JSON.parse(attempt.world.sent('/as/register')[0]?.body ?? '') as {
      application_type: string;
    };
    assert.equal(body.application_type, 'web');
    assert.match(
      attempt.asked.get('state') ?? '',
      /^vscode:\/\/mcp-oauth\.mcp-oauth\/callback\?windowId=1&nonce=[\w-]{43}$/,
    );
  });

  it('is not believed with another nonce, another state, or none (checklist 7.6)', async () => {
    for (const change of [
      (target: URL) => target.searchParams.set('nonce', 'other'),
      (target: URL) => target.searchParams.delete('nonce'),
      (target: URL) => target.searchParams.append('nonce', 'other'),
      (target: URL) => target.searchParams.append('state', 'other'),
    ]) {
      await attempt.renew();
      attempt.desk.redirectKinds = redirectKinds;
      attempt.desk.person = (url) => {
        const target = relay(attempt.world.visit(url));
        change(target);
        return target.href;
      };
      const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { oauth }));
      await assert.rejects(session.signIn(), { code: 'state_mismatch' });
      assert.deepEqual(attempt.world.sent('/as/token'), []);
    }
  });
});

describe('A device code', () => {
  const offer = () => {
    attempt.world.alter(issuerDocument, { device_authorization_endpoint: `${attempt.world.issuer}/device` });
    attempt.world.answers.set('/as/device', () => ({
      body: {
        device_code: 'device-secret',
        user_code: 'ABCD-EFGH',
        verification_uri: `${attempt.world.issuer}/enter`,
        expires_in: 300,
        interval: 5,
      },
    }));
  };

  it('is the way where no browser can be led back, and is shown until it is entered (checklist 14.13)', async () => {
    offer();
    let polls = 0;
    attempt.world.answers.set('/as/token', () =>
      (polls += 1) < 3 ? { status: 400, body: { error: 'authorization_pending' } } : attempt.world.grant(),
    );
    const session = await attempt.desk.open(
      serverAt(attempt.world.mcpUrl, { oauth: { redirect: 'device' } }),
    );
    const ended = session.signIn();
    while (polls < 3) {
      await new Promise((resolve) => setImmediate(resolve));
      attempt.desk.clock.advance(1_000);
      if (polls === 1) assert.equal(attempt.desk.deviceCodeShown, true);
    }
    assert.equal(await ended, 'granted');
    assert.deepEqual(
      attempt.desk.deviceCodes.map(({ userCode }) => userCode),
      ['ABCD-EFGH'],
    );
    assert.equal(attempt.desk.deviceCodeShown, false);
    assert.deepEqual(attempt.desk.opened, []);
    assert.doesNotMatch(attempt.desk.log.join('\n'), /device-secret/);
    assert.equal(
      attempt.world.sent('/as/device')[0]?.body.includes(encodeURIComponent(attempt.world.mcpUrl)),
      true,
    );
  });

  it('ends at once when the person has had enough', async () => {
    offer();
    attempt.world.answers.set('/as/token', () => ({ status: 400, body: { error: 'authorization_pending' } }));
    const session = await attempt.desk.open(
      serverAt(attempt.world.mcpUrl, { oauth: { redirect: 'device' } }),
    );
    const ended = session.signIn();
    while (!attempt.desk.deviceCodeShown) await new Promise((resolve) => setImmediate(resolve));
    session.cancelSignIn();
    assert.equal(await ended, 'cancelled');
    assert.equal(attempt.desk.deviceCodeShown, false);
    assert.equal(attempt.desk.clock.pendingTimers, 0);
  });
});

/** Lets the registration take no address of an app's own scheme. */
function refuseSchemes(reply: () => ReturnType<Answer>): void {
  const before = attempt.world.answers.get('/as/register');
  attempt.world.answers.set('/as/register', (request) => {
    const { redirect_uris: [uri = ''] = [] } = JSON.parse(request.body) as { redirect_uris?: string[] };
    return uri.startsWith('http') ? (before?.(request) ?? {}) : reply();
  });
}

function registered(): readonly (readonly string[])[] {
  return attempt.world
    .sent('/as/register')
    .map(({ body }) => (JSON.parse(body) as { redirect_uris: string[] }).redirect_uris);
}
