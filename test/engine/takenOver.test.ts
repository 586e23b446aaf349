// What was taken out of files of a person, kept until it is given back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { putBack, takeOut } from '../../src/servers/removedEntry.ts';
import { TakenOverEntries } from '../../src/session/takenOver.ts';
import { Attempt } from './attempt.ts';

const attempt = new Attempt();
const text = '{ "servers": {\n  // ours\n  "notes": { "url": "https://mcp.example" },\n} }\n';
const [mine, theirs] = ['file:///profile/mcp.json', 'file:///project/.vscode/mcp.json'];

function taken() {
  const taken = takeOut(text, 'mcp', 'notes');
  return taken.refusal === undefined ? taken.removed : assert.fail('It is not there.');
}

describe('An entry that was taken over', () => {
  it('comes back byte for byte after a restart', async () => {
    await new TakenOverEntries(attempt.desk.ports).keep('notes', { file: mine, removed: taken() });
    const kept = await new TakenOverEntries(attempt.desk.ports).find('notes', mine);
    const left = takeOut(text, 'mcp', 'notes').text ?? '';
    assert.equal(kept && putBack(left, kept.removed).text, text);
  });

  it('is kept beside one of the same name from another file', async () => {
    const entries = new TakenOverEntries(attempt.desk.ports);
    for (const file of [mine, theirs]) await entries.keep('notes', { file, removed: taken() });
    assert.deepEqual(await entries.list(), [
      { name: 'notes', file: mine },
      { name: 'notes', file: theirs },
    ]);
    await entries.forget('notes', mine);
    assert.deepEqual(await entries.list(), [{ name: 'notes', file: theirs }]);
    assert.equal(await entries.find('notes', mine), undefined);
  });

  it('counts as none where its record cannot be read', async () => {
    const entries = new TakenOverEntries(attempt.desk.ports);
    await entries.keep('notes', { file: mine, removed: taken() });
    const { records } = attempt.desk;
    for (const key of await records.keys()) await records.write(key, '{"version":1,"file":7}');
    await records.write('takenOver:[', 'x');
    assert.equal(await entries.find('notes', mine), undefined);
    assert.deepEqual(await entries.list(), []);
  });
});
