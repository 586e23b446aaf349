// Every fault of the sandbox's MCP server, over real HTTP: it does what its sentence says, and the server is itself
// again when it is switched off.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mcpFaults } from '../../src/sandbox/faults/mcpFaults.ts';
import { challengeIs, challengeLines, rightDocument, scopes, sights } from './sandboxMcpSights.ts';
import { documentPath, modern, rootDocumentPath, Stand, toolCall } from './sandboxMcpStand.ts';

test('every fault of the table is tried here', () => {
  assert.deepEqual(
    Object.keys(sights),
    mcpFaults.map(({ name }) => name),
  );
});

for (const { name, about, source } of mcpFaults) {
  test(`${name}: ${about}`, async (t) => {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(about, /^[A-Z].*\.$/);
    assert.match(source, /^(field case \d+|checklist [\d.]+|RFC \d+)$/);
    const stand = await Stand.open(t);
    await isItself(stand);
    stand.faults.set([name]);
    await sights[name]?.(stand);
    stand.faults.set([]);
    await isItself(stand);
  });
}

test('several faults work together', async (t) => {
  const stand = await Stand.open(t);
  stand.faults.set(['challenge-negotiate', 'challenge-spaced', 'resource-noise-502', 'resource-sibling']);
  await challengeIs(`Negotiate, Bearer scope = "${scopes}"`)(stand);
  assert.equal((await stand.get(documentPath)).status, 502);
  assert.equal((await stand.document(rootDocumentPath))['resource'], `${stand.mcpUrl}x`);
});

test('no fault opens the server to a page of another site', async (t) => {
  const stand = await Stand.open(t);
  for (const { name } of mcpFaults) {
    stand.faults.set([name]);
    assert.equal(await stand.status('Bearer good', { origin: 'https://evil.example' }), 403, name);
  }
});

/** The server as it is without a fault. */
async function isItself(stand: Stand): Promise<void> {
  await challengeIs(`Bearer resource_metadata="{document}", scope="${scopes}"`)(stand);
  assert.equal((await challengeLines(stand)).length, 1);
  assert.deepEqual(await stand.document(), rightDocument(stand));
  assert.equal((await stand.get(rootDocumentPath)).status, 404);
  assert.equal((await stand.get('/login')).status, 404);
  assert.equal(await stand.status('Bearer good'), 200);
  const call = await stand.post('Bearer good', toolCall('list_notes'), modern('tools/call', 'list_notes'));
  assert.equal(call.status, 200);
  await call.body?.cancel();
  assert.equal(await stand.status('Bearer sandbox-api-key'), 401);
}
