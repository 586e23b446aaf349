// The official SDK's own clients sign in to the sandbox, call a tool, and stay signed in when their token ends.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type ClientDocument, publishClientDocument } from './clientDocument.ts';
import { allow } from './person.ts';
import { type SdkConnection, type SdkKind, sdkKinds } from './sdkClients.ts';
import { describeClient, SignInMemory } from './signInMemory.ts';
import { briefSeconds, untilEnded } from './tokenEnd.ts';

let document: ClientDocument;
let sandbox: Sandbox;
/** Its tokens end soon. */
let brief: Sandbox;
const closers: (() => Promise<void>)[] = [];
before(async () => {
  document = await publishClientDocument(describeClient());
  closers.push(() => document.close());
  sandbox = await startSandbox({ clientDocumentAuthority: document.certificate });
  closers.push(() => sandbox.close());
  brief = await startSandbox({ accessTokenSeconds: briefSeconds });
  closers.push(() => brief.close());
});
after(async () => {
  for (const close of closers.reverse()) await close();
});

// All at once, since most of the time goes into waiting for tokens to end.
describe('of the official SDK,', { concurrency: true }, () => {
  for (const kind of sdkKinds) {
    describe(kind.name, () => {
      test('registers, signs in and calls a tool as who signed in', async () => {
        const memory = new SignInMemory();
        await signedIn(kind, sandbox, memory, async (connection) => {
          assert.equal(connection.revision(), kind.revision);
          assert.ok((await connection.toolNames()).includes('whoami'));
          assert.equal(await accountOf(connection), 'ada');
        });
        assert.notEqual(memory.clientInformation()?.client_id, document.url);
      });

      test('signs in with the address of its metadata document for a name, and registers nothing', async () => {
        const memory = new SignInMemory(document.url);
        await signedIn(kind, sandbox, memory, async (connection) => {
          assert.equal(await accountOf(connection), 'ada');
        });
        assert.equal(memory.clientInformation()?.client_id, document.url);
        assert.equal(memory.opened[0]?.searchParams.get('client_id'), document.url);
      });

      test('gets a new token by itself when the one it has ends', async () => {
        const memory = new SignInMemory();
        await signedIn(kind, brief, memory, async (connection) => {
          const ended = memory.tokens()?.access_token ?? '';
          await untilEnded(brief, ended);
          assert.equal(await accountOf(connection), 'ada');
          assert.notEqual(memory.tokens()?.access_token, ended);
        });
        assert.equal(memory.opened.length, 1);
      });
    });
  }
});

/** Signs in as the SDK wants it, a second connection taking over from the one that was turned away. */
async function signedIn(
  kind: SdkKind,
  sandbox: Sandbox,
  memory: SignInMemory,
  use: (connection: SdkConnection) => Promise<void>,
): Promise<void> {
  const first = kind.open(sandbox.mcpUrl, memory);
  const second = kind.open(sandbox.mcpUrl, memory);
  try {
    await assert.rejects(first.connect(), kind.isTurnedAway);
    const [address] = memory.opened;
    assert.ok(address);
    const answer = await allow(sandbox, address.href);
    assert.equal(answer.href.split('?')[0], memory.redirectUrl);
    assert.equal(answer.searchParams.get('state'), memory.state());
    await first.finishSignIn(answer);
    await second.connect();
    await use(second);
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}

async function accountOf(connection: SdkConnection): Promise<unknown> {
  return ((await connection.call('whoami')) as { account?: unknown } | undefined)?.account;
}
