import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Sessions } from '../../src/session/sessions.ts';
import { currentRow } from '../../src/vscode/currentRow.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();
const notes = { ...serverAt('https://mcp.example/mcp'), name: 'notes' };

describe('A row that a command was chosen on', () => {
  let sessions: Sessions;

  beforeEach(async () => {
    sessions = new Sessions(attempt.desk.ports);
    await sessions.update([notes]);
  });

  it('means the session of now where the settings have replaced the one that it was drawn for', async () => {
    const drawn = sessions.find('notes');
    assert.ok(drawn);
    await sessions.update([{ ...notes, oauth: { clientId: 'mine' } }]);
    const now = sessions.find('notes');
    assert.notEqual(now, drawn);
    assert.equal(currentRow(drawn, sessions), now);
  });

  it('means its own session where nothing has changed', () => {
    const drawn = sessions.find('notes');
    assert.ok(drawn);
    assert.equal(currentRow(drawn, sessions), drawn);
  });

  it('stays what it is where there is no such server any more, or where it is no server', async () => {
    const drawn = sessions.find('notes');
    assert.ok(drawn);
    await sessions.update([]);
    assert.equal(currentRow(drawn, sessions), drawn);
    const share = { share: { id: 'a' } };
    assert.equal(currentRow(share, sessions), share);
  });
});
