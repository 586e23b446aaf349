import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../support/freePort.ts';
import { allowAs, configureServers, hands, rowSaying, signOut, stage } from './extension.ts';
import { quickInputSaying } from './quickInput.ts';
import { register, type RegisteredClient } from './registeredClient.ts';

describe('A client that a person registered by hand', () => {
  let port: number;
  let redirectUri: string;
  let client: RegisteredClient;
  let restore: () => Promise<void>;

  before(async () => {
    port = await freePort();
    restore = await configure({});
    await clear();
  });
  after(() => restore());

  it('is told which redirect URIs to register (field case 7)', async () => {
    await hands.runCommand('MCP OAuth: Copy Redirect URIs');
    await hands.pickQuickItem('byhand');
    const { message } = await hands.waitForNotification(
      'Copied what to register as redirect URIs for “byhand”',
    );
    redirectUri = /(http\S+)$/.exec(message)?.[1] ?? '';
    assert.match(redirectUri, new RegExp(`${port}`));
    client = await register(stage.sandbox.issuer, redirectUri);
    await configure({ clientId: client.client_id, tokenEndpointAuthMethod: 'client_secret_post' });
    await rowSaying('byhand', /^needs sign-in/);
  });

  it('is not let in without its secret, and is offered to enter it', async () => {
    await clear();
    await signInWithoutSecret();
    const { message, buttons } = await hands.waitForNotification('none was entered');
    assert.match(message, /“MCP OAuth: Set Client Secret…”/);
    assert.deepEqual(buttons, ['Set Client Secret', 'Show Trace']);
    assert.deepEqual((await rowSaying('byhand', /./)).actions, ['Set Client Secret…']);
  });

  it('gets in with a secret that was entered where nobody can read it', async () => {
    await hands.clickNotification('Set Client Secret');
    const { title, message } = await quickInputSaying(/Secret of the client/);
    assert.match(title, /“byhand”/);
    assert.ok(message.includes(client.client_id));
    assert.match(
      message,
      /It goes to the authorization server that the sign-in leads to/,
      'tied to none yet',
    );
    await hands.screenshot('client-secret');
    await hands.quickInput(client.client_secret);
    await hands.waitForNotification('The client secret for “byhand” is kept in the secret storage.');
    await hands.clickInNotification('is kept in the secret storage', 'Sign In');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('ada');
    await rowSaying('byhand', /^connected as ada/);
    await hands.pageClose();
  });

  it('has a secret that is in no file, log, setting or browser storage in the clear', async () => {
    const files = readdirSync(stage.userDataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name));
    assert.ok(files.some((file) => file.endsWith('MCP OAuth.log')));
    const holding = files.filter((file) => readFileSync(file).includes(client.client_secret));
    assert.deepEqual(holding, []);
    assert.deepEqual(await hands.browserStorageHolding(client.client_secret), []);
    await signOut('byhand');
  });

  it('has no secret any more once an empty one was entered', async () => {
    await clear();
    await hands.runCommand('MCP OAuth: Set Client Secret…');
    await hands.pickQuickItem('byhand');
    const { message } = await quickInputSaying(/Secret of the client/);
    assert.ok(message.includes(`at ${new URL(stage.sandbox.issuer).host}, or`), message);
    await hands.press('Enter');
    await hands.waitForNotification('There is no client secret for “byhand” any more.');
    await rowSaying('byhand', /^(signed out|needs sign-in)/);
    await signInWithoutSecret();
    await hands.waitForNotification('none was entered');
  });

  it('is asked for a private key where the settings want one, and not content with anything else', async () => {
    await configure({ clientId: client.client_id, tokenEndpointAuthMethod: 'private_key_jwt' });
    await rowSaying('byhand', /^needs sign-in/);
    await hands.runCommand('MCP OAuth: Set Client Secret…');
    await hands.pickQuickItem('byhand');
    await quickInputSaying(/Secret of the client/);
    await hands.quickInput('s3cret');
    await quickInputSaying(/asks for a private key/);
    await hands.press('Escape');
  });

  function configure(oauth: object) {
    const settings = { redirect: 'loopback', redirectPort: port, ...oauth };
    return configureServers({ byhand: { url: stage.sandbox.mcpUrl, oauth: settings } });
  }

  /** Fails before the browser opens or after it came back. */
  async function signInWithoutSecret(): Promise<void> {
    await hands.clickTreeAction('byhand', 'Sign In…');
    const { description } = await rowSaying('byhand', /^(sign-in failed|waiting for your browser)/);
    if (description.startsWith('waiting')) {
      await hands.waitForPage(`${stage.sandbox.issuer}/`);
      await allowAs('ada');
    }
    await rowSaying('byhand', /^sign-in failed/);
    if (description.startsWith('waiting')) await hands.pageClose();
  }
});

async function clear(): Promise<void> {
  if ((await hands.notifications()).length > 0) await hands.clearNotifications();
}
