// The server of a sandbox that does not run: everything that shows it says so, and offers to start it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import type { ServerMenu as Menu } from '../../src/vscode/serverMenu.ts';
import type * as SandboxEntry from '../../src/vscode/sandboxEntry.ts';
import type * as ServerRows from '../../src/vscode/serverRows.ts';
import type * as Tooltip from '../../src/vscode/serverTooltip.ts';
import type * as StatusTooltip from '../../src/vscode/statusTooltip.ts';
import { Attempt, issuerDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { loadShell } from './shellTexts.ts';

type Shell = typeof SandboxEntry &
  typeof ServerRows &
  typeof Tooltip &
  typeof StatusTooltip & { readonly ServerMenu: typeof Menu };

const attempt = new Attempt();
/** A port that nobody listens on. */
const nobody = 'http://127.0.0.1:1/mcp';
const facts = { listed: undefined, isTakenOver: false };

let shell: Shell;
let menu: Menu;
before(async () => {
  shell = (await loadShell(
    'sandboxEntry',
    'serverRows',
    'serverTooltip',
    'serverMenu',
    'statusTooltip',
  )) as Shell;
  const manifest = readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8');
  menu = new shell.ServerMenu(JSON.parse(manifest), 'mcpOAuth.servers');
});

async function failed(name: string, url: string): Promise<Session> {
  const session = await attempt.desk.open(serverAt(url, { name }));
  await assert.rejects(session.signIn());
  assert.equal(session.state.kind, 'error');
  return session;
}

const actionOf = (session: Session) =>
  menu.actionFor(shell.serverItem(session, facts).contextValue ?? '')?.command;
/** As a person reads it. */
const statusOf = (session: Session) =>
  shell
    .statusTooltip([session], menu, 'MCP')
    .value.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

describe('A sandbox that does not run', () => {
  it('is what the row of its server tells of, with the button that starts it', async () => {
    const session = await failed('sandbox', nobody);
    assert.equal(actionOf(session), 'mcpOAuth.startSandbox');
    const { description, accessibilityInformation } = shell.serverItem(session, facts);
    assert.deepEqual([description, accessibilityInformation?.label], ['not running', 'sandbox, not running']);
    const lines = shell.serverTooltip(session, undefined, []).split('\n');
    assert.deepEqual(lines, ['sandbox', 'The sandbox is not running. “Start Sandbox Server” starts it.']);
    const { contextValue = '' } = shell.serverItem(session, facts);
    assert.ok(menu.entriesFor(contextValue).some(({ command }) => command === 'mcpOAuth.signIn'));
  });

  it('is told of at once where somebody is signed in, and no more once it answers again', async () => {
    const { session } = await attempt.signIn({ name: 'sandbox' });
    assert.match(String(shell.serverItem(session, facts).description), /^connected as ada/);
    shell.noteStopped(session);
    assert.equal(shell.serverItem(session, facts).description, 'not running');
    assert.equal(actionOf(session), 'mcpOAuth.startSandbox');
    assert.equal(session.state.kind, 'offline', 'Who was signed in is so still.');
    await shell.letTryAnew(session);
    assert.match(String(shell.serverItem(session, facts).description), /^connected as ada/);
  });

  it('is not told of where nobody is signed in, who may sign in when it runs', async () => {
    const session = await attempt.desk.open(serverAt(nobody, { name: 'sandbox' }));
    shell.noteStopped(session);
    assert.equal(shell.serverItem(session, facts).description, 'needs sign-in');
  });

  it('is what the status bar tells of under the mouse, with a link that starts it', async () => {
    const told = statusOf(await failed('sandbox', nobody));
    const [, query = ''] =
      /sandbox \| The sandbox is not running\. \| \[.*\]\(command:_mcpOAuth\.act\?([^)]*)\)/.exec(told) ?? [];
    assert.equal(decodeURIComponent(query), '["sandbox","mcpOAuth.startSandbox"]', told);
  });

  it('is none where another server cannot be reached, or the sandbox fails otherwise', async () => {
    const other = await failed('other', nobody);
    assert.equal(actionOf(other), 'mcpOAuth.signIn');
    assert.doesNotMatch(shell.serverTooltip(other, undefined, []), /sandbox/);
    attempt.world.answers.set('/mcp', () => ({ status: 500, body: '' }));
    const odd = await failed('sandbox', attempt.world.mcpUrl);
    assert.notEqual(actionOf(odd), 'mcpOAuth.startSandbox');
    assert.doesNotMatch(statusOf(odd), /not running/);
  });
});

describe('A sandbox whose faults were chosen', () => {
  it('goes on to need a client while it registers nobody by itself, and is tried anew otherwise (field case 7)', async () => {
    attempt.world.alter(issuerDocument, { registration_endpoint: undefined });
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { name: 'sandbox' }));
    await assert.rejects(session.signIn(), { code: 'registration_closed' });
    await shell.letTryAnew(session, true);
    assert.equal(shell.serverItem(session, facts).description, 'needs a client id');
    await shell.letTryAnew(session);
    assert.equal(shell.serverItem(session, facts).description, 'needs sign-in');
  });

  it('is tried anew where it failed for something else', async () => {
    const session = await failed('sandbox', nobody);
    await shell.letTryAnew(session, true);
    assert.equal(session.state.kind, 'needs_auth');
  });
});
