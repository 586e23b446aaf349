// How long a server in trouble asks to be left alone, in both its forms, and on the way to whoever waits.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contactServer } from '../../src/oauth/firstContact.ts';
import { registerClient } from '../../src/oauth/registration.ts';
import { retryAfterOf } from '../../src/oauth/retryAfter.ts';
import { requestTokens } from '../../src/oauth/tokenRequest.ts';
import { grantTypes } from '../../src/oauth/wire/token.ts';
import { DiscoveryStand, issuerAddress, resourceAddress } from './discoveryStand.ts';
import { failsWith, tokenPath, TokenStand } from './tokenStand.ts';

const date = 'Fri, 02 Jan 2026 10:00:00 GMT';

function secondsOf(retryAfter: string | undefined, sentAt?: string): number | undefined {
  const headers = new Headers();
  if (retryAfter !== undefined) headers.set('retry-after', retryAfter);
  if (sentAt !== undefined) headers.set('date', sentAt);
  return retryAfterOf(headers).retryAfterSeconds;
}

describe('A server asks to wait', () => {
  it('a number of seconds', () => {
    assert.deepEqual(
      ['0', '7', '007', ' 120 '].map((value) => secondsOf(value)),
      [0, 7, 7, 120],
    );
  });

  it('until a date, counted from its own and not from ours', () => {
    assert.equal(secondsOf('Fri, 02 Jan 2026 10:01:30 GMT', date), 90);
    assert.equal(secondsOf(date, date), 0);
  });

  it('until a date that says nothing without its own', () => {
    for (const sentAt of [undefined, '', 'today', '2026-01-02T10:00:00Z'])
      assert.equal(secondsOf('Fri, 02 Jan 2026 10:01:30 GMT', sentAt), undefined);
  });

  it('a day at most', () => {
    assert.equal(secondsOf('86401'), 86_400);
    assert.equal(secondsOf('9'.repeat(400)), 86_400);
    assert.equal(secondsOf('Fri, 02 Jan 2027 10:00:00 GMT', date), 86_400);
  });

  it('in no other way: what cannot be read, or has passed, is left out', () => {
    const odd = [undefined, '', '-1', '+7', '1.5', '1e3', '0x10', 'soon', '7, 8', '2026-01-02T10:01:30Z'];
    for (const value of odd) assert.equal(secondsOf(value, date), undefined, value);
    assert.equal(secondsOf('Fri, 02 Jan 2026 09:59:59 GMT', date), undefined);
    assert.deepEqual(retryAfterOf(new Headers({ 'retry-after': 'soon' })), {}, 'not even as a member');
  });
});

describe('An error of a server in trouble tells how long to wait', () => {
  const stand = new TokenStand();
  const discovery = new DiscoveryStand();
  const busy = (status: number) => ({ status, headers: { 'retry-after': '7' }, body: 'Later.' });

  it('from the token endpoint (field case 3)', async () => {
    const { transport, now, signal } = stand;
    for (const status of [429, 503, 500]) {
      stand.answers(tokenPath, busy(status));
      const asked = requestTokens(transport, stand.context(), grantTypes.refreshToken, {}, [], now, signal);
      const { facts } = await failsWith('server_busy', asked);
      assert.deepEqual([facts.status, facts.retryAfterSeconds], [status, 7]);
    }
  });

  it('and not where it does not say', async () => {
    stand.answers(tokenPath, { status: 503 });
    const { transport, now, signal } = stand;
    const asked = requestTokens(transport, stand.context(), grantTypes.refreshToken, {}, [], now, signal);
    assert.ok(!('retryAfterSeconds' in (await failsWith('server_busy', asked)).facts));
  });

  it('from the registration endpoint (field case 7)', async () => {
    const { transport, signal, world } = stand;
    const issuer = { ...stand.issuer, registrationEndpoint: `${world.origin}/as/register` };
    const terms = { softwareVersion: '1', redirectUri: undefined, scopes: [], authMethod: undefined };
    for (const status of [429, 503]) {
      stand.answers('/as/register', busy(status));
      const asked = registerClient(transport, issuer, { ...terms, grantType: grantTypes.deviceCode }, signal);
      assert.equal((await failsWith('server_busy', asked)).facts.retryAfterSeconds, 7);
    }
  });

  it('from the server itself', async () => {
    const { transport, signal, world } = stand;
    for (const status of [429, 503]) {
      stand.answers('/mcp', busy(status));
      const asked = contactServer(transport, world.mcpUrl, {}, signal);
      assert.equal((await failsWith('server_busy', asked)).facts.retryAfterSeconds, 7);
    }
  });

  for (const [what, address] of [
    ['resource', resourceAddress],
    ['authorization server', issuerAddress],
  ] as const) {
    it(`from where the document of the ${what} should be`, async () => {
      for (const status of [429, 503]) {
        discovery.reply(address, busy(status));
        assert.equal((await discovery.fails('server_busy')).facts.retryAfterSeconds, 7);
      }
    });
  }

  it('from where a document should be that no challenge names', async () => {
    discovery.challengeWith('Bearer');
    discovery.reply(resourceAddress, busy(503));
    assert.equal((await discovery.fails('server_busy')).facts.retryAfterSeconds, 7);
  });
});
