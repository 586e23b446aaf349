// What goes over the wire, whole: requests of a sign-in in order, the same each time (design 11).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { issuerDocument, resourceDocument } from './attempt.ts';
import { GatewayClient, ping } from './gatewayClient.ts';
import { World, type Recorded } from './world.ts';

const client = new GatewayClient();

/** A request as it can be compared: what is new in every attempt has a name in its place. */
function line({ method, path, headers, body }: Recorded): string {
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const said = form
    ? [...new URLSearchParams(body)].map(([name, value]) => `${name}=${value}`).join(' ')
    : '';
  const credentials = headers.authorization === undefined ? '' : ' with a token';
  return `${method} ${path}${credentials}${said && `: ${said}`}`
    .replaceAll(/\bhttp:\/\/127\.0\.0\.1:\d+/g, 'http://server')
    .replace(/code_verifier=[\w-]{43}(?= |$)/, 'code_verifier=…')
    .replace(/code=code-\d+/, 'code=…');
}

const firstContact = ['POST /mcp', `GET ${resourceDocument}`];
const redeemed =
  'POST /as/token: redirect_uri=vscode://mcp-oauth.mcp-oauth/callback code_verifier=… code=… grant_type=authorization_code';
const tokenRequest = (clientId = 'client-1') =>
  `POST /as/token: resource=http://server/mcp ${redeemed.slice('POST /as/token: '.length)} client_id=${clientId}`;

/** Lines whose form members are in no order that matters. */
function sorted(lines: readonly string[]): readonly string[] {
  return lines.map((text) => {
    const [head = '', members] = text.split(': ', 2);
    return members === undefined ? head : `${head}: ${members.split(' ').sort().join(' ')}`;
  });
}

function transcript(from = 0): readonly string[] {
  return sorted(client.world.transcript.slice(from).map(line));
}

describe('The transcript', () => {
  it('of a cold sign-in and the first call has six requests, five one after another', async () => {
    await client.session.signIn();
    await client.call(ping);
    const [contact, document, ...rest] = transcript();
    assert.deepEqual([contact, document].toSorted(), firstContact.toSorted(), 'side by side');
    assert.deepEqual(rest, [
      `GET ${issuerDocument}`,
      'POST /as/register',
      ...sorted([tokenRequest()]),
      'POST /mcp with a token',
    ]);
  });

  it('of a warm sign-in and the first call has two', async () => {
    await client.session.signIn();
    await client.session.signOut();
    const before = client.world.transcript.length;
    await client.session.signIn();
    await client.call(ping);
    assert.deepEqual(transcript(before), [...sorted([tokenRequest()]), 'POST /mcp with a token']);
  });

  it('of a sign-in that a refused call led to has no first contact of its own', async () => {
    client.desk.allowsSignIn = true;
    await client.call(ping);
    assert.deepEqual(transcript(), [
      'POST /mcp',
      `GET ${resourceDocument}`,
      `GET ${issuerDocument}`,
      'POST /as/register',
      ...sorted([tokenRequest()]),
      'POST /mcp with a token',
    ]);
  });

  it('of a step-up asks for nothing that is known', async () => {
    await client.session.signIn();
    const before = client.world.transcript.length;
    const answer = client.world.answers.get('/mcp');
    client.world.answers.set('/mcp', (request) =>
      client.asked.get('scope')?.includes('notes:admin') === true
        ? (answer?.(request) ?? {})
        : {
            status: 403,
            headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="notes:admin"' },
          },
    );
    await client.call(ping);
    assert.deepEqual(transcript(before), [
      'POST /mcp with a token',
      'POST /as/register',
      ...sorted([tokenRequest()]),
      'POST /mcp with a token',
    ]);
  });

  it('of a changed authorization server begins anew there and says nothing to the old one', async () => {
    client.desk.allowsSignIn = true;
    await client.session.signIn();
    const other = await World.start();
    const before = client.world.transcript.length;
    client.world.alter(resourceDocument, { authorization_servers: [other.issuer] });
    other.answers.set('/as/token', () => ({ body: { access_token: 'token-other', token_type: 'Bearer' } }));
    const answer = client.world.answers.get('/mcp');
    client.world.answers.set('/mcp', (request) =>
      request.headers.authorization === 'Bearer token-other'
        ? { body: '{}' }
        : (answer?.({ ...request, headers: {} }) ?? {}),
    );
    client.desk.person = (url) => other.visit(url);
    await client.call(ping);
    assert.deepEqual(transcript(before), [
      'POST /mcp with a token',
      `GET ${resourceDocument}`,
      'POST /mcp with a token',
    ]);
    assert.deepEqual(sorted(other.transcript.map(line)), [
      `GET ${issuerDocument}`,
      'POST /as/register',
      ...sorted([tokenRequest()]),
    ]);
    await other.close();
  });

  it('of an expired token has one request before the call (design 11)', async () => {
    client.world.givesRefreshTokens = true;
    await client.session.signIn();
    const before = client.world.transcript.length;
    client.desk.clock.advance(3_600_000);
    await client.call(ping);
    const refresh =
      'POST /as/token: client_id=client-1 grant_type=refresh_token refresh_token=refresh-1 resource=http://server/mcp scope=notes:read notes:write';
    assert.deepEqual(transcript(before), [...sorted([refresh]), 'POST /mcp with a token']);
  });
});
