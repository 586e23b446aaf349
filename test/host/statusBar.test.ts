import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { actCommand } from '../../src/vscode/statusTooltip.ts';
import { eventually } from '../support/deadline.ts';
import { crowdedServers, hostileName } from './crowdedServers.ts';
import { allowAs, configureServers, hands, rowSaying, signOut, stage } from './extension.ts';
import { quickInputWith } from './quickInput.ts';

const item = 'mcpOAuth.status';

describe('The item in the status bar', () => {
  let restore: () => Promise<void>;
  let putBack: (() => Promise<void>) | undefined;

  before(async () => {
    restore = await configureServers(crowdedServers());
    await rowSaying('alpha', /^needs sign-in/);
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  after(async () => {
    await putBack?.();
    await restore();
  });

  it('says how many servers work, and has the colour of a warning where somebody is needed', async () => {
    const { text, icons, background, ariaLabel } = await hands.statusBarItem(item);
    assert.deepEqual([text, icons, background], ['MCP 10/12', ['warning'], 'warning']);
    assert.equal(ariaLabel, 'MCP servers: 10 of 12 ready, 2 need you');
  });

  it('lists under the mouse first who needs somebody, each name as plain text, and not more than can be read', async () => {
    const tooltip = await hands.statusBarTooltip(item, 'status-tooltip-dark', 'dark');
    await hands.statusBarTooltip(item, 'status-tooltip-light', 'light');
    const lines = tooltip.split(/\s*\n\s*/).map((line) => line.replaceAll(/\s+/g, ' ').trim());
    assert.equal(lines[0], 'MCP servers: 10 of 12 ready, 2 need you');
    const names = ['alpha', hostileName, ...Array.from({ length: 8 }, (_, at) => `own-${at + 1}`)];
    const said = lines.join(' ');
    const places = names.map((name) => said.indexOf(name));
    assert.ok(!places.includes(-1), said);
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
    );
    assert.match(said, /needs sign-in Sign In….* and 2 more$/);
    assert.ok(!said.includes('own-9'), said);
  });

  it('signs in by a link, and turns while somebody signs in', async () => {
    await hands.clickStatusBarTooltip(item, 'Sign In…');
    await hands.waitForPage(`${stage.sandbox.issuer}/`);
    const { icons } = await hands.statusBarItem(item);
    assert.deepEqual(icons, ['loading']);
    await allowAs('ada');
    await rowSaying('alpha', /^connected as ada/);
    await hands.pageClose();
    const { text, ariaLabel } = await hands.statusBarItem(item);
    assert.equal(text, 'MCP 11/12');
    assert.equal(ariaLabel, 'MCP servers: 11 of 12 ready, one needs you');
  });

  it('never does more by a link than the link has said, however old it is', async () => {
    for (const command of ['mcpOAuth.signIn', 'mcpOAuth.forgetServer', 'workbench.action.closeWindow']) {
      // Ends with the list.
      void vscode.commands.executeCommand(actCommand, 'alpha', command);
      await quickInputWith(({ title }) => title === 'MCP Servers', 'the list of servers');
      await hands.press('Escape');
    }
    await rowSaying('alpha', /^connected as ada/);
  });

  it('is gone with the last server, and with it what the Accounts menu asked for', async () => {
    await signOut('alpha');
    const asks = async () => (await hands.accountsMenu()).filter((entry) => entry.includes('Sign in with'));
    assert.ok((await asks()).some((entry) => entry.includes('alpha')));
    putBack = await configureServers({});
    await eventually(
      10_000,
      async () => ((await asks()).length === 0 ? true : undefined),
      async () => `The Accounts menu still has: ${(await asks()).join(', ')}`,
    );
    await putBack();
    await rowSaying('alpha', /^needs sign-in/);
    await eventually(
      10_000,
      async () => (await asks()).some((entry) => entry.includes('alpha')) || undefined,
      async () => `The Accounts menu has: ${(await asks()).join(', ')}`,
    );
  });
});
