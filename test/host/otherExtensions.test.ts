import assert from 'node:assert/strict';
import http from 'node:http';
import * as vscode from 'vscode';
import { providerId } from '../../src/vscode/authenticationProviders.ts';
import type { McpOAuthApi, McpOAuthGatewayAddress, McpOAuthToken } from '../../src/vscode/api.ts';
import { eventually } from '../support/deadline.ts';
import { allowAs, configureServers, extension, hands, rowSaying, signOut, stage } from './extension.ts';

/** The extension that runs the tests, as one that asks for sign-ins of ours. */
interface OtherExtension {
  readonly extension: vscode.Extension<unknown>;
  readonly getSession: typeof vscode.authentication.getSession;
}

const id = providerId('lent');
const url = stage.sandbox.mcpUrl;
const read = ['openid', 'profile', 'notes:read'];
const clientInfo = { name: 'test', version: '0' };
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
};

let other: OtherExtension;
let api: McpOAuthApi;
let restore: () => Promise<void>;

function lend(): void {
  before(async () => {
    other =
      vscode.extensions.getExtension<OtherExtension>('mcp-oauth-tests.test-runner')?.exports ?? missing();
    api = (await extension().activate()) as McpOAuthApi;
    restore = await configureServers({ lent: { url, oauth: { scopes: read } } });
    await rowSaying('lent', /needs sign-in|signed out/);
  });
  after(async () => {
    if (api.servers[0]?.state === 'connected') {
      await hands.runCommand('MCP OAuth: Sign Out of All Servers');
      await hands.clickDialog('Sign Out');
      await rowSaying('lent', /^signed out/);
    }
    await restore();
    await rowSaying('sandbox', /needs sign-in|signed out/);
  });
}

describe('A session that another extension asks VS Code for', () => {
  lend();

  it('is not there while nobody is signed in, and asking silently opens nothing', async () => {
    assert.equal(await other.getSession(id, ['mcp'], { silent: true }), undefined);
  });

  it('is there once the person allowed it and signed in, and from then on without a word', async () => {
    const asked = other.getSession(id, ['mcp'], { createIfNone: { detail: 'To read your notes.' } });
    const { message, detail } = await hands.dialog();
    assert.match(message, /'test-runner' wants to sign in using lent/);
    assert.equal(detail, 'To read your notes.');
    await hands.clickDialog('Allow');
    await answerPage('ada');
    const session = await asked;
    assert.deepEqual([session.account.label, session.scopes], ['ada', ['mcp']]);
    const again = await other.getSession(id, ['mcp'], { silent: true });
    assert.equal(again?.accessToken, session.accessToken);
  });

  it('is there for a part of what was granted, and not silently for more', async () => {
    const session = await other.getSession(id, ['notes:read'], { silent: true });
    assert.deepEqual(session?.scopes, ['notes:read']);
    assert.equal(await other.getSession(id, ['notes:write'], { silent: true }), undefined);
  });

  it('is there for more once the person allowed it in the browser, together with what was granted before (checklist 12.3)', async () => {
    const asked = other.getSession(id, ['notes:write'], { createIfNone: true });
    await hands.clickDialog('Allow');
    await answerPage('ada');
    const session = await asked;
    assert.deepEqual(session.scopes, ['notes:write']);
    const granted = api.servers[0]?.scopes ?? [];
    for (const scope of [...read, 'notes:write']) assert.ok(granted.includes(scope), granted.join(' '));
  });

  it('is there for what a server’s refusal asks for, as the header says or as the caller falls back to', async () => {
    const wwwAuthenticate = 'Bearer realm="mcp", error="insufficient_scope", scope="notes:read notes:write"';
    const named = await other.getSession(id, { wwwAuthenticate }, { silent: true });
    assert.deepEqual(named?.scopes, ['notes:read', 'notes:write']);
    const fallback = { wwwAuthenticate: 'Bearer realm="mcp"', fallbackScopes: ['notes:read'] };
    assert.deepEqual((await other.getSession(id, fallback, { silent: true }))?.scopes, ['notes:read']);
    const more = { wwwAuthenticate: 'Bearer error="insufficient_scope", scope="offline_access"' };
    assert.equal(await other.getSession(id, more, { silent: true }), undefined);
  });

  it('is obtained anew where a server’s refusal asks for a stronger sign-in (checklist 12.8)', async () => {
    const wwwAuthenticate = 'Bearer error="insufficient_user_authentication", max_age="600"';
    const before = await other.getSession(id, ['mcp'], { silent: true });
    assert.equal(await other.getSession(id, { wwwAuthenticate }, { silent: true }), undefined);
    const asked = other.getSession(id, { wwwAuthenticate }, { createIfNone: true });
    await hands.clickDialog('Allow');
    await answerPage('ada');
    assert.notEqual((await asked).accessToken, before?.accessToken);
  });

  it('is replaced by a new one of the same account where that is forced', async () => {
    const before = await other.getSession(id, ['mcp'], { silent: true });
    for (const forceNewSession of [true, { detail: 'Once more.' }] as const) {
      const asked = other.getSession(id, ['mcp'], { forceNewSession });
      const { message, detail } = await hands.dialog();
      // VS Code shows the question as the detail where there is none.
      assert.match(`${message} ${detail}`, /'test-runner' wants you to sign in again using lent/);
      await hands.clickDialog('Allow');
      await answerPage('ada');
      const session = await asked;
      assert.deepEqual([session.id, session.account.label], [before?.id, 'ada']);
      assert.notEqual(session.accessToken, before?.accessToken);
    }
    assert.equal((await vscode.authentication.getAccounts(id)).length, 1);
  });

  it('is of the account that is named, or that the person chooses where the choice of before is cleared', async () => {
    await hands.runCommand('MCP OAuth: Switch Account…');
    await hands.pickQuickItem('lent');
    await hands.pickQuickItem('Sign In With Another Account…');
    await answerPage('grace');
    const accounts = await vscode.authentication.getAccounts(id);
    assert.deepEqual(accounts.map(({ label }) => label).sort(), ['ada', 'grace']);
    const grace = accounts.find(({ label }) => label === 'grace') ?? missing();
    assert.equal(await other.getSession(id, ['mcp'], { silent: true, account: grace }), undefined);
    const named = other.getSession(id, ['mcp'], { createIfNone: true, account: grace });
    await hands.clickDialog('Allow');
    assert.equal((await named).account.label, 'grace');

    const chosen = other.getSession(id, ['mcp'], { createIfNone: true, clearSessionPreference: true });
    await hands.clickDialog('Allow');
    await hands.pickQuickItem('ada');
    assert.equal((await chosen).account.label, 'ada');
  });
});

