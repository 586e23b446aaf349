import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Server } from '../../src/servers/server.ts';
import { ToolsVersions } from '../../src/vscode/toolsVersion.ts';
import { AccountStand, keyFor } from './accountStand.ts';
import { serverAt } from './desk.ts';

const attempt = new AccountStand();

describe('The version of a server’s tools', () => {
  let versions: ToolsVersions;
  beforeEach(() => {
    versions = new ToolsVersions();
  });

  const ofEntry = (changes: Partial<Server>) =>
    versions.of({ server: serverAt('https://mcp.example/mcp', changes), accounts: [] });

  it('is the same at every start for the same entry, and short', async () => {
    const version = await ofEntry({});
    assert.match(version, /^[0-9a-f]{24}$/);
    assert.equal(await ofEntry({}), version);
    versions = new ToolsVersions();
    assert.equal(await ofEntry({}), version);
  });

  it('is another one with another address, other headers and other settings of the sign-in', async () => {
    const all = [
      await ofEntry({}),
      await ofEntry({ url: 'https://mcp.example/other' }),
      await ofEntry({ headers: { 'X-Key': 'k' } }),
      await ofEntry({ oauth: { scopes: ['notes:read'] } }),
      await ofEntry({ oauth: false }),
    ];
    assert.equal(new Set(all).size, all.length);
  });

  it('says nothing of the values of headers, which are secrets', async () => {
    const headers = (value: string) => ({ headers: { 'X-Key': value } });
    assert.equal(await ofEntry(headers('1234')), await ofEntry(headers('5678')));
  });

  it('outlives a first sign-in, a renewal, a sign-out and another sign-in as the same person', async () => {
    attempt.world.givesRefreshTokens = true;
    attempt.mayRevoke();
    const session = await attempt.openAt(attempt.desk);
    const version = await versions.of(session);
    await attempt.signInAs(session, 'ada');
    assert.equal(await versions.of(session), version);
    attempt.desk.clock.advance(3_600_000);
    assert.equal(await attempt.caller(session), 'ada');
    assert.equal(await versions.of(session), version);
    await session.signOut();
    assert.equal(await versions.of(session), version);
    await attempt.signInAs(session, 'ada');
    assert.equal(await versions.of(session), version);
  });

  it('is another one once another person’s account is in use, and the first one again with the first account', async () => {
    const session = await attempt.signedInAs('ada');
    const version = await versions.of(session);
    await attempt.signInAs(session, 'grace', 'another');
    const other = await versions.of(session);
    assert.notEqual(other, version);
    session.switchAccount(keyFor(session, 'ada'));
    assert.equal(await versions.of(session), version);
    await session.signOut();
    assert.equal(await versions.of(session), other);
    await session.signOut();
    assert.equal(await versions.of(session), other, 'nobody is no other account');
  });
});
