import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { configureServers, extension, hands, signInAs, signOut, stage } from './extension.ts';
import { pasted } from './pasted.ts';
import { quickInputWith } from './quickInput.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string | { readonly value: string };
    }[];
    readonly menus: {
      readonly commandPalette: readonly { readonly command: string; readonly when: string }[];
    };
  };
}

/** Sees the first thing that a command does, and puts it away. */
type Reaction = () => Promise<void>;

/** What each command of the palette does first, in the order in which they are tried. */
const reactions: Readonly<Record<string, Reaction>> = {
  showServers: asks(/^Choose a server to see what can be done with it$/),
  signIn: asks(/^Choose a server to sign in to$/),
  signOut: asks(/^Choose a server to sign out of$/),
  signOutOfAll: warns(/^Sign out of one MCP server\?$/),
  switchAccount: asks(/whose account you want to switch$/),
  testConnection: asks(/^Choose a server to test the connection to$/),
  configureClient: asks(/^Choose the server that you want to configure a client for$/),
  refreshNow: asks(/whose sign-in you want to renew now$/),
  forgetServer: asks(/^Choose a server to forget$/),
  addServer: asks(/Address of the MCP endpoint/),
  manageServer: says('No server was found that is not managed yet.'),
  giveBackServer: says('No server of this window was taken over from a file.'),
  removeServer: asks(/^Choose the server to remove from the settings$/),
  enterValues: says('No server needs a value.'),
  copySignInLink: says('No sign-in waits'),
  pasteCallback: says('No sign-in waits for an answer from your browser.'),
  setClientSecret: asks(/whose client secret you want to set$/),
  copyRedirectUris: asks(/^Choose the server that you register a client for$/),
  shareWithLocalClient: asks(/whose sign-in you want to share$/),
  stopSharing: says('You share no sign-in with another program.'),
  copyShareAddress: says('You share no sign-in with another program.'),
  manageExtensionAccess: says('No extension has asked to use a sign-in.'),
  showLog: shows(() =>
    vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'output'),
  ),
  openSettings: shows(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'Settings'),
  showTrace: asks(/^Choose a server whose trace you want to see$/),
  copyDiagnostics: says('A report on 2 servers is on the clipboard'),
  openKeyringHelp: warns(/external website/),
  startSandbox: warns(/^Add the sandbox at /),
  chooseSandboxFaults: asks(/^Choose what goes wrong$/),
  copySandboxPassphrase: says('The passphrase is on the clipboard.'),
  openSandboxClientPage: opens('http://sandbox.localhost:'),
  stopSandbox: says('The sandbox was stopped.'),
};

const { commands, menus } = (extension().packageJSON as Manifest).contributes;
const hidden = new Set(
  menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command),
);
const offered = new Map(
  commands
    .filter(({ command }) => !hidden.has(command))
    .map(({ command, title }) => [
      command.replace('mcpOAuth.', ''),
      typeof title === 'string' ? title : title.value,
    ]),
);

const relayUrl = 'https://relay.example/back';

describe('The command palette', () => {
  let restore: () => Promise<void>;

  before(async () => {
    restore = await configureServers({
      mine: { url: stage.sandbox.mcpUrl, oauth: { clientId: 'mine', relayUrl } },
      works: { url: stage.sandbox.mcpUrl },
    });
    await signInAs('works', 'ada');
    await tidyUp();
  });
  after(async () => {
    await signOut('works');
    await restore();
  });

  it('is tried with every command of the manifest that it offers', () => {
    assert.deepEqual([...offered.keys()].sort(), Object.keys(reactions).sort());
  });

  for (const [name, react] of Object.entries(reactions)) {
    const title = offered.get(name) ?? name;
    it(`has an answer to “${title}” without anything chosen before`, async () => {
      await hands.runCommand(`MCP OAuth: ${title}`);
      await react();
      await tidyUp();
    });
  }

  it('offers which redirect URI to copy where several could be registered (field case 7)', async () => {
    const ask = async (choice: string) => {
      await hands.runCommand('MCP OAuth: Copy Redirect URIs');
      await hands.pickQuickItem('mine');
      const { items } = await quickInputWith(({ placeholder }) => placeholder.includes('“mine”'), 'the URIs');
      await hands.pickQuickItem(choice);
      const { message } = await hands.waitForNotification(
        'Copied what to register as redirect URIs for “mine”',
      );
      await tidyUp();
      return { items, message };
    };
    const one = await ask(relayUrl);
    const [all, relay, local = ''] = one.items;
    assert.deepEqual([all, relay], ['All of them', relayUrl]);
    // The editor in a browser is reached by an address that holds the port of whoever listens behind it.
    const [, port] = /^http:\/\/127\.0\.0\.1:\d+\/proxy\/(\d+)\/callback$/.exec(local) ?? [];
    assert.ok(port, local);
    assert.doesNotMatch(one.message, /redirectPort/);
    assert.equal(await pasted(), relayUrl);
    const { message } = await ask('All of them');
    assert.ok(message.includes(`“oauth.redirectPort” to ${port}`), message);
    assert.equal(await pasted(), `${relayUrl}\n${local}`);
  });

  async function tidyUp(): Promise<void> {
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
    await vscode.commands.executeCommand('workbench.action.closePanel');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  }
});

/** A list or a box at the top of the window. */
function asks(words: RegExp): Reaction {
  return async () => {
    await quickInputWith(
      ({ title, placeholder, message }) => [title, placeholder, message].some((text) => words.test(text)),
      String(words),
    );
    await hands.press('Escape');
  };
}

function says(words: string): Reaction {
  return async () => {
    await hands.waitForNotification(words);
  };
}

function warns(words: RegExp): Reaction {
  return async () => {
    assert.match((await hands.dialog()).message, words);
    await hands.clickDialog('Cancel');
  };
}

/** A page in the browser, which is closed again: one in front makes the editor slow. */
function opens(beginning: string): Reaction {
  return async () => {
    await hands.waitForPage(beginning);
    await hands.pageClose();
  };
}

function shows(isShown: () => boolean): Reaction {
  return async () => {
    await eventually(
      10_000,
      () => Promise.resolve(isShown() || undefined),
      () => 'Nothing was shown.',
    );
  };
}
