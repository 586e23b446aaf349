// The sandbox's authorization server before the official suite: every scenario, in every revision that the suite
// knows, for each kind of client. A warning counts as a failure.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { register } from '../engine/sandboxVisitor.ts';
import { allowAndReturn } from '../interop/person.ts';
import { freePort } from '../support/freePort.ts';
import { judge, listScenarios, type Verdicts } from './suite.ts';

// The suite sends a secret only where the server takes no public clients, hence the faults.
const clients = [
  { kind: 'a public client', method: 'none', faults: [] },
  {
    kind: 'a client with its secret in the header',
    method: 'client_secret_basic',
    faults: ['only-client-secret-basic'],
  },
  {
    kind: 'a client with its secret in the form',
    method: 'client_secret_post',
    faults: ['only-client-secret-post'],
  },
];

const scenarios = await listScenarios('authorization');
const revisions = new Set(scenarios.flatMap((scenario) => scenario.revisions));

for (const { kind, method, faults } of clients) {
  for (const revision of revisions) {
    describe(`the authorization server, revision ${revision}, ${kind}`, () => {
      let sandbox: Sandbox;
      let verdicts: Verdicts;
      before(async () => {
        sandbox = await startSandbox({ faults });
        // A port that was free may be somebody else's by the time the suite listens: once more, with another.
        verdicts = await judgeFor(sandbox, method, revision).catch(() => judgeFor(sandbox, method, revision));
      });
      after(() => sandbox.close());

      for (const { name } of scenarios.filter((scenario) => scenario.revisions.includes(revision))) {
        test(`passes ${name} in full`, () => {
          const checks = verdicts.get(name) ?? [];
          assert.notEqual(checks.length, 0, 'The scenario was not run.');
          assert.deepEqual(
            checks.filter(({ status }) => status !== 'SUCCESS'),
            [],
          );
        });
      }
    });
  }
}

/** One run of all scenarios by a freshly registered client. */
async function judgeFor(sandbox: Sandbox, method: string, revision: string): Promise<Verdicts> {
  const port = await freePort();
  const { body: client } = await register(sandbox, {
    redirect_uris: [`http://127.0.0.1:${port}/callback`],
    token_endpoint_auth_method: method,
  });
  assert.equal(client['token_endpoint_auth_method'], method);
  const secret = client['client_secret'];
  const args = [
    ...['authorization', '--url', sandbox.issuer, '--resource', sandbox.mcpUrl, '--port', String(port)],
    ...['--client-id', String(client['client_id'])],
    ...(typeof secret === 'string' ? ['--client-secret', secret] : []),
    ...['--spec-version', revision, '--verbose'],
  ];
  return judge(args, async (suite) => {
    // The suite prints the address for the person before it listens for the answer.
    await suite.printed(/^Callback server started/m);
    await allowAndReturn(sandbox, await suite.printed(/^https?:\S+[?&]code_challenge=\S+$/m));
  });
}
