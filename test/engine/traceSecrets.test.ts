// Nothing secret is in what a person is shown or copies of an attempt, whoever repeats it: planted everywhere, looked for
// in the trace, in the report and in the log.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { parseServers } from '../../src/servers/settings.ts';
import type { Server } from '../../src/servers/server.ts';
import type { Session } from '../../src/session/session.ts';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import { Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { reportOn, traceOf } from './traceTexts.ts';
import type { Recorded, Reply } from './world.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;

/** What was planted by a test, beside what the world gave and was sent. */
const planted = new Set<string>();
beforeEach(() => planted.clear());

function plant(name: string): string {
  const secret = `${name}-s3cr3t-${planted.size}-77aa`;
  planted.add(secret);
  return secret;
}

const secretMembers =
  /^(code|code_verifier|refresh_token|client_secret|assertion|client_assertion|state|access_token|id_token|registration_access_token|device_code|user_code)$/;

/** Values under names that say that they are secret, wherever they stand. */
function secretsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]: [string, unknown]) =>
    secretMembers.test(name) && typeof one === 'string' ? [one] : secretsIn(one),
  );
}

/** Of everything that went over the wire, that is kept, and that was planted. */
function allSecrets(): ReadonlySet<string> {
  const { world, desk } = attempt;
  const sent = world.transcript.flatMap(({ headers, body }) => {
    const credentials = headers.authorization?.replace(/^\S+ /, '');
    const decoded =
      credentials === undefined ? [] : [credentials, ...atobOr(credentials).split(':').slice(1)];
    return [...decoded, ...secretsIn(Object.fromEntries(new URLSearchParams(body)))];
  });
  const opened = desk.opened.flatMap((url) => secretsIn(Object.fromEntries(new URL(url).searchParams)));
  const kept = [...desk.records.records.values()].flatMap((text) => {
    const record: unknown = JSON.parse(text);
    return [
      ...secretsIn(record),
      ...[...text.matchAll(/"(?:accessToken|refreshToken|clientSecret|token)":"([^"]+)"/g)].map(
        ([, value = '']) => value,
      ),
    ];
  });
  return new Set([...planted, ...sent, ...opened, ...kept, ...given].filter(({ length }) => length >= 6));
}

/** What the world answered that is secret. */
const given = new Set<string>();

function atobOr(text: string): string {
  try {
    return decodeURIComponent(atob(text));
  } catch {
    return '';
  }
}

function assertNothingLeaks(session: Session, url: string, atLeast: number): void {
  const secrets = allSecrets();
  assert.ok(secrets.size >= atLeast, `Only ${secrets.size} secrets were about.`);
  const { desk } = attempt;
  const kept = session.traces.all.map(({ entries, error }) => [entries, error?.code, error?.facts]);
  const places = {
    trace: traceOf(session, url),
    report: reportOn([session], { url, log: desk.log }),
    log: desk.log.join('\n'),
    memory: JSON.stringify(kept),
  };
  assert.ok(session.traces.all.some(({ entries }) => entries.length > 0));
  for (const [place, text] of Object.entries(places)) {
    const lines = text.replaceAll(/\s+/g, ' ');
    for (const secret of secrets) {
      const spellings = [secret, encodeURIComponent(secret), btoa(secret)];
      assert.ok(
        !spellings.some((spelling) => lines.includes(spelling)),
        `${secret} is in the ${place}: ${text}`,
      );
    }
  }
}

/** The server's own words hold all that it was just sent. */
function echo({ headers, body, path }: Recorded): string {
  return `${body} ${[...new URLSearchParams(body).values()].join(' ')} ${headers.authorization ?? ''} ${path}`;
}

/** Tries whatever is to be tried, and lets it fail. */
async function tryAll(session: Session): Promise<void> {
  await session.signIn().catch(() => undefined);
  attempt.desk.clock.advance(hourMs);
  await session.authorization().catch(() => undefined);
  attempt.desk.clock.advance(hourMs);
  await session.upkeep.tryNow(true).catch(() => undefined);
}

async function openWith(changes: Partial<Server> = {}): Promise<Session> {
  return attempt.desk.open(serverAt(attempt.world.mcpUrl, changes));
}

