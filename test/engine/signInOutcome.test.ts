// How a person is told that a sign-in failed: by a notification, by the guide, or by the page that they began it from.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type * as SessionModule from '../../src/session/session.ts';
import type * as SignInCommand from '../../src/vscode/signInCommand.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';
import type * as PlainEditor from './plainEditor.ts';
import { loadShell } from './shellTexts.ts';

type Shell = typeof SessionModule & typeof SignInCommand & typeof PlainEditor;

const attempt = new Attempt();

describe('A sign-in that failed', () => {
  let shell: Shell;
  before(async () => {
    shell = (await loadShell('signInCommand', '../session/session')) as Shell;
  });
  beforeEach(() => {
    shell.shown.messages = [];
    shell.shown.commands = [];
  });

  /** What was shown and run, and the session that it was for. */
  async function signIn(isTold?: () => boolean) {
    const session = await shell.Session.open(serverAt(attempt.world.mcpUrl), attempt.desk.ports);
    const error = await shell.signInWithPerson(session, undefined, {}, isTold);
    assert.ok(error instanceof Error, String(error));
    const { messages, commands } = shell.shown;
    return { messages, commands, session };
  }

  it('is told by a notification with the button that helps', async () => {
    attempt.world.answers.set('/as/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
    const { messages, commands } = await signIn();
    assert.equal(messages.length, 1);
    assert.match(messages[0]?.sentence ?? '', /^Signing in to “notes” failed\. /);
    assert.deepEqual(messages[0]?.buttons, ['Sign In Again', 'Show Trace']);
    assert.deepEqual(commands, []);
  });

  it('has the guide open by itself where the server registers nobody, and no notification (field case 7)', async () => {
    attempt.world.answers.set('/as/register', () => ({ status: 403 }));
    const { messages, commands } = await signIn();
    assert.deepEqual(messages, []);
    assert.deepEqual(commands, ['mcpOAuth.configureClient']);
  });

  it('is told where there is an account that goes on working: no guide has the reason then', async () => {
    const { session } = await attempt.signIn();
    session.dispose();
    await attempt.desk.records.remove(attempt.desk.records.keyOf('registration') ?? '');
    attempt.world.answers.set('/as/register', () => ({ status: 403 }));
    const { messages, commands } = await signIn();
    assert.match(messages[0]?.sentence ?? '', /registers no clients by itself\. Register one there by hand/);
    assert.deepEqual(commands, []);
  });

  it('is not told beside the page that tells it, as long as that is open', async () => {
    attempt.world.answers.set('/as/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
    assert.deepEqual((await signIn(() => true)).messages, []);
    assert.equal((await signIn(() => false)).messages.length, 1);
  });
});
