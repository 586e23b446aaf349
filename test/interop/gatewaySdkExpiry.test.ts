/** Tokens that end one after another while the clients of the official SDKs work before the gateway. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { clientKinds } from './gatewayClients.ts';
import { withGateway } from './gatewayStand.ts';
import { briefSeconds } from './tokenEnd.ts';

const renewals = 2;
/** Between two calls, so that all clients get their turn. */
const pauseMs = 50;

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ accessTokenSeconds: briefSeconds });
});
after(() => sandbox.close());

// All at once, since the time goes into waiting for tokens to end.
describe('With tokens that live for seconds,', { concurrency: true }, () => {
  for (const kind of clientKinds) {
    test(`${kind.name} gets an answer to every call`, () =>
      withGateway(kind, sandbox, async (stand) => {
        const { client, desk } = stand;
        const signIns = stand.tokenRequests;
        while (stand.tokenRequests < signIns + renewals) {
          const who = (await client.call('whoami')) as { readonly account: string };
          assert.equal(who.account, 'ada');
          await new Promise((next) => setTimeout(next, pauseMs));
        }
        assert.equal(desk.opened.length, 1, 'nobody is asked again');
      }));
  }
});
