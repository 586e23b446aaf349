import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../support/deadline.ts';
import { allowAs, configureServers, hands, rowSaying, stage } from './extension.ts';
import { pasted } from './pasted.ts';
import { SandboxProgram } from './sandboxProgram.ts';

/** Goes along with each request to the server, and must be in nothing that is shown. */
const key = 'k3y-of-the-tenant-77aa';

describe('What was tried', () => {
  let sandbox: SandboxProgram;
  let restore: () => Promise<void>;
  before(async () => {
    sandbox = await SandboxProgram.start();
    restore = await configureServers({
      traced: { url: `${sandbox.mcpUrl}?key=${key}`, headers: { 'X-Tenant': key } },
      untouched: { url: 'https://mcp.example/mcp' },
    });
    await rowSaying('traced', /needs sign-in/);
    await putNotificationsAway();
  });
  after(async () => {
    await hands.runCommand('View: Close All Editors');
    await restore();
    await sandbox.close();
  });

  it('is shown as a document that follows it, and says where it stopped, by which rule and what helps (checklist 9.1)', async () => {
    await showTrace('traced');
    assert.match(await traceSaying(/Nothing was tried/), /^Trace of “traced”\n/);

    await sandbox.chooseFaults('iss-wrong');
    await hands.runCommand('MCP OAuth: Sign In…');
    await hands.pickQuickItem('traced');
    await hands.waitForPage(sandbox.pagesOrigin);
    await traceSaying(/still running/);
    await allowAs('ada');
    await rowSaying('traced', /sign-in failed/);
    await hands.pageClose();

    const text = await traceSaying(/failed, after/);
    for (const expected of [
      /^ +\d+\.\d\d s {2}POST {2}401 +\d+ ms {2}asks the server without a token +127\.0\.0\.1:\d+\/mcp$/m,
      /^ +· 7\.6 +It belongs to this sign-in\.$/m,
      /^ +✗ 9\.1 9\.2 +It stopped here: iss_mismatch$/m,
      /The answer comes from “https:\/\/login\.example” instead of/,
      /What to try: Sign in again/,
    ])
      assert.match(text, expected);
    assert.equal(text.match(/The answer comes from/g)?.length, 1, 'The sentence stands there once.');
    assertNoSecret(text);
    for (const colorScheme of ['dark', 'light'] as const)
      await hands.screenshot(`trace-${colorScheme}`, 'workbench', colorScheme);
  });

  it('is offered with the failure, and has the next attempt on top', async () => {
    await hands.runCommand('View: Close All Editors');
    await sandbox.chooseFaults();
    await hands.clickNotification('Show Trace');
    await traceSaying(/iss_mismatch/);
    await putNotificationsAway();
    await hands.runCommand('MCP OAuth: Sign In…');
    await hands.pickQuickItem('traced');
    await hands.waitForPage(sandbox.pagesOrigin);
    await allowAs('ada');
    await rowSaying('traced', /^connected as ada/);
    await hands.pageClose();
    const text = await traceSaying(/· signed in, after/);
    assert.ok(text.indexOf('signed in, after') < text.indexOf('iss_mismatch'));
    assertNoSecret(text);
  });

  it('is copied as a report of all servers that names nobody and holds no secret', async () => {
    await putNotificationsAway();
    await hands.runCommand('MCP OAuth: Copy Diagnostics');
    const { buttons } = await hands.waitForNotification('A report on 2 servers is on the clipboard');
    assert.deepEqual(buttons, ['Open Issue', 'Show']);
    const report = await pasted();
    for (const expected of [
      /^- Extension: `\d+\.\d+\.\d+`$/m,
      new RegExp(`^- Editor: \`.*${vscode.version.replaceAll('.', '\\.')}\``, 'm'),
      /^- Remote: (?:none|`other`)$/m,
      /^### Server `traced`$/m,
      /^### Server `untouched`$/m,
      /^- Settings: `url`, `headers\.X-Tenant`$/m,
      /^- Client: `registered`$/m,
      /It stopped here: iss_mismatch/,
      /^Nothing was tried since this window was opened\.$/m,
      /^### End of the log$/m,
    ])
      assert.match(report, expected);
    assertNoSecret(report);
    assert.doesNotMatch(report, /\bada\b/);
    await hands.clickNotification('Show');
    await eventually(
      20_000,
      () => Promise.resolve(vscode.window.activeTextEditor?.document.getText() === report || undefined),
      () => 'The report is not shown.',
    );
    await hands.screenshot('diagnostics');
  });
});

async function putNotificationsAway(): Promise<void> {
  if ((await hands.notifications()).length > 0) await hands.clearNotifications();
}

async function showTrace(server: string): Promise<void> {
  await hands.runCommand('MCP OAuth: Show Trace');
  await hands.pickQuickItem(server);
}

/** The trace that is open, once it says what is expected. */
function traceSaying(words: RegExp): Promise<string> {
  let text = '';
  return eventually(
    20_000,
    () => {
      text = vscode.window.activeTextEditor?.document.getText() ?? '';
      return Promise.resolve(words.test(text) ? text : undefined);
    },
    () => `The document in front does not say ${String(words)}: ${text}`,
  );
}

function assertNoSecret(text: string): void {
  for (const secret of [key, stage.passphrase]) assert.ok(!text.includes(secret), `${secret} is in: ${text}`);
  assert.doesNotMatch(text, /[?&](?:code|state|key)=|Bearer [\w-]{8}|eyJ/);
}
