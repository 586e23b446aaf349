import assert from 'node:assert/strict';
import { eventually } from '../support/deadline.ts';
import { cancelFromRow, configureServers, hands, rowSaying, stage } from './extension.ts';
import { pasted } from './pasted.ts';
import { untilTabs } from './tabs.ts';

const tab = 'Code for typed';

describe('The page with the code of a sign-in', () => {
  let restore: () => Promise<void>;
  before(async () => {
    restore = await configureServers({ typed: { url: stage.sandbox.mcpUrl, oauth: { redirect: 'device' } } });
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  after(() => restore());

  it('shows the code large, names who asks for it, and copies it (checklist 14.13)', async () => {
    await rowSaying('typed', /needs sign-in/);
    await hands.clickTreeAction('typed', 'Sign In…');
    await untilTabs(tab, 1);
    const code = await hands.webviewText('#code');
    assert.match(code, /^[A-Z]{4}-[A-Z]{4}$/);
    assert.ok(Number.parseFloat(await hands.webviewStyle('#code', 'font-size')) >= 32);
    const text = await hands.webviewText();
    assert.match(text, /Sign in to “typed”/);
    assert.ok(text.includes(`Enter this code at ${new URL(stage.sandbox.issuer).host}:`), text);
    assert.match(text, /The code holds for \d+ more minutes\./);
    await hands.webviewClick('[data-ask="copy"]');
    await eventually(
      10_000,
      async () => ((await hands.webviewText('#outcome')) === 'The code was copied.' ? true : undefined),
      () => 'The page does not say that the code was copied.',
    );
    assert.equal(await pasted(), code);
    await hands.screenshot('device-code');
  });

  it('has the keyboard as it opens, and the Tab key leads to what is done next', async () => {
    await reopen();
    let focused = '';
    await eventually(
      10_000,
      async () => {
        focused = await hands.focusedElement();
        return focused === '' || undefined;
      },
      () => `The page has not the focus but “${focused}”.`,
    );
    await hands.press('Tab');
    assert.equal((await hands.focusedElement()).trim(), 'Copy and Open');
  });

  it('closes with its sign-in', async () => {
    await cancelFromRow('typed', /needs sign-in/);
    await untilTabs(tab, 0);
  });

  /** With the keyboard in the tree. */
  async function reopen(): Promise<void> {
    await cancelFromRow('typed', /needs sign-in/);
    await untilTabs(tab, 0);
    await hands.clickTreeRow('typed');
    await hands.clickTreeAction('typed', 'Sign In…');
    await untilTabs(tab, 1);
    await hands.webviewText('#code');
  }
});
