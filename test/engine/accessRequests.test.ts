// What happens when the server refuses a request that comes through the gateway (checklist 12).
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { ServerRefusal } from '../../src/oauth/refusal.ts';
import { readChallengeParameters } from '../../src/oauth/wire/challenge.ts';
import { until } from './attempt.ts';
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

/** A refusal for want of a scope, as it comes to a session that is signed in. */
async function refusedFor(scope: string): Promise<ServerRefusal> {
  await client.session.signIn();
  const parameters = new Map(Object.entries({ error: 'insufficient_scope', scope }));
  return {
    status: 403,
    challenge: readChallengeParameters('bearer', parameters),
    nonce: undefined,
    accessToken: client.session.accessToken,
  };
}

/** A person who never answers. */
function untilNobodyWaits(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(false)));
}

/**
 * Signs in, and lets the server refuse the calls of {@link ping} as it is told, by the token and their place; all others
 * get through.
 * @returns the tokens that those calls come with.
 */
async function refuseCalls(
  refuses: (token: string, place: number) => Promise<boolean>,
): Promise<readonly string[]> {
  client.world.givesRefreshTokens = true;
  await client.session.signIn();
  const seen: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { id } = JSON.parse(await text(request)) as { id: number };
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const isRefused = id === ping.id && (await refuses(token, seen.push(token) - 1));
    if (isRefused) response.writeHead(401).end();
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
  };
  client.world.listeners.set('/mcp', (request, response) => void serve(request, response));
  return seen;
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

  it('may be asked again where the caller had gone before the person answered, who is not asked for nobody', async () => {
    const refusal = await refusedFor('notes:admin');
    const { session, desk } = client;
    const early = await session.access.resolve(refusal, new Set(), AbortSignal.abort());
    assert.deepEqual([early.again, desk.questions.length], [false, 0]);
    desk.allowsMoreAccess = untilNobodyWaits;
    const caller = new AbortController();
    const left = session.access.resolve(refusal, new Set(), caller.signal);
    await until(() => desk.questions.length === 1);
    caller.abort();
    assert.equal((await left).again, false);
    desk.allowsMoreAccess = true;
    const stays = await session.access.resolve(refusal, new Set(), new AbortController().signal);
    assert.deepEqual([stays.again, desk.questions.length], [true, 2]);
  });

  it('is asked for as long as one of the callers waits, whoever came first (field case 20)', async () => {
    const refusal = await refusedFor('notes:admin');
    const { session, desk } = client;
    const answer = Promise.withResolvers<boolean>();
    let isLeft = false;
    desk.allowsMoreAccess = (signal) => {
      signal.addEventListener('abort', () => (isLeft = true));
      return answer.promise;
    };
    const callers = [new AbortController(), new AbortController()];
    const [first, second] = callers.map(({ signal }) => session.access.resolve(refusal, new Set(), signal));
    await until(() => desk.questions.length === 1);
    callers[0]?.abort();
    assert.equal((await first)?.again, false);
    assert.equal(isLeft, false);
    answer.resolve(true);
    assert.equal((await second)?.again, true);
    assert.equal(desk.questions.length, 1);
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

  it('that it took before, nor the new one, ends the sign-in after one renewal, too (checklist 12.1, field case 19)', async () => {
    let isRefusing = false;
    client.world.givesRefreshTokens = true;
    await furnish(() => (isRefusing ? { status: 401 } : undefined));
    assert.equal(await callStatus(), '200');
    isRefusing = true;
    const before = client.world.sent('/mcp').length;
    assert.match(await callStatus(), /unauthorized/);
    assert.equal(client.world.sent('/mcp').length - before, 3, 'call, repetition, hello');
    assert.equal(client.world.sent('/as/token').length, 2);
    assert.equal(client.session.state.kind, 'expired');
  });

  it('when the request left with one that was replaced meanwhile is not done with the new one after a single refusal of that (field case 19)', async () => {
    const seen = await refuseCalls(async (token, place) => {
      // The call is still on its way when another one has the token replaced.
      if (place === 0) await client.session.upkeep.replaceToken(token);
      return place < 2;
    });
    assert.equal(await callStatus(), '200');
    assert.equal(new Set(seen).size, 3, 'a token of its own each time');
    assert.equal(client.session.state.kind, 'connected');
  });

  it('is asked with the third where the second was replaced while the request was on its way (field case 19)', async () => {
    const seen = await refuseCalls(async (token, place) => {
      if (place === 1) await client.session.upkeep.replaceToken(token);
      return place < 2;
    });
    assert.equal(await callStatus(), '200');
    assert.equal(new Set(seen).size, 3, 'a token of its own each time');
    assert.equal(client.session.state.kind, 'connected');
  });

  it('since it is over is asked with the third where it refuses the second as well (field case 19)', async () => {
    client.world.expiresInSeconds = 3_600;
    const seen = await refuseCalls((_, place) => {
      // As the server counts, in whole seconds, it is over a moment before.
      if (place === 0) client.desk.clock.advance(3_599_500);
      return Promise.resolve(place < 2);
    });
    assert.equal(await callStatus(), '200');
    assert.equal(new Set(seen).size, 3, 'a token of its own each time');
    assert.equal(client.session.state.kind, 'connected');
  });

  it('is asked with the third where another request got through with the second: the sign-in works (field case 19)', async () => {
    const seen = await refuseCalls(async (_, place) => {
      if (place === 1) assert.equal((await client.call({ ...ping, id: 8 })).status, 200);
      return place < 2;
    });
    assert.equal(await callStatus(), '200');
    assert.equal(new Set(seen).size, 3, 'a token of its own each time');
    assert.equal(client.session.state.kind, 'connected');
  });

  it('for one request alone is not asked for ever, and ends no sign-in with which it takes others (field case 19)', async () => {
    const seen = await refuseCalls(async () => {
      assert.equal((await client.call({ ...ping, id: 8 })).status, 200);
      return true;
    });
    assert.match(await callStatus(), /forbidden/);
    assert.equal(seen.length, 5);
    assert.equal(client.session.state.kind, 'connected');
  });

  it('that a caller was given who cannot say which it was is kept for a minute', async () => {
    const { world, desk, session } = client;
    world.givesRefreshTokens = true;
    await session.signIn();
    const [grant] = session.accounts;
    assert.ok(grant?.accessToken);
    await session.access.noteRefused(grant.key);
    assert.equal(session.accessToken, grant.accessToken);
    desk.clock.advance(60_000);
    await session.access.noteRefused(grant.key);
    assert.notEqual(session.accessToken, grant.accessToken);
  });

  it('is signed in to again at once where the host may open a browser for it', async () => {
    client.desk.allowsSignIn = true;
    const first = `token-.${Buffer.from(JSON.stringify(client.world.account)).toString('base64url')}.x`;
    await furnish((token) => (token === first ? challenge('error="invalid_token"', 401) : undefined));
    assert.equal(await callStatus(), '200');
    assert.equal(client.desk.opened.length, 2);
  });
});
