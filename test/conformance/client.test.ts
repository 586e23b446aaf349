// The engine, the sessions and the gateway before the official suite, as the program that they make without VS Code:
// every scenario of authorization that the suite has for clients. A warning counts as a failure.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { buildDriver, driverCommand, driverEnv, gatewayClientCommand } from './driver.ts';
import { judgeClient, judgeRequirements, listScenarios, type Scenario } from './suite.ts';

/** What the driver has to end with where a scenario's server is not to be trusted, or never content. */
const refusals: Readonly<Record<string, string>> = {
  'auth/resource-mismatch': 'resource_mismatch',
  'auth/metadata-issuer-mismatch': 'issuer_mismatch',
  'auth/iss-supported-missing': 'iss_mismatch',
  'auth/iss-wrong-issuer': 'iss_mismatch',
  'auth/iss-unexpected': 'iss_mismatch',
  'auth/iss-normalized': 'iss_mismatch',
  'auth/scope-retry-limit': 'more_access_wanted',
};

const scenarios = (await listScenarios('client')).filter(({ name }) => name.startsWith('auth/'));
const run = new Set<string>();

before(buildDriver);

describe('the driver', { concurrency: 3 }, () => {
  for (const scenario of scenarios) {
    test(`passes ${scenario.name} in full`, async () => {
      const verdict = await judgeClient(driverCommand, scenario.name, newestRevision(scenario), driverEnv);
      run.add(scenario.name);
      assert.notEqual(verdict.checks.length, 0, `The scenario was not run:\n${verdict.report}`);
      assert.deepEqual(
        verdict.checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING'),
        [],
      );
      assert.ok(!verdict.timedOut, verdict.report);
      const refusal = refusals[scenario.name];
      if (refusal === undefined) {
        assert.equal(verdict.exitCode, 0, verdict.stderr);
      } else {
        assert.notEqual(verdict.exitCode, 0);
        assert.match(verdict.stderr, /^[a-z_]+: \S.*\n$/);
        assert.equal(verdict.stderr.split(':')[0], refusal);
      }
      assert.ok(verdict.passed, verdict.report);
    });
  }
});

test('no scenario of authorization was left out', () => {
  assert.equal(scenarios.length, 33);
  assert.deepEqual([...run].sort(), scenarios.map(({ name }) => name).sort());
});

test('all that the revision 2026-07-28 requires of a client holds through the gateway', async () => {
  const { output, code } = await judgeRequirements(gatewayClientCommand, '2026-07-28', driverEnv);
  assert.match(output, /^Total: \d+ passed, 0 failed, 0 warnings$/m, output);
  assert.match(output, /^Not scored for 2026-07-28: \d+ scenario\(s\) run, 0 failing\./m, output);
  assert.equal(code, 0, output);
});

/** Scenarios of an extension hold for no revision in particular. */
function newestRevision({ revisions }: Scenario): string | undefined {
  return revisions
    .filter((revision) => revision !== 'extension')
    .sort()
    .at(-1);
}
