// Texts of others in lists, boxes, the status bar and the Accounts menu: none of them becomes an icon of the editor's.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { Server } from '../../src/servers/server.ts';
import type { ListedServer } from '../../src/servers/settings.ts';
import type { Session } from '../../src/session/session.ts';
import type * as AccountCommands from '../../src/vscode/accountCommands.ts';
import type * as AddServer from '../../src/vscode/addServerCommand.ts';
import type * as ApiAccess from '../../src/vscode/apiAccessCommand.ts';
import type * as ClientEntries from '../../src/vscode/clientEntries.ts';
import type * as ClientSecret from '../../src/vscode/clientSecretCommand.ts';
import type * as EntryCommands from '../../src/vscode/entryCommands.ts';
import type { FoundInFiles } from '../../src/vscode/foundServers.ts';
import type * as LocalClients from '../../src/vscode/localClients.ts';
import type * as RedirectUris from '../../src/vscode/redirectUrisCommand.ts';
import type * as Refresh from '../../src/vscode/refreshCommand.ts';
import type * as ServerPick from '../../src/vscode/serverPick.ts';
import type * as Provider from '../../src/vscode/sessionProvider.ts';
import type * as SignOut from '../../src/vscode/signOutCommands.ts';
import type * as TakeOver from '../../src/vscode/takeOverCommands.ts';
import { AccountStand } from './accountStand.ts';
import { serverAt } from './desk.ts';
import type { shown as Shown } from './plainEditor.ts';
import { loadShell } from './shellTexts.ts';

type Shell = typeof AccountCommands &
  typeof AddServer &
  typeof ApiAccess &
  typeof ClientEntries &
  typeof ClientSecret &
  typeof EntryCommands &
  typeof LocalClients &
  typeof RedirectUris &
  typeof Refresh &
  typeof ServerPick &
  typeof Provider &
  typeof SignOut &
  typeof TakeOver & { readonly shown: typeof Shown };

const stand = new AccountStand();
/** Would be a sign of the editor’s, beside a name that people trust. */
const hostile = '$(verified) github';
const address = 'https://mcp.example/$(verified)';

let shell: Shell;
before(async () => {
  shell = (await loadShell(
    ...['accountCommands', 'addServerCommand', 'apiAccessCommand', 'clientEntries', 'clientSecretCommand'],
    ...['entryCommands', 'localClients', 'redirectUrisCommand', 'refreshCommand', 'serverPick'],
    ...['sessionProvider', 'signOutCommands', 'takeOverCommands'],
  )) as Shell;
});

const source = { scope: 'user' } as const;
const place = { uri: { toString: () => 'file:///mcp.json' } as never, label: hostile, line: 1, column: 1 };
const foundServer = {
  ...{ fileKind: 'mcp', source, place },
  entry: { name: hostile, url: `https://mcp.example/${hostile}`, headers: {}, inputs: [] },
};
const found = {
  servers: [foundServer],
  takenOver: new Set([JSON.stringify(['user', hostile])]),
} as unknown as FoundInFiles;

