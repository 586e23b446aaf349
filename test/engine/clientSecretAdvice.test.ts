// A secret is to be set for a server that has no client to whom it could belong: what is said, and what is offered.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import type * as ClientSecret from '../../src/vscode/clientSecretCommand.ts';
import { Attempt, issuerDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import type { shown as Shown } from './plainEditor.ts';
import { loadShell } from './shellTexts.ts';

const attempt = new Attempt();

let shell: typeof ClientSecret & { readonly shown: typeof Shown };
before(async () => {
  shell = (await loadShell('clientSecretCommand')) as typeof shell;
});
beforeEach(() => {
  shell.shown.messages.length = 0;
});

const keeping = {} as never;
async function offered(all: readonly Session[], chosen: Session | undefined): Promise<readonly string[]> {
  await shell.setClientSecretCommand({ all } as never, keeping, chosen);
  const [message] = shell.shown.messages;
  assert.match(message?.sentence ?? '', /^A secret belongs to a client of yours/);
  return message?.buttons ?? [];
}

describe('Whoever has no client for the secret', () => {
  it('is led to the guide where the server registers none by itself (field case 7)', async () => {
    attempt.world.alter(issuerDocument, { registration_endpoint: undefined });
    const closed = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await assert.rejects(closed.signIn());
    assert.equal(closed.state.kind, 'needs_client_registration');
    const open = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { name: 'other' }));
    const both = ['Configure Client', 'Open Settings'];
    assert.deepEqual(await offered([open, closed], closed), both);
    shell.shown.messages.length = 0;
    assert.deepEqual(await offered([open, closed], undefined), both);
  });

  it('is led to the settings alone where a client would be registered', async () => {
    const open = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    assert.deepEqual(await offered([open], open), ['Open Settings']);
  });
});
