import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { allowAs, configureServers, hands, rowSaying } from './extension.ts';
import { pasted } from './pasted.ts';
import { registerByHand, type RegisteredClient } from './registeredClient.ts';
import { SandboxProgram } from './sandboxProgram.ts';
import { untilTabs } from './tabs.ts';

const tab = 'Configure Client: closed';

describe('The guide to a client that is registered by hand', () => {
  let program: SandboxProgram;
  let client: RegisteredClient;
  let redirectPort: number;
  let restore: () => Promise<void>;

  before(async () => {
    program = await SandboxProgram.start('--fault', 'registration-closed');
    restore = await configureServers({ closed: { url: program.mcpUrl } });
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await restore();
    await program.close();
  });

  it('opens by itself where a server registers nobody, with what it said and what to register (field case 7)', async () => {
    await rowSaying('closed', /^needs sign-in/);
    await hands.clickTreeAction('closed', 'Sign In…');
    await rowSaying('closed', /^needs a client id/);
    const text = await pageSaying(/Register a client for “closed”/);
    const failures = (await hands.notifications()).filter(({ severity }) => severity === 'error');
    assert.deepEqual(failures, [], 'The page says it all.');
    assert.match(text, /does not let programs register themselves/);
    assert.match(text, /Forbidden/);
    const uri = await hands.webviewText('.uris code');
    // The editor in a browser is reached by an address that holds the port of whoever listens behind it.
    const [, port] = /^http:\/\/127\.0\.0\.1:\d+\/proxy\/(\d+)\/callback$/.exec(uri) ?? [];
    assert.ok(port, uri);
    redirectPort = Number(port);
    await hands.webviewClick('[data-copy]');
    await pageSaying(/^Copied$/, '[data-copy]');
    assert.equal(await pasted(), uri);
    await hands.screenshot('guide');
    client = await registerByHand(program, uri);
  });

  it('says what is wrong beside the field, and keeps what was typed while another tab is in front', async () => {
    await hands.webviewClick('#save');
    await pageSaying(/Enter the client id/, '#client-id-problem');
    await hands.webviewFill('#client-id', `  ${client.client_id} `);
    await hands.webviewFill('#client-secret', client.client_secret);
    await vscode.commands.executeCommand('workbench.action.files.newUntitledFile');
    await hands.runCommand('MCP OAuth: Configure Client…');
    // It is the only one that can be meant.
    await pageSaying(/Enter what you got/);
    assert.equal(await hands.webviewValue('#client-secret'), client.client_secret);
    await untilTabs(tab, 1);
  });

  it('is about another authorization server as soon as the settings name one, with nothing left of what was typed (invariant 2)', async () => {
    const putBack = await configureServers({
      closed: { url: program.mcpUrl, oauth: { issuer: 'https://other.example' } },
    });
    const text = await pageSaying(/The authorization server is other\.example now/);
    assert.match(text, /in your account at other\.example/);
    assert.equal(await hands.webviewValue('#client-secret'), '');
    await hands.screenshot('guide-moved');
    await untilTabs(tab, 1);
    await putBack();
    await rowSaying('closed', /^needs sign-in/);
    await hands.clickTreeAction('closed', 'Sign In…');
    await pageSaying(/does not let programs register themselves/);
    assert.doesNotMatch(await hands.webviewText(), /in your account at other\.example/);
    await hands.webviewFill('#client-id', client.client_id);
    await hands.webviewFill('#client-secret', client.client_secret);
  });

  it('leads from what was entered to the sign-in, and closes when that has worked', async () => {
    await hands.webviewClick('#save');
    await hands.waitForPage(`${program.pagesOrigin}/`);
    const [servers] = [vscode.workspace.getConfiguration('mcpOAuth').inspect('servers')?.globalValue];
    assert.deepEqual((servers as { closed: { oauth: object } }).closed.oauth, {
      ...{ clientId: client.client_id, redirect: 'loopback', redirectPort },
    });
    assert.ok(!JSON.stringify(servers).includes(client.client_secret));
    await allowAs('ada');
    await rowSaying('closed', /^connected as ada/);
    await hands.pageClose();
    await untilTabs(tab, 0);
  });

  it('opens for who wants another client, says that a secret is kept, and does not have it', async () => {
    await hands.runCommand('MCP OAuth: Configure Client…');
    const text = await pageSaying(/A secret is kept for this client/);
    assert.match(text, /with a client that you registered yourself/);
    assert.equal(await hands.webviewValue('#client-id'), client.client_id);
    assert.equal(await hands.webviewValue('#client-secret'), '');
    await hands.webviewFill('#client-id', 'another');
    assert.doesNotMatch(await hands.webviewText(), /A secret is kept/);
    await restore();
    await untilTabs(tab, 0);
  });
});

/** What the page says, once it says what is expected. */
async function pageSaying(words: RegExp, selector = 'main'): Promise<string> {
  let last = '';
  return eventually(
    20_000,
    async () => {
      last = (await hands.webviewText(selector)).trim();
      return words.test(last) ? last : undefined;
    },
    () => `The page does not say ${String(words)} but ${last}.`,
  );
}