describe('The interface for other extensions', () => {
  lend();

  it('shows the servers, and tells when one of them changes', async () => {
    assert.equal(api.version, 1);
    assert.equal(api.servers.length, 1);
    const states: string[] = [];
    const listening = api.onDidChangeServers(() => states.push(api.servers[0]?.state ?? 'none'));
    await hands.clickTreeAction('lent', 'Sign In…');
    await answerPage('ada');
    const [server] = api.servers;
    assert.deepEqual(
      [server?.name, server?.url, server?.state, server?.account?.label, server?.providerId],
      ['lent', url, 'connected', 'ada', id],
    );
    assert.deepEqual(await vscode.commands.executeCommand('notesReader.showServers'), [...api.servers]);
    await signOut('lent');
    listening.dispose();
    assert.deepEqual([states[0], states.at(-1)], ['authorizing', 'needs_auth']);
    assert.ok(states.includes('connected'), states.join());
    assert.ok(Object.isFrozen(api) && Object.isFrozen(server));
  });

  it('gives a token to an extension that the person allows it by name, after the sign-in that it takes', async () => {
    const fetched = fetchDirectly();
    const { message, detail, buttons } = await hands.dialog();
    assert.equal(message, 'The extension “Notes Reader” wants to sign in to the MCP server “lent” as you.');
    assert.match(detail, /^mcp-oauth-examples\.notes-reader could do at http.* what you can do there/);
    assert.deepEqual(buttons.toSorted(), ['Allow', 'Cancel', 'Deny']);
    await hands.screenshot('extension-consent');
    await hands.clickDialog('Allow');
    await answerPage('ada');
    assert.equal((await fetched).status, 200);
    // Remembered: nobody is asked again.
    assert.equal((await fetchDirectly()).status, 200);
  });

  it('has an extension call a tool through an address of its own, which sees no token', async () => {
    assert.equal(await readNotes(), 'No notes yet.');
    const { kind, socketPath, path, uri } = await addressOf('notes-reader');
    assert.deepEqual([kind, uri.path, uri.fragment], [uri.scheme, socketPath, path]);
    assert.equal(await statusAt({ socketPath, path }), 200);
    assert.equal(await statusAt({ socketPath, path: '/guessed/mcp' }), 404);
  });

  it('asks nobody on behalf of an extension that asks silently, and gives it nothing', async () => {
    const options = { extension: other.extension, silent: true };
    assert.equal(await api.getToken(url, options), undefined);
    assert.equal(await api.getGatewayAddress(url, options), undefined);
  });

  it('gives nothing to an extension whose question was closed or denied, which is not asked again', async () => {
    const closed = assert.rejects(getToken(), (thrown) => thrown instanceof vscode.CancellationError);
    assert.match(
      (await hands.dialog()).message,
      /^The extension “mcp-oauth-tests\.test-runner” wants to use your/,
    );
    await hands.clickDialog('Cancel');
    await closed;
    const denied = Promise.all([
      refusedWith('not_allowed', getToken()),
      refusedWith('not_allowed', getToken()),
    ]);
    await hands.clickDialog('Deny');
    await denied;
    await refusedWith('not_allowed', getToken());
    await refusedWith('not_allowed', api.getGatewayAddress(url, { extension: other.extension }));
  });

  it('knows servers by exactly their address, and extensions that are installed', async () => {
    for (const wrong of [`${url}/`, url.slice(0, -1), url.toUpperCase(), new URL(url).origin])
      await refusedWith('unknown_server', getToken({ url: wrong }));
    await refusedWith('unknown_server', getToken({ server: 'sandbox' }));
    const invented = { ...other.extension, id: 'acme.invented' };
    await refusedWith('unknown_extension', getToken({ extension: invented }));
  });

  it('lets the person take back what an extension may do, and give it again', async () => {
    const address = await addressOf('notes-reader');
    await manageAccess(async () => {
      const { items } = await hands.quickInputText();
      assert.deepEqual(items, ['mcp-oauth-tests.test-runner', 'Notes Reader']);
      await hands.screenshot('extension-access');
      await hands.pickQuickItem('Notes Reader');
    });
    await answering(address, 404);
    await assert.rejects(fetchDirectly(), /may not use the sign-in to “lent”/);
    assert.equal(await readNotes(), undefined);
    await hands.waitForNotification('“Notes Reader” may not use the sign-in to “lent”.');

    await manageAccess(() => hands.pickQuickItem('Notes Reader'));
    await answering(address, 200);
    assert.equal((await fetchDirectly()).status, 200);
  });

  it('asks the person for what a server’s refusal wants, and not silently', async () => {
    await manageAccess(() => hands.pickQuickItem('mcp-oauth-tests.test-runner'));
    const before = await eventually(
      5_000,
      () => api.getToken(url, { extension: other.extension, silent: true }),
      () => 'There is no token.',
    );
    const wwwAuthenticate = 'Bearer error="insufficient_scope", scope="notes:write"';
    assert.equal(
      await api.getToken(url, { extension: other.extension, silent: true, wwwAuthenticate }),
      undefined,
    );
    const asked = getToken({ wwwAuthenticate });
    await answerPage('ada');
    const token = await asked;
    assert.deepEqual([token.tokenType, token.account.label], ['Bearer', 'ada']);
    assert.ok(!before.scopes.includes('notes:write') && token.scopes.includes('notes:write'));
    const subset = { extension: other.extension, silent: true, scopes: ['notes:write'] };
    assert.equal((await api.getToken(url, subset))?.accessToken, token.accessToken);
    const foreign = { extension: other.extension, silent: true, account: { id: 'nobody' } };
    assert.equal(await api.getToken(url, foreign), undefined);
  });

  it('leaves it to VS Code to ask where an extension asks VS Code, as the example does', async () => {
    const asked = vscode.commands.executeCommand<vscode.AuthenticationSession>(
      'notesReader.useSession',
      'lent',
    );
    await hands.clickDialog('Allow');
    await hands.pickQuickItem('ada');
    const session = await asked;
    assert.equal(session.account.label, 'ada');
    const options = { extension: other.extension, silent: true };
    assert.equal(session.accessToken, (await api.getToken(url, options))?.accessToken);
  });

  function getToken({
    url: address = url,
    ...options
  }: {
    readonly url?: string;
    readonly server?: string;
    readonly extension?: vscode.Extension<unknown>;
    readonly wwwAuthenticate?: string;
  } = {}): Promise<McpOAuthToken> {
    return api.getToken(address, { extension: other.extension, ...options });
  }

  function addressOf(name: string) {
    const asker = vscode.extensions.getExtension(`mcp-oauth-examples.${name}`) ?? missing();
    return api.getGatewayAddress(url, { extension: asker });
  }

  /** What the example does, in its own name. */
  async function fetchDirectly(): Promise<Response> {
    return vscode.commands.executeCommand<Response>('notesReader.fetchDirectly', url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify(initialize),
    });
  }

  async function readNotes(): Promise<string | undefined> {
    return vscode.commands.executeCommand<string | undefined>('notesReader.readNotes', url);
  }

  async function manageAccess(change: () => Promise<void>): Promise<void> {
    await hands.runCommand('MCP OAuth: Manage Extension Access…');
    await change();
    await hands.press('Enter');
  }

  async function refusedWith(code: string, promise: Promise<unknown>): Promise<void> {
    await assert.rejects(promise, { name: 'McpOAuthError', code });
  }
});

/** Answers the consent page that opens next. */
async function answerPage(account: string): Promise<void> {
  await hands.waitForPage(`${stage.sandbox.issuer}/`);
  await allowAs(account);
  await rowSaying('lent', new RegExp(`^connected as ${account}`));
  await hands.pageClose();
}

type Address = Pick<McpOAuthGatewayAddress, 'socketPath' | 'path'>;

/** Waits until a request at the gateway is answered so. */
function answering(address: Address, status: number): Promise<true> {
  return eventually(
    5_000,
    // One that is under way when the access is taken back is cut off.
    async () => (await statusAt(address).catch(() => undefined)) === status || undefined,
    () => `The gateway does not answer ${status}.`,
  );
}

/** The status of the answer to a request at the gateway. */
async function statusAt({ socketPath, path }: Address): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    http
      .request({ socketPath, path, method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        response.destroy();
      })
      .once('error', reject)
      .end(JSON.stringify(initialize));
  });
}

function missing(): never {
  throw new Error('It is not there.');
}