/** Every file of the shell that asks for a server, an entry, an account or a program by its name. */
describe('A text of somebody else is no icon', () => {
  let session: Session;
  /** Of another address. */
  let foreign: Pick<Session, 'state' | 'server'>;

  beforeEach(async () => {
    for (const kind of [shell.shown.lists, shell.shown.prompts, shell.shown.progress]) kind.length = 0;
    stand.mayRevoke();
    session = await stand.desk.open(serverAt(stand.world.mcpUrl, { name: hostile }));
    for (const sub of ['u-1', 'u-2']) {
      stand.world.account = { sub, preferred_username: `${hostile} ${sub}` };
      assert.equal(await session.signIn(undefined, 'another'), 'granted');
    }
    foreign = { state: session.state, server: { ...session.server, url: address } };
  });

  const sessions = () => ({ all: [session], find: () => session }) as never;
  const settings = (more: object = {}) => ({
    listed: [{ server: session.server, source } as unknown as ListedServer],
    servers: [] as readonly Server[],
    ...{ waiting: [], problems: [], find: () => undefined },
    ...more,
  });
  const files = { read: () => Promise.resolve() };
  const parts = (more: object = {}) =>
    ({ sessions: sessions(), configured: settings(), found: { current: found }, files, ...more }) as never;

  /** What a person saw, each line of it; at least one of them has the text. */
  function assertPlain(): void {
    const { lists, prompts, progress } = shell.shown;
    const items = lists.flat();
    const lines = items.flatMap(({ label, description = '', detail = '' }) => [label, description, detail]);
    const all = [...lines, ...prompts, ...progress];
    assert.ok(
      all.some((line) => line.includes('\\$(verified)')),
      `Nothing of it was shown: ${all.join(' | ')}`,
    );
    for (const line of all) assert.doesNotMatch(line, /(?<!\\)\$\(/);
  }

  const doors: Readonly<Record<string, () => unknown>> = {
    'the accounts to switch to': () => shell.switchAccountCommand(sessions(), session),
    'the accounts to sign out of': () => shell.signOutCommand(sessions(), session),
    'the servers to choose from': () =>
      shell.pickServer(sessions(), {
        candidates: [foreign as never],
        ...{ placeHolder: '', nobody: '' },
      }),
    'a renewal in the status bar': () => shell.refreshCommand(sessions(), session),
    'a sign-out in the status bar': async () => {
      await session.signOut();
      await shell.signOutCommand(sessions(), session);
    },
    'the servers to take over': () => shell.manageServerCommand(parts(), undefined),
    'the question for another name': () =>
      shell.manageServerCommand(
        parts({ configured: settings({ servers: [session.server] }) }),
        foundServer as never,
      ),
    'the servers to give back': () => shell.giveBackServerCommand(parts(), undefined),
    'the servers to add': () => shell.addServerCommand(parts()),
    'the servers of a snippet': () => {
      const entry = { url: address };
      shell.shown.typed.push(JSON.stringify({ mcpServers: { [hostile]: entry, other: entry } }));
      return shell.addServerCommand(parts({ found: { current: { servers: [] } } }));
    },
    'the question for a name': () => {
      shell.shown.typed.push(address);
      return shell.addServerCommand(parts({ found: { current: { servers: [] } } }));
    },
    'a name that is taken': () => {
      const taken = shell.nameProblem(settings({ servers: [session.server] }) as never, hostile);
      shell.shown.prompts.push(taken ?? '');
    },
    'the entries to remove': () =>
      shell.removeServerCommand(
        parts({
          configured: settings({
            waiting: [{ name: 'other', source: { scope: 'folder', folder: `file:///${hostile}` } }],
          }),
        }),
        undefined,
      ),
    'the entries that wait for a value': () =>
      shell.enterValuesCommand(
        parts({ configured: settings({ waiting: [{ name: hostile, source, inputs: [] }] }) }),
        undefined,
      ),
    'the values to choose from': () =>
      shell.enterValuesCommand(parts(), {
        name: 'notes',
        inputs: [{ key: 'k', id: 'i', options: [{ label: hostile, value: 'v' }], password: false } as never],
      }),
    'the question for a value': () =>
      shell.enterValuesCommand(parts(), {
        name: 'notes',
        inputs: [{ key: 'k', id: 'i', description: hostile, password: false } as never],
      }),
    'the programs that a sign-in is shared with': () =>
      new shell.LocalClients({
        shares: { all: [{ label: hostile, serverName: hostile }] },
      } as never).copyAddress(undefined),
    'the name of an entry in another program’s file': () =>
      new shell.ClientEntries(
        () =>
          Promise.resolve({
            ...{ locate: () => Promise.resolve(`/home/${hostile}`), read: () => Promise.resolve('') },
            ...{ nameFor: () => hostile, put: () => ({ kind: 'taken' }) },
          } as never),
        {} as never,
      ).put('claude-code', 'notes', 'http://127.0.0.1:1/'),
    'the extensions with access': () =>
      shell.manageExtensionAccessCommand({
        all: [
          {
            asker: { id: 'a.b', name: hostile },
            server: { name: hostile, url: '' },
            address: hostile,
            allowed: true,
          },
        ],
      } as never),
    'the redirect URIs': () =>
      shell.copyRedirectUrisCommand(
        sessions(),
        {
          toRegister: () =>
            Promise.resolve([{ uri: `https://relay.example/${hostile}` }, { uri: 'http://127.0.0.1/' }]),
        } as never,
        session,
      ),
    'the client of a secret': () => {
      const oauth = { clientId: hostile };
      const configured = { server: { ...session.server, oauth } } as never;
      const keeping = { boundIssuer: () => Promise.resolve(undefined) } as never;
      return shell.setClientSecretCommand({ all: [configured] } as never, keeping, configured);
    },
    'the clients that a secret may be of': () => {
      const oauth = { clientId: hostile, identityProvider: { clientId: hostile } };
      const configured = { server: { ...session.server, oauth } } as never;
      return shell.setClientSecretCommand({ all: [configured] } as never, {} as never, configured);
    },
  };
  for (const [door, open] of Object.entries(doors))
    it(`in ${door}`, async () => {
      await open();
      assertPlain();
    });

  it('in the Accounts menu, which would leave it out, and what stands there is who is signed in', async () => {
    const provider = new shell.SessionProvider(session, () => Promise.reject(new Error('Nobody is asked.')));
    const told = await provider.getSessions(undefined);
    assert.deepEqual(
      told.map(({ account }) => account.label),
      ['$ (verified) github u-1', '$ (verified) github u-2'],
    );
    provider.dispose();
  });
});
