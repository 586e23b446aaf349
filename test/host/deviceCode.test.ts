import assert from 'node:assert/strict';
import { eventually } from '../support/deadline.ts';
import { cancelFromRow, configureServers, hands, rowSaying, signOut, stage } from './extension.ts';
import { pasted } from './pasted.ts';

describe('A sign-in with a code', () => {
  let restore: () => Promise<void>;
  before(async () => {
    restore = await configureServers({ coded: { url: stage.sandbox.mcpUrl, oauth: { redirect: 'device' } } });
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  after(() => restore());

  it('shows the code and where to enter it, and goes on by itself once it was entered (checklist 14.13)', async () => {
    await rowSaying('coded', /needs sign-in/);
    await hands.clickTreeAction('coded', 'Sign In…');
    const { message } = await hands.waitForNotification('enter the code');
    const { host } = new URL(stage.sandbox.issuer);
    assert.ok(message.startsWith('Signing in to “coded”: '), message);
    const [, code = ''] = /enter the code (\S+) at (\S+)\./.exec(message) ?? [];
    assert.match(code, /^[A-Z]{4}-[A-Z]{4}$/);
    assert.ok(message.includes(` at ${host}.`), message);
    const shown = (await hands.notifications()).filter((one) => one.message.includes('“coded”'));
    assert.equal(shown.length, 1);

    await hands.clickInNotification('“coded”', 'Copy Code');
    await hands.waitForNotification('Code Copied');
    assert.equal(await pasted(), code);
    await hands.clickInNotification('“coded”', 'Open Page');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    assert.ok((await hands.pageText()).includes(code), 'The person compares the code on the page.');
    await hands.pageClick('#continue');
    await hands.pageFill('#account', 'grace');
    await hands.pageFill('#passphrase', stage.passphrase);
    await hands.pageClick('#allow');
    await rowSaying('coded', /^connected as grace/, 40_000);
    await hands.pageClose();
  });

  it('leaves no code on the screen that is of no use any more', async () => {
    await closed();
    await signOut('coded');
    await hands.clickTreeAction('coded', 'Sign In…');
    await hands.waitForNotification('enter the code');
    await cancelFromRow('coded', /^signed out/);
    await closed();
  });

  async function closed(): Promise<void> {
    let messages: readonly string[] = [];
    await eventually(
      10_000,
      async () => {
        messages = (await hands.notifications()).map(({ message }) => message);
        return messages.every((message) => !message.includes('enter the code')) || undefined;
      },
      () => `The code is still shown: ${messages.join(' | ')}`,
    );
  }
});
