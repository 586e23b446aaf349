// A server may name as many scopes as an answer holds: nothing that is done with them stops the editor.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Attempt } from './attempt.ts';

const attempt = new Attempt();

it('A megabyte of scopes is read, registered and granted in no more than its own time', async () => {
  const scopes = Array.from({ length: 130_000 }, (_, index) => index.toString(36)).join(' ');
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
  assert.equal((await attempt.signIn()).result, 'granted');
  // The second one compares what is wanted with what was registered.
  assert.equal((await attempt.signIn()).result, 'granted');
  assert.equal(attempt.world.sent('/as/register').length, 1);
});
