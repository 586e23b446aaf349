// What happens when the server refuses a request that comes through the gateway (checklist 12).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readChallengeParameters } from '../../src/oauth/wire/challenge.ts';
import { GatewayClient, ping } from './gatewayClient.ts';
import type { Reply } from './world.ts';

const client = new GatewayClient();

const challenge = (parameters: string, status = 403): Reply => ({
  status,
  headers: { 'www-authenticate': `Bearer ${parameters}` },
});

/** Signs in, and lets the server refuse by the token and by the scopes that the person was asked for last. */
async function furnish(
  refuse: (token: string, scopes: readonly string[]) => Reply | undefined,
): Promise<void> {
  await client.session.signIn();
  const answer = client.world.answers.get('/mcp');
  client.world.answers.set('/mcp', (request) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    return refuse(token, client.asked.get('scope')?.split(' ') ?? []) ?? answer?.(request) ?? {};
  });
}

async function callStatus(): Promise<string> {
  const { status, json } = await client.call(ping);
  const { error } = json as { error?: { message: string } };
  return error?.message ?? String(status);
}

describe('A server that wants more scopes', () => {
  it('gets the union of what was asked for and what it names, once the person agrees, and the call goes through (checklist 6.3, 12.2, 12.3, field case 20)', async () => {
    await furnish((_, scopes) =>
      scopes.includes('notes:admin')
        ? undefined
        : challenge('error="insufficient_scope", scope="notes:admin"'),
    );
    assert.equal(await callStatus(), '200');
    assert.deepEqual(client.desk.questions, [
      { server: 'notes', scopes: ['notes:read', 'notes:write', 'notes:admin'] },
    ]);
    assert.equal(client.asked.get('scope'), 'notes:read notes:write notes:admin');
    assert.ok(client.session.state.kind === 'connected');
  });

  it('is told no where the person says no, is not asked about it again, and stays signed in (field case 20)', async () => {
    client.desk.allowsMoreAccess = false;
    await furnish(() => challenge('error="insufficient_scope", scope="notes:admin"'));
    assert.match(await callStatus(), /more_access_wanted/);
    assert.match(await callStatus(), /more_access_wanted/);
    assert.equal(client.desk.questions.length, 1);
    assert.equal(client.session.state.kind, 'connected');
    assert.equal(client.desk.opened.length, 1);
  });

  it('that are granted already is not asked for them again (checklist 12.5)', async () => {
    await furnish(() => challenge('error="insufficient_scope", scope="notes:read"'));
    assert.match(await callStatus(), /more_access_wanted/);
    assert.deepEqual(client.desk.questions, []);
  });

  it('again and again is asked for them twice at most (checklist 12.4, field case 20)', async () => {
    let count = 0;
    await furnish(() => challenge(`error="insufficient_scope", scope="more:${(count += 1)}"`));
    for (let call = 0; call < 5; call += 1) await callStatus();
    assert.equal(client.desk.questions.length, 2);
    assert.equal(client.desk.opened.length, 3);
  });

  it('is asked once for all calls that wait for the same (field case 20)', async () => {
    await furnish((_, scopes) =>
      scopes.includes('notes:admin')
        ? undefined
        : challenge('error="insufficient_scope", scope="notes:admin"'),
    );
    assert.deepEqual(await Promise.all([callStatus(), callStatus(), callStatus()]), ['200', '200', '200']);
    assert.equal(client.desk.questions.length, 1);
    assert.equal(client.desk.opened.length, 2);
  });

  it('may be asked again where the caller had gone before the person answered', async () => {
    await client.session.signIn();
    const { session, desk } = client;
    const parameters = new Map(Object.entries({ error: 'insufficient_scope', scope: 'notes:admin' }));
    const refusal = {
      status: 403,
      challenge: readChallengeParameters('bearer', parameters),
      nonce: undefined,
      accessToken: session.accessToken,
    };
    desk.allowsMoreAccess = false;
    const gone = await session.access.resolve(refusal, new Set(), AbortSignal.abort());
    desk.allowsMoreAccess = true;
    const stays = await session.access.resolve(refusal, new Set(), new AbortController().signal);
    assert.deepEqual([gone.again, stays.again], [false, true]);
    assert.equal(desk.questions.length, 2);
  });

  it('may be asked again once somebody has signed in by hand', async () => {
    client.desk.allowsMoreAccess = false;
    await furnish(() => challenge('error="insufficient_scope", scope="notes:admin"'));
    await callStatus();
    await client.session.signIn();
    await callStatus();
    assert.equal(client.desk.questions.length, 2);
  });
});

