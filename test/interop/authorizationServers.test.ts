// The engine signs in at authorization servers that others wrote, stays signed in there and signs out. Where a server
// cannot do a thing, that is what is asserted, so that a server that learns it is noticed.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { AuthError } from '../../src/oauth/authError.ts';
import type { OAuthSettings } from '../../src/servers/server.ts';
import { grantRecords, type GrantRecord } from '../../src/session/records.ts';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Desk, serverAt } from '../engine/desk.ts';
import { pressThrough } from './allowingBrowser.ts';
import { openMcpOauthServer } from './mcpOauthServer.ts';
import { openOidcProviderServer } from './oidcProviderServer.ts';
import { openSdkRouterServer } from './sdkRouterServer.ts';
import type { InteropServer } from './servers.ts';

interface ServerKind {
  readonly name: string;
  readonly open: () => Promise<InteropServer>;
  readonly refreshes: boolean;
  readonly revokes: boolean;
  /** What it says to a resource that it does not know; undefined where it takes any. */
  readonly wrongResource: string | undefined;
  /** Whether a refresh token that comes a second time ends all tokens of its sign-in. */
  readonly reuseEndsFamily: boolean;
}

const kinds: readonly ServerKind[] = [
  {
    name: 'oidc-provider',
    open: openOidcProviderServer,
    refreshes: true,
    revokes: true,
    wrongResource: 'invalid_target',
    reuseEndsFamily: true,
  },
  {
    name: 'mcp-oauth-server',
    open: openMcpOauthServer,
    refreshes: true,
    revokes: true,
    wrongResource: 'invalid_target',
    reuseEndsFamily: false,
  },
  {
    name: 'the router of the MCP SDK',
    open: openSdkRouterServer,
    refreshes: false,
    revokes: false,
    wrongResource: undefined,
    reuseEndsFamily: false,
  },
];

const hourMs = 3_600_000;

for (const { name, open, refreshes, revokes, wrongResource, reuseEndsFamily } of kinds) {
  describe(name, () => {
    let server: InteropServer;
    let desk: Desk;
    let returned: string;
    before(async () => {
      server = await open();
    });
    after(() => server.close());
    beforeEach(() => {
      desk = new Desk({
        visit: async (url) => {
          returned = await pressThrough(url, ({ protocol }) => protocol === 'vscode:');
          return returned;
        },
      });
    });

    test('lets in who signs in the first time, and its MCP server takes the token (checklist 1.4, 7.3, 11.1)', async () => {
      const session = await signIn();
      assert.equal(session.state.kind, 'connected');
      assert.equal(await ask(await tokenOf(session)), 200);
      assert.equal(await ask('made-up'), 401);
    });

    test('is not asked to register a second time (checklist 4.16)', async () => {
      const before = registrations();
      const session = await signIn();
      await session.signOut();
      assert.equal(await session.signIn(), 'granted');
      assert.equal(registrations(), before + 1);
      assert.equal(await ask(await tokenOf(session)), 200);
    });

    test('gets an answer that comes twice but once (checklist 7.6)', async () => {
      const session = await signIn();
      const sessions = new Sessions(desk.ports);
      await sessions.update([session.server]);
      const before = server.answered.length;
      assert.equal(await sessions.claim(returned), undefined);
      assert.equal(server.answered.length, before);
      sessions.dispose();
    });

    if (refreshes) {
      test('replaces a token that ended, without the person (checklist 11.8, 11.9)', async () => {
        const session = await signIn();
        const first = stored();
        desk.clock.advance(2 * hourMs);
        const second = await tokenOf(session);
        assert.notEqual(second, first.accessToken);
        assert.notEqual(stored().refreshToken, first.refreshToken);
        assert.equal(stored().resource, first.resource);
        assert.equal(await ask(second), 200);
        assert.equal(desk.opened.length, 1);
      });

      test('ends a sign-in whose old refresh token comes again, and the person is asked anew', async () => {
        const session = await signIn();
        const old = stored();
        desk.clock.advance(2 * hourMs);
        const renewed = await tokenOf(session);
        session.dispose();

        // As after a backup that was played back: the newer tokens are lost.
        const { version } = grantRecords;
        await desk.records.write(grantKey(), JSON.stringify({ ...old, version }));
        const revived = await desk.open(serverAt(server.mcpUrl));
        assert.equal((await revived.authorization()).kind, 'blocked');
        assert.equal(revived.state.kind, 'expired');
        assert.equal(await ask(renewed), reuseEndsFamily ? 401 : 200);

        assert.equal(await revived.signIn(), 'granted');
        assert.equal(await ask(await tokenOf(revived)), 200);
      });
    } else {
      test('gives no refresh token: the sign-in ends with its token, and nothing is tried (field case 13)', async () => {
        const session = await signIn();
        assert.equal(stored().refreshToken, undefined);
        desk.clock.advance(2 * hourMs);
        const before = server.answered.length;
        assert.equal((await session.authorization()).kind, 'blocked');
        assert.equal(session.state.kind, 'expired');
        assert.equal(server.answered.length, before);
      });
    }

    test(
      revokes
        ? 'takes the token no longer after the person signed out (checklist 14.8)'
        : 'has no way to revoke: signing out forgets the token here alone (checklist 14.8)',
      async () => {
        const session = await signIn();
        const token = await tokenOf(session);
        assert.equal(await ask(token), 200);
        await session.signOut();
        assert.equal(session.state.kind, 'needs_auth');
        assert.equal(desk.records.keyOf('grant'), undefined);
        assert.equal(await ask(token), revokes ? 401 : 200);
      },
    );

    if (wrongResource === undefined) {
      test('takes a resource that is not its own as any other', async () => {
        const session = await signIn({ resource: 'https://elsewhere.example/mcp' });
        assert.equal(stored().resource, 'https://elsewhere.example/mcp');
        assert.equal(await ask(await tokenOf(session)), 200);
      });
    } else {
      test('refuses a resource that is not its own, in words that reach the person (checklist 9.6, 14.7)', async () => {
        await assert.rejects(signIn({ resource: 'https://elsewhere.example/mcp' }), (error) => {
          assert.ok(error instanceof AuthError, String(error));
          assert.equal(error.facts.serverCode, wrongResource);
          assert.ok(error.facts.serverWords, 'The server gave no words.');
          assert.equal(error.facts.setting, 'resource');
          return true;
        });
        assert.equal(desk.records.keyOf('grant'), undefined);
      });
    }

    async function signIn(oauth: OAuthSettings = {}): Promise<Session> {
      const session = await desk.open(serverAt(server.mcpUrl, { oauth }));
      assert.equal(await session.signIn(), 'granted');
      return session;
    }

    function grantKey(): string {
      const key = desk.records.keyOf('grant');
      assert.ok(key !== undefined, 'There is no grant.');
      return key;
    }

    function stored(): GrantRecord {
      return grantRecords.schema.parse(JSON.parse(desk.records.records.get(grantKey()) ?? ''));
    }

    function registrations(): number {
      return server.answered.filter((line) => /^POST \/reg(ister)? 201$/.test(line)).length;
    }

    /** The status of the MCP server's answer to a call of its tool. */
    async function ask(token: string): Promise<number> {
      const response = await fetch(server.mcpUrl, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } }),
      });
      const answer = await response.text();
      if (response.ok) assert.match(answer, /"result"/);
      return response.status;
    }
  });
}

async function tokenOf(session: Session): Promise<string> {
  const authorization = await session.authorization();
  assert.equal(authorization.kind, 'token');
  return authorization.accessToken;
}
