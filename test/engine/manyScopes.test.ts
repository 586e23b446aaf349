// A server may name as many scopes as an answer holds: nothing that is done with them stops the editor.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Attempt } from './attempt.ts';

const attempt = new Attempt();

it('A megabyte of scopes is read, registered and granted in time that grows with their number, not with its square', async () => {
  // What is compiled and read first is not of the second one.
  await signInTwice(1_000);
  const few = await signInTwice(26_000);
  const many = await signInTwice(130_000);
  assert.ok(many < 12 * few, `Five times the scopes took ${(many / few).toFixed(1)} times as long.`);
});

/** Milliseconds of processor. */
async function signInTwice(count: number): Promise<number> {
  await attempt.renew();
  const scopes = Array.from({ length: count }, (_, index) => index.toString(36)).join(' ');
  attempt.world.answers.set('/.well-known/oauth-protected-resource/mcp', () => ({
    body: {
      resource: attempt.world.mcpUrl,
      authorization_servers: [attempt.world.issuer],
      scopes_supported: scopes.split(' '),
    },
  }));
  attempt.world.answers.set('/mcp', () => ({ status: 401 }));
  attempt.world.answers.set('/as/token', () => {
    const { body } = attempt.world.grant();
    return { body: { ...(body as object), scope: scopes } };
  });
  const before = process.cpuUsage();
  assert.equal((await attempt.signIn()).result, 'granted');
  // The second one compares what is wanted with what was registered.
  assert.equal((await attempt.signIn()).result, 'granted');
  const { user, system } = process.cpuUsage(before);
  assert.equal(attempt.world.sent('/as/register').length, 1);
  return (user + system) / 1_000;
}
