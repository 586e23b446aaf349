// A code that a person types at another place (RFC 8628, checklist 14.13).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { AuthError } from '../../src/oauth/authError.ts';
import type { Clock } from '../../src/oauth/clock.ts';
import { pollDeviceGrant, requestDeviceCode } from '../../src/oauth/deviceGrant.ts';
import type { TokenContext } from '../../src/oauth/tokenRequest.ts';
import type { Transport } from '../../src/oauth/transport.ts';
import { devicePath, failsWith, secretClient, tokenPath, TokenStand, without } from './tokenStand.ts';
import type { Reply } from './world.ts';

const stand = new TokenStand();
const issued = {
  device_code: 'd3vice',
  user_code: 'ABCD-EFGH',
  verification_uri: 'https://as.example/device',
  verification_uri_complete: 'https://as.example/device?user_code=ABCD-EFGH',
  expires_in: 600,
  interval: 7,
};

function request(changes: Partial<TokenContext> = {}) {
  return requestDeviceCode(stand.transport, stand.context(changes), stand.signal);
}

function given(changes: Record<string, unknown>) {
  stand.answers(devicePath, { body: { ...issued, ...changes } });
  return request();
}

describe('A device code', () => {
  it('is asked for with resource and scopes (checklist 14.13)', async () => {
    stand.answers(devicePath, { body: issued });
    assert.deepEqual(await request(), {
      deviceCode: 'd3vice',
      userCode: 'ABCD-EFGH',
      verificationUri: 'https://as.example/device',
      verificationUriComplete: 'https://as.example/device?user_code=ABCD-EFGH',
      expiresInSeconds: 600,
      intervalSeconds: 7,
    });
    assert.deepEqual(stand.form(devicePath), {
      client_id: 'client-1',
      resource: stand.world.mcpUrl,
      scope: 'notes:read notes:write',
    });
    await request({ client: secretClient, resource: undefined });
    assert.equal(stand.form(devicePath)['client_secret'], secretClient.clientSecret);
    assert.equal(stand.form(devicePath)['resource'], undefined);
  });

  it('leads to no address that a browser should not be sent to (checklist 7.9)', async () => {
    for (const address of [
      'http://as.example/device',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'https://u:p@as.example/',
    ]) {
      await failsWith('insecure_url', given({ verification_uri: address }));
      await failsWith('insecure_url', given({ verification_uri_complete: address }));
    }
  });

  it('shows no secret of the client where a server repeats it in an address that is refused (checklist 11.2)', async () => {
    const { clientSecret = '' } = secretClient;
    const spellings = [clientSecret, encodeURIComponent(clientSecret)];
    for (const member of ['verification_uri', 'verification_uri_complete'] as const) {
      stand.answers(devicePath, { body: { ...issued, [member]: `see ${spellings.join(' ')}` } });
      await failsWith('insecure_url', request({ client: secretClient }), spellings);
    }
  });

  it('opens no other place than the one that the person is shown (checklist 16.2)', async () => {
    const { verificationUri, verificationUriComplete } = await given({
      verification_uri_complete: 'https://evil.example/device?user_code=ABCD-EFGH',
    });
    assert.deepEqual([verificationUri, verificationUriComplete], ['https://as.example/device', undefined]);
  });

  it('is shown as text that cannot pass for ours', async () => {
    const { userCode } = await given({ user_code: 'ABCD\n\u202eEFGH [x](command:y)' });
    assert.equal(userCode, 'ABCD EFGH [x] (command:y)');
    await failsWith('authorization_failed', given({ user_code: '\u0000' }));
  });

  it('with times that nobody could keep is polled at times that can be kept (checklist 14.13)', async () => {
    const times = async (changes: Record<string, unknown>) => {
      const { expiresInSeconds, intervalSeconds } = await given(changes);
      return [expiresInSeconds, intervalSeconds];
    };
    assert.deepEqual(await times({ expires_in: undefined, interval: undefined }), [600, 5]);
    assert.deepEqual(await times({ expires_in: 1e12, interval: 1e12 }), [86_400, 86_400]);
    assert.deepEqual(await times({ interval: 0.001 }), [600, 1]);
    assert.deepEqual(await times({ interval: -3 }), [600, 5]);
  });

  it('that is refused is told apart by whom it is about (checklist 10.5)', async () => {
    stand.answers(devicePath, { status: 401, body: { error: 'unauthorized_client' } });
    await failsWith('client_refused', request());
    stand.answers(devicePath, {
      status: 400,
      body: { error: 'invalid_scope', error_description: 'No such.' },
    });
    const { facts } = await failsWith('authorization_failed', request());
    assert.deepEqual([facts.setting, facts.serverWords], ['scopes', 'No such.']);
    for (const body of [{}, 'ok', { ...issued, device_code: '' }, { ...issued, verification_uri: 7 }]) {
      stand.answers(devicePath, { body });
      await failsWith('authorization_failed', request());
    }
    const issuer = without(stand.issuer, 'deviceAuthorizationEndpoint');
    await failsWith('issuer_metadata_invalid', request({ issuer }));
  });
});

const device = {
  deviceCode: 'd3vice',
  userCode: 'ABCD-EFGH',
  verificationUri: 'https://as.example/device',
  verificationUriComplete: undefined,
  expiresInSeconds: 590,
  intervalSeconds: 5,
};
const good: Reply = { body: { access_token: 'token', token_type: 'Bearer', refresh_token: 'r' } };
const refused = (error: string, status = 400): Reply => ({ status, body: { error } });
const pending = refused('authorization_pending');