describe('A server that wants a stronger sign-in', () => {
  it('is signed in to again with what it names, once (checklist 12.8)', async () => {
    await furnish(() =>
      challenge('error="insufficient_user_authentication", acr_values="strong", max_age="60"', 401),
    );
    assert.match(await callStatus(), /more_access_wanted/);
    assert.deepEqual(
      [client.asked.get('acr_values'), client.asked.get('max_age'), client.desk.opened.length],
      ['strong', '60', 2],
    );
  });
});

describe('A server that says no', () => {
  it('without naming scopes starts no sign-in (checklist 12.6, field case 20)', async () => {
    let reply: Reply = {};
    await furnish(() => reply);
    for (reply of [{ status: 403 }, challenge('error="invalid_token"'), challenge('scope="notes:admin"')])
      assert.match(await callStatus(), /forbidden/);
    assert.deepEqual(client.desk.questions, []);
    assert.equal(client.session.state.kind, 'connected');
  });
});

describe('A server that no longer takes the token', () => {
  it('gets a new one and the call goes through, without a person (checklist 12.1, field case 19)', async () => {
    client.world.givesRefreshTokens = true;
    const first = `token-.${Buffer.from(JSON.stringify(client.world.account)).toString('base64url')}.x`;
    await furnish((token) => (token === first ? challenge('error="invalid_token"', 401) : undefined));
    assert.equal(await callStatus(), '200');
    assert.equal(client.world.sent('/as/token').length, 2);
    assert.equal(client.desk.opened.length, 1);
  });

  it('nor the new one ends the sign-in after one renewal and one repetition (checklist 12.1, field case 19)', async () => {
    client.world.givesRefreshTokens = true;
    await furnish(() => challenge('error="invalid_token"', 401));
    assert.match(await callStatus(), /unauthorized/);
    assert.equal(client.world.sent('/as/token').length, 2);
    assert.equal(client.world.sent('/mcp').length, 3, 'first contact, call, repetition');
    assert.deepEqual([client.session.state.kind, client.desk.opened.length], ['expired', 1]);
  });

  it('when the request left with one that was replaced meanwhile is not done with the new one after a single refusal of that (field case 19)', async () => {
    client.world.givesRefreshTokens = true;
    await client.session.signIn();
    const seen: (string | undefined)[] = [];
    client.world.listeners.set('/mcp', (request, response) => {
      const { authorization } = request.headers;
      seen.push(authorization);
      request.resume();
      if (seen.length === 1) {
        // The call is still on its way when another one has the token replaced.
        const sent = authorization?.replace('Bearer ', '') ?? '';
        void client.session.upkeep.replaceToken(sent).then(() => response.writeHead(401).end());
      } else if (seen.length === 2) response.writeHead(401).end();
      else
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }));
    });
    assert.equal(await callStatus(), '200');
    assert.equal(new Set(seen).size, 3, 'a token of its own each time');
    assert.equal(client.session.state.kind, 'connected');
  });

  it('is signed in to again at once where the host may open a browser for it', async () => {
    client.desk.allowsSignIn = true;
    const first = `token-.${Buffer.from(JSON.stringify(client.world.account)).toString('base64url')}.x`;
    await furnish((token) => (token === first ? challenge('error="invalid_token"', 401) : undefined));
    assert.equal(await callStatus(), '200');
    assert.equal(client.desk.opened.length, 2);
  });
});
