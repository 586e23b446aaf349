// An address in which something stands for a variable is shown as it is written: what was entered may be a secret.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { shownUrl, type Server } from '../../src/servers/server.ts';
import { readEntry } from '../../src/servers/serverEntry.ts';
import type { Session } from '../../src/session/session.ts';
import type * as Access from '../../src/vscode/apiAccess.ts';
import type * as AccessCommand from '../../src/vscode/apiAccessCommand.ts';
import type * as Consents from '../../src/vscode/apiConsents.ts';
import type * as Exports from '../../src/vscode/apiExports.ts';
import type * as ServerTooltip from '../../src/vscode/serverTooltip.ts';
import type * as TraceDocument from '../../src/vscode/traceDocument.ts';
import type * as ServerPick from '../../src/vscode/serverPick.ts';
import { Desk } from './desk.ts';
import { KeptState } from './keptState.ts';
import type { shown as Shown } from './plainEditor.ts';
import { loadShell } from './shellTexts.ts';

type Shell = typeof Access &
  typeof AccessCommand &
  typeof Consents &
  typeof Exports &
  typeof ServerPick &
  typeof ServerTooltip &
  typeof TraceDocument & { readonly shown: typeof Shown };

/** So short, and beside a letter, that it could not be looked for. */
const key = 'abc1234';
const written = 'https://mcp.example/k${input:key}/mcp';
const headers = { 'X-Tenant': 'mcp.example' };
const server = serverFrom({ url: written, headers });

function serverFrom(value: object): Server {
  const inputs = new Map([['key', { id: 'key', type: 'promptString', password: true } as const]]);
  const source = { scope: 'user' } as const;
  const read = readEntry({ source, name: 'notes', value, inputs }, { input: () => key });
  assert.ok(read.kind === 'server');
  return read.server;
}
const asker = { id: 'acme.reader', name: 'Reader' };

let shell: Shell;
before(async () => {
  shell = (await loadShell(
    ...[
      'apiAccess',
      'apiAccessCommand',
      'apiConsents',
      'apiExports',
      'serverPick',
      'serverTooltip',
      'traceDocument',
    ],
  )) as Shell;
});

describe('An address with a secret in it (invariant 1)', () => {
  let session: Session;
  beforeEach(async () => {
    shell.shown.messages.length = shell.shown.lists.length = 0;
    session = await new Desk({ visit: () => undefined }).open(server);
  });

  const sessions = () => ({ all: [session], onDidChangeSum: () => () => undefined }) as never;

  /** The variable was shown, and nothing of what stands for it. */
  function assertHidden(): void {
    const { messages, lists } = shell.shown;
    const rows = lists.flat().map(({ label, description, detail }) => [label, description, detail]);
    const text = JSON.stringify([messages, rows]);
    messages.length = lists.length = 0;
    assert.ok(text.includes('${input:key}'), text);
    assert.ok(!text.includes(key), text);
  }

  it('is told as it is written in the list of servers to choose from', async () => {
    await shell.pickServer(sessions(), { candidates: [session], placeHolder: '', nobody: '' });
    assertHidden();
  });

  it('is told as it is written where an extension wants to use the sign-in, and where that is changed later', async () => {
    const consents = new shell.ExtensionConsents(new KeptState());
    await assert.rejects(new shell.ExtensionAccess(consents).admit(asker, session, false));
    assertHidden();
    await consents.keep({ asker, server, address: written, allowed: true });
    await shell.manageExtensionAccessCommand(consents);
    assertHidden();
    assert.equal(consents.answerFor(asker.id, server), true);
  });

  it('is told as it is written in the tooltip of the server, and in its trace', () => {
    const listed = { server, source: { scope: 'user' }, inputs: [] } as const;
    for (const text of [shell.serverTooltip(session, listed, []), shell.tracedServer(session).url]) {
      assert.ok(text.includes(written), text);
      assert.ok(!text.includes(key), text);
    }
  });

  it('is the only thing that is not told as it is: a header hides nothing of an address', () => {
    assert.equal(
      shownUrl(serverFrom({ url: 'https://mcp.example/mcp', headers })),
      'https://mcp.example/mcp',
    );
    assert.equal(
      shownUrl(serverFrom({ url: 'https://mcp.example/mcp', headers: { 'X-Key': '${input:key}' } })),
      'https://mcp.example/mcp',
    );
    assert.equal(server.url, `https://mcp.example/k${key}/mcp`);
  });

  it('is told to other extensions as it is written, and taken from them so', async () => {
    const consents = new shell.ExtensionConsents(new KeptState());
    const { exported } = new shell.ExtensionApi({
      sessions: sessions(),
      access: new shell.ExtensionAccess(consents),
      signIn: () => Promise.reject(new Error('Nobody signs in.')),
      gateway: {
        ...{ kind: 'unix', socketPath: '/socket', open: () => Promise.resolve() },
        pathFor: (_, { url }) => `/${new URL(url).host}`,
      },
    });
    assert.deepEqual(
      exported.servers.map(({ url }) => url),
      [written],
    );
    const extension = { id: asker.id } as never;
    await consents.keep({ asker, server, address: written, allowed: true });
    for (const url of [written, server.url])
      assert.equal((await exported.getGatewayAddress(url, { extension })).path, '/mcp.example');
    await assert.rejects(exported.getGatewayAddress('https://mcp.example/other/mcp', { extension }), {
      code: 'unknown_server',
    });
  });
});
