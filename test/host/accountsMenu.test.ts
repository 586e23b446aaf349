import assert from 'node:assert/strict';
import { allowAs, cancelFromRow, hands, rowSaying, silentSession, stage } from './extension.ts';

describe('The Accounts menu', () => {
  it('signs in to a server that needs it', async () => {
    await hands.accountsMenuClick(['Sign in with sandbox to use MCP OAuth (1)']);
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await allowAs('ada');
    await rowSaying('sandbox', /^connected as ada/);
    await hands.pageClose();
    const entries = await hands.accountsMenu();
    assert.ok(entries.includes('ada (sandbox)'), entries.join(', '));
    assert.ok(!entries.some((entry) => entry.startsWith('Sign in with sandbox')), entries.join(', '));
  });

  it('gives the session to VS Code with the scopes that were asked for', async () => {
    const session = await silentSession('sandbox');
    assert.equal(session?.account.label, 'ada');
    assert.deepEqual(session.scopes, ['mcp']);
  });

  it('signs the session out', async () => {
    await hands.accountsMenuClick(['ada (sandbox)', 'Sign Out']);
    await hands.clickDialog('Sign Out');

    await rowSaying('sandbox', /^signed out/);
    assert.equal(await silentSession('sandbox'), undefined);
    const entries = await hands.accountsMenu();
    assert.ok(!entries.includes('ada (sandbox)'), entries.join(', '));
  });

  it('says once that access was denied, and nothing when the person cancels', async () => {
    const signIn = ['Sign in with sandbox to use MCP OAuth (1)'];
    await hands.clearNotifications();
    await hands.accountsMenuClick(signIn);
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await hands.pageClick('#deny');
    await rowSaying('sandbox', /^sign-in failed/);
    await hands.pageClose();
    assert.equal((await errorsShown()).length, 1);

    await hands.clearNotifications();
    await hands.accountsMenuClick(signIn);
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    await cancelFromRow('sandbox', /^sign-in failed/);
    await hands.pageClose();
    assert.deepEqual(await errorsShown(), []);
  });

  async function errorsShown(): Promise<readonly string[]> {
    const all = await hands.notifications();
    return all.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  }
});
