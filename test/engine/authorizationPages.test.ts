// What is made of the page that an authorization endpoint shows before a person is sent there (design 5.4).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Attempt } from './attempt.ts';
import type { Reply } from './world.ts';

const attempt = new Attempt();

/** How many registrations there are after a second sign-in, long after the first, at which that is answered. */
async function registrations(reply: Reply): Promise<number> {
  const { session } = await attempt.signIn();
  attempt.desk.clock.advance(90 * 86_400_000);
  attempt.world.answers.set('/as/authorize', () => reply);
  await session.signIn();
  return attempt.world.sent('/as/register').length;
}

describe('A client that the server has forgotten', () => {
  const pages: readonly (readonly [string, Reply])[] = [
    ['Supabase', { status: 422, body: { message: 'Unrecognized client_id' } }],
    ['plain text', { status: 400, body: 'Invalid client_id' }],
    ['MCP SDK', { status: 400, body: { error: 'invalid_request', error_description: 'Invalid client_id' } }],
    ['Python SDK', { status: 400, body: { error_description: "Client ID 'client-1' not found" } }],
    ['FastMCP', { status: 400, body: '<p>The client ID <code>client-1</code> was not found.</p>' }],
    ['FastAPI', { status: 404, body: { detail: 'OAuth app not found' } }],
    ['Spring', { status: 401, body: 'No client with requested id: client-1' }],
    ['Auth0', { status: 403, body: '<h1>Unknown client: client-1</h1>' }],
    ['Hydra', { status: 401, body: 'The requested OAuth 2.0 Client does not exist.' }],
    ['in trouble', { status: 500, body: '<html>Internal Server Error</html>' }],
  ];
  for (const [who, reply] of pages)
    it(`is registered anew before the person sees that: ${who} (field case 4)`, async () => {
      assert.equal(await registrations(reply), 2);
    });
});

describe('A page that says nothing of the client', () => {
  const pages: readonly (readonly [string, Reply])[] = [
    ['a login', { status: 401, body: '<input name="client_id" value="client-1"><p>Invalid password</p>' }],
    [
      'a check for robots',
      { status: 403, body: '<title>Attention Required!</title> Please enable cookies.' },
    ],
    ['no page', { status: 404, body: '<p>Page not found in this application</p>' }],
    ['other metadata', { status: 400, body: { error: 'x', error_description: 'invalid_client_metadata' } }],
  ];
  for (const [what, reply] of pages)
    it(`leaves its registration as it is: ${what} (field case 4)`, async () => {
      assert.equal(await registrations(reply), 1);
    });
});

describe('A client of the person’s own', () => {
  const pages: readonly (readonly [string, Reply])[] = [
    ['a server that breaks', { status: 500, body: '<html>Internal Server Error</html>' }],
    [
      'a login that carries the request',
      { status: 401, body: '<input name="redirect_uri" value="vscode://x">' },
    ],
    ['a script that carries it', { status: 401, body: '<script>q={"redirect_uri":"vscode://x"}</script>' }],
  ];
  for (const [what, reply] of pages)
    it(`is taken to the browser past ${what} (field case 4)`, async () => {
      attempt.world.answers.set('/as/authorize', () => reply);
      assert.equal((await attempt.signIn({ oauth: { clientId: 'mine' } })).result, 'granted');
    });

  it('is not taken there where the server says that it does not know it', async () => {
    attempt.world.answers.set('/as/authorize', () => ({ status: 400, body: 'Invalid client_id' }));
    await assert.rejects(attempt.signIn({ oauth: { clientId: 'mine' } }), { code: 'client_refused' });
    assert.deepEqual(attempt.desk.opened, []);
  });
});