/** Waits are over at once, and noted in seconds. */
class HurriedClock implements Clock {
  readonly waits: number[] = [];
  private nowMs = stand.now();

  now(): number {
    return this.nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    this.waits.push(ms / 1000);
    this.nowMs += ms;
    queueMicrotask(callback);
    return () => undefined;
  }
}

async function poll(
  replies: readonly [Reply, ...Reply[]],
  changes: Partial<TokenContext> = {},
  transport = stand.transport,
) {
  stand.answers(tokenPath, ...replies);
  const clock = new HurriedClock();
  const work = pollDeviceGrant(transport, stand.context(changes), device, clock, stand.signal);
  const [result] = await Promise.allSettled([work]);
  return { result, work, waits: clock.waits };
}

describe('Polling', () => {
  it('asks for the tokens of the code, after the interval and not before (checklist 14.13)', async () => {
    const { work, waits } = await poll([good], { client: secretClient });
    const { accessToken, refreshToken } = await work;
    assert.deepEqual([accessToken, refreshToken, waits], ['token', 'r', [5]]);
    assert.deepEqual(stand.form(), {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'd3vice',
      resource: stand.world.mcpUrl,
      client_id: 'client-2',
      client_secret: secretClient.clientSecret,
    });
  });

  it('goes on while the person has not answered, also where the server says so with 200 or 428 (checklist 14.13)', async () => {
    const replies = [
      pending,
      refused('authorization_pending', 200),
      refused('authorization_pending', 428),
    ] as const;
    const { result, waits } = await poll([...replies, good]);
    assert.equal(result.status, 'fulfilled');
    assert.deepEqual(waits, [5, 5, 5, 5]);
  });

  it('is slower by five seconds each time that the server wants it, and stays so (checklist 14.13)', async () => {
    const slower = refused('slow_down');
    const { waits } = await poll([slower, pending, slower, pending, good]);
    assert.deepEqual(waits, [5, 10, 10, 15, 15]);
  });

  it('asks a server that does not answer less and less (checklist 14.13, field case 3)', async () => {
    for (const code of ['timed_out', 'unreachable'] as const) {
      let failures = 5;
      const transport: Transport = {
        ...stand.transport,
        send: (...request) => {
          failures -= 1;
          return failures >= 0 ? Promise.reject(new AuthError(code)) : stand.transport.send(...request);
        },
      };
      const { result, waits } = await poll([good], {}, transport);
      assert.equal(result.status, 'fulfilled');
      assert.deepEqual(waits, [5, 10, 20, 40, 60, 60]);
    }
    const busy = { status: 503 };
    assert.deepEqual((await poll([busy, { status: 429 }, pending, good])).waits, [5, 10, 20, 20]);
  });

  it('ends with the code, by the clock or by the word of the server (checklist 14.13)', async () => {
    const { work, waits } = await poll([refused('slow_down')]);
    await failsWith('device_code_expired', work, ['d3vice']);
    assert.equal(
      waits.reduce((sum, seconds) => sum + seconds, 0),
      device.expiresInSeconds,
      'nobody waits longer than the code lasts',
    );
    assert.equal(stand.sent().length, waits.length - 1, 'a code that has ended is not sent');
    await failsWith('device_code_expired', (await poll([refused('expired_token')])).work);
  });

  it('ends where somebody refused, with the words of the server (checklist 14.13, field case 30)', async () => {
    const body = { error: 'access_denied', error_description: 'Not today, d3vice.' };
    const { facts } = await failsWith('access_denied', (await poll([{ status: 400, body }])).work, [
      'd3vice',
    ]);
    assert.equal(facts.serverWords, 'Not today, [hidden].');
  });

  it('ends with any other refusal at once (checklist 10.5)', async () => {
    const endings = [
      ['invalid_grant', 'token_refused'],
      ['invalid_client', 'client_refused'],
      ['unauthorized_client', 'client_refused'],
    ] as const;
    for (const [error, code] of endings) {
      const { work, waits } = await poll([refused(error)]);
      await failsWith(code, work, ['d3vice']);
      assert.deepEqual(waits, [5]);
    }
    await failsWith('token_invalid', (await poll([{ body: {} }])).work);
  });

  it('that is given up leaves no timer behind and sends nothing more', async () => {
    const giveUp = new AbortController();
    const { transport, clock } = stand;
    const context = stand.context();
    const work = pollDeviceGrant(transport, context, device, clock, giveUp.signal);
    assert.equal(clock.pendingTimers, 1);
    giveUp.abort(new Error('Given up.'));
    await assert.rejects(work, { message: 'Given up.' });
    assert.equal(clock.pendingTimers, 0);
    const again = pollDeviceGrant(transport, context, device, clock, giveUp.signal);
    await assert.rejects(again, { message: 'Given up.' });
    assert.equal(clock.pendingTimers, 0);
    assert.deepEqual(stand.sent(), []);
  });

  it('binds the tokens to the key, with the nonce that the server wants (checklist 14.10)', async () => {
    const wanted = { status: 400, headers: { 'dpop-nonce': 'n-1' }, body: { error: 'use_dpop_nonce' } };
    const bound = { body: { access_token: 'token', token_type: 'DPoP' } };
    const { work, waits } = await poll([wanted, pending, bound], { proofs: await stand.proofs() });
    assert.equal((await work).accessToken, 'token');
    assert.deepEqual(waits, [5, 5]);
    const nonces = stand.sent().map(({ headers }) => decodeJwt(String(headers['dpop']))['nonce']);
    assert.deepEqual(nonces, [undefined, 'n-1', 'n-1']);
  });
});