describe('A trace, a report and the log hold no secret', () => {
  it('of a sign-in and its renewals, with a registered client that has one', async () => {
    const { world } = attempt;
    world.givesRefreshTokens = true;
    const [secret, management] = [plant('client'), plant('management')];
    world.answers.set('/as/register', () => ({
      status: 201,
      body: {
        client_id: 'client-1',
        client_secret: secret,
        client_secret_expires_at: 0,
        token_endpoint_auth_method: 'client_secret_post',
        registration_access_token: management,
        registration_client_uri: `${world.origin}/as/register/client-1?key=${plant('query')}`,
      },
    }));
    const session = await openWith();
    await tryAll(session);
    assert.ok(session.traces.all.some(({ outcome }) => outcome === 'renewed'));
    assertNothingLeaks(session, world.mcpUrl, 9);
  });

  it('whatever the authorization server repeats in its error, its code and its words', async () => {
    for (const status of [400, 401, 403, 200]) {
      await attempt.renew();
      const server = serverAt(attempt.world.mcpUrl, { oauth: { clientId: 'mine' } });
      await writeClientSecret(attempt.desk.records, server, 'client', plant('configured'));
      attempt.world.answers.set('/as/token', (request): Reply => {
        return { status, body: { error: echo(request), error_description: echo(request) } };
      });
      const session = await attempt.desk.open(server);
      await tryAll(session);
      assert.equal(session.traces.all.at(-1)?.outcome, 'failed');
      assertNothingLeaks(session, attempt.world.mcpUrl, 3);
    }
  });

  it('whatever is repeated to a refresh that is refused', async () => {
    const { world } = attempt;
    world.givesRefreshTokens = true;
    const session = await openWith();
    await session.signIn();
    world.answers.set('/as/token', (request) => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: `${session.accessToken ?? ''} ${echo(request)}` },
    }));
    attempt.desk.clock.advance(hourMs);
    await session.authorization();
    assert.equal(session.traces.all[0]?.error?.code, 'token_refused');
    assertNothingLeaks(session, world.mcpUrl, 5);
  });

  it('whatever comes back with the redirect: a code beside an error, a foreign sender with the code in it', async () => {
    const answers = [
      (state: string, code: string) => ({
        error: 'access_denied',
        error_description: `${state} ${code}`,
        state,
        code,
      }),
      (state: string, code: string) => ({ state, code, iss: `https://evil.example/${code}?state=${state}` }),
      (state: string, code: string) => ({ state: `${state}x`, code }),
      (state: string, code: string) => ({ state, error: code, error_description: state, code }),
    ];
    for (const answer of answers) {
      await attempt.renew();
      const { world } = attempt;
      world.redirect = (request) => {
        const code = plant('code');
        return { iss: world.issuer, ...answer(request.get('state') ?? '', code) };
      };
      const session = await openWith();
      await assert.rejects(session.signIn());
      assertNothingLeaks(session, world.mcpUrl, 2);
    }
  });

  it('where tokens and what they were asked with come back as scopes (checklist 6.6)', async () => {
    const { world, desk } = attempt;
    const [access, refresh, secret] = [plant('access'), plant('refresh'), plant('configured')];
    world.answers.set('/as/token', ({ body }) => ({
      body: {
        access_token: access,
        refresh_token: refresh,
        token_type: 'Bearer',
        expires_in: 3600,
        scope: [...new URLSearchParams(body).values(), 'notes:read', access, refresh, secret].join(' '),
      },
    }));
    for (const grant of ['authorizationCode', 'clientCredentials'] as const) {
      const server = serverAt(world.mcpUrl, { name: grant, oauth: { clientId: 'mine', grant } });
      await writeClientSecret(desk.records, server, 'client', secret);
      const session = await desk.open(server);
      await session.signIn();
      assert.ok(session.details.scopes.granted.includes('notes:read'));
      assertNothingLeaks(session, world.mcpUrl, 6);
    }
  });

  it('where the token comes back as a scope that is wanted (checklist 12.2)', async () => {
    const { world, desk } = attempt;
    const session = await openWith();
    await session.signIn();
    const accessToken = session.accessToken ?? '';
    const challenge = {
      ...{ scheme: 'bearer' as const, error: 'insufficient_scope', errorDescription: undefined },
      ...{ resourceMetadata: undefined, acrValues: undefined, maxAgeSeconds: undefined },
      scopes: ['notes:more', accessToken],
    };
    const refusal = { status: 403, challenge, nonce: undefined, accessToken };
    await session.access.resolve(refusal, new Set(), new AbortController().signal);
    assert.equal(session.traces.all[0]?.outcome, 'granted');
    assert.ok(session.details.scopes.requested.includes('notes:more'));
    assert.ok(!desk.opened.some((url) => decodeURIComponent(url).includes(accessToken)));
    assertNothingLeaks(session, world.mcpUrl, 4);
  });

  it('of headers, also where the server puts them into its challenge and its documents', async () => {
    const { world } = attempt;
    const key = plant('header');
    world.answers.set('/mcp', () => ({
      status: 401,
      headers: {
        'www-authenticate': `Bearer resource_metadata="${world.origin}/doc/${key}?k=${key}", scope="a ${key}", error="${key}"`,
      },
    }));
    const document = world.answers.get(resourceDocument);
    assert.ok(document);
    world.answers.set(`/doc/${key}`, (request) => ({
      ...document(request),
      body: {
        resource: `${world.mcpUrl}#${key}`,
        authorization_servers: [world.issuer, `https://${key}.example`],
      },
    }));
    const session = await openWith({ headers: { 'X-Api-Key': key, Cookie: `session=${key}` } });
    await tryAll(session);
    assertNothingLeaks(session, world.mcpUrl, 1);
  });

  it('of an address that variables fill in: in its path, in its query and in all that is made of it', async () => {
    const { world, desk } = attempt;
    const values = { PATH_KEY: plant('path/key'), QUERY_KEY: plant('query'), SPACED: `${plant('spaced')} ä` };
    planted.add(values.SPACED);
    const written = `${world.origin}/\${env:PATH_KEY}/\${env:SPACED}/mcp?key=\${env:QUERY_KEY}`;
    const { listed } = parseServers([{ source: { scope: 'user' }, servers: { notes: { url: written } } }], {
      env: (name) => (values as Record<string, string>)[name],
    });
    const [{ server } = { server: undefined }] = listed;
    assert.ok(server);
    const place = new URL(server.url).pathname;
    const doc = `/.well-known/oauth-protected-resource${place}`;
    const challenge = world.answers.get('/mcp');
    assert.ok(challenge);
    world.answers.set(place, (request) => ({ ...challenge(request), headers: {} }));
    world.answers.set(doc, () => ({ body: { resource: server.url, authorization_servers: [world.issuer] } }));
    world.answers.set('/as/token', () => world.grant());
    world.alter(issuerDocument, { revocation_endpoint: `${world.issuer}/revoke/${values.QUERY_KEY}` });
    const session = await desk.open(server);
    assert.equal(await session.signIn(), 'granted');
    const text = traceOf(session, written);
    assert.ok(text.includes('${env:PATH_KEY}'), text);
    assertNothingLeaks(session, written, 4);

    world.answers.set(doc, () => ({
      body: { resource: `${server.url}/other`, authorization_servers: [world.issuer] },
    }));
    desk.clock.advance(hourMs);
    await assert.rejects(session.signIn());
    assert.equal(session.traces.all[0]?.error?.code, 'resource_mismatch');
    await session.signOut();
    assert.ok(desk.log.some((line) => line.includes('revocation')));
    assertNothingLeaks(session, written, 4);
  });

  it('of an issuer that calls itself by a name with a key in it', async () => {
    const key = plant('issuer');
    attempt.world.alter(issuerDocument, { issuer: `https://user:${key}@as.example/?k=${key}` });
    const session = await openWith();
    await assert.rejects(session.signIn());
    assertNothingLeaks(session, attempt.world.mcpUrl, 1);
  });

  it('of a request that the server refuses and repeats', async () => {
    const { world, desk } = attempt;
    const session = await openWith();
    await session.signIn();
    const token = session.accessToken ?? '';
    const signal = new AbortController().signal;
    desk.allowsSignIn = true;
    for (const [status, error] of [
      [403, 'insufficient_scope'],
      [401, 'invalid_token'],
      [401, token],
      [403, token],
    ] as const) {
      const challenge = {
        ...{ scheme: 'bearer' as const, error, errorDescription: token, scopes: ['more', token] },
        resourceMetadata: `${world.origin}/${token}`,
        ...{ acrValues: token, maxAgeSeconds: undefined },
      };
      await session.access.resolve(
        { status, challenge, nonce: plant('nonce'), accessToken: token },
        new Set(),
        signal,
      );
    }
    assert.ok(session.traces.all.some(({ kind }) => kind === 'refused_request'));
    assertNothingLeaks(session, world.mcpUrl, 3);
  });

  it('of ways in without a browser: an assertion, a device code', async () => {
    const { world, desk } = attempt;
    const assertion = `${plant('head')}.${plant('body')}.${plant('sign')}`;
    planted.add(assertion);
    desk.files.set('/token', assertion);
    world.answers.set('/as/token', (request) => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: echo(request) },
    }));
    const workload = await openWith({ oauth: { grant: 'workloadIdentity', assertionFile: '/token' } });
    await assert.rejects(workload.signIn());
    assertNothingLeaks(workload, world.mcpUrl, 4);

    world.alter(issuerDocument, { device_authorization_endpoint: `${world.issuer}/device` });
    const [device, user] = [plant('device'), plant('user')];
    world.answers.set('/as/device', () => ({
      body: {
        device_code: device,
        user_code: user,
        verification_uri: `${world.issuer}/enter`,
        verification_uri_complete: `${world.issuer}/enter?code=${user}`,
        expires_in: 600,
        interval: 5,
      },
    }));
    world.answers.set('/as/token', (request) => ({
      status: 400,
      body: { error: 'access_denied', error_description: `${user} ${echo(request)}` },
    }));
    const byDevice = await openWith({ name: 'other', oauth: { redirect: 'device' } });
    const failing = byDevice.signIn().catch(() => undefined);
    const over = failing.then(() => true);
    while (!(await Promise.race([over, new Promise<false>((resolve) => setImmediate(() => resolve(false)))])))
      desk.clock.advance(1_000);
    assert.equal(byDevice.traces.all[0]?.error?.code, 'access_denied');
    assertNothingLeaks(byDevice, world.mcpUrl, 6);
  });
});
