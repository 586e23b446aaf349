// Sessions whose entry in the settings is changed or gone, or whose window closes: what must not be broken off goes on.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordStore } from '../../src/session/ports.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt, until, untilSoon } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();
const hourMs = 3_600_000;

/** Signed in an hour ago, with a token that has to be replaced. */
async function anHourAgo() {
  const { desk, world } = attempt;
  world.givesRefreshTokens = true;
  const sessions = new Sessions(desk.ports);
  await sessions.update([serverAt(world.mcpUrl)]);
  const session = sessions.find('notes') ?? assert.fail();
  await session.signIn();
  desk.clock.advance(hourMs);
  return { sessions, session };
}

const changed = () => [serverAt(attempt.world.mcpUrl, { headers: { 'x-team': 'blue' } })];

function storedGrant(): string {
  const { records } = attempt.desk;
  return records.records.get(records.keyOf('grant') ?? '') ?? '';
}

describe('A session whose settings change', () => {
  it('while its new token could not be kept has it kept, and the sign-in lasts (checklist 11.10)', async () => {
    const { desk } = attempt;
    const { sessions, session } = await anHourAgo();
    desk.records.failsToWrite = true;
    assert.equal((await session.authorization()).kind, 'token');
    desk.records.failsToWrite = false;
    assert.match(storedGrant(), /refresh-1/);
    await sessions.update(changed());
    await untilSoon(() => storedGrant().includes('refresh-2'), 'The new token is lost.');
    assert.equal((await sessions.find('notes')?.authorization())?.kind, 'token');
    assert.equal(sessions.find('notes')?.state.kind, 'connected');
  });

  it('while it asks for a new token is waited for when everything ends (checklist 11.10)', async () => {
    const { sessions, session } = await anHourAgo();
    void session.authorization();
    await until(() => attempt.world.sent('/as/token').length === 2);
    await sessions.update(changed());
    sessions.dispose();
    await sessions.settled();
    assert.match(storedGrant(), /refresh-2/);
  });
});

describe('A window that closes while its servers are opened', () => {
  it('leaves nobody behind who listens to the store', async () => {
    const { desk, world } = attempt;
    const { records, ports } = desk;
    let listeners = 0;
    const store: RecordStore = {
      read: (key) => records.read(key),
      write: (key, value) => records.write(key, value),
      remove: (key) => records.remove(key),
      keys: () => {
        sessions.dispose();
        return records.keys();
      },
      onDidChange: (listener) => {
        const stop = records.onDidChange(listener);
        listeners += 1;
        return () => {
          listeners -= 1;
          stop();
        };
      },
    };
    const sessions = new Sessions({ ...ports, store });
    await sessions.update([serverAt(world.mcpUrl)]);
    assert.equal(listeners, 0);
  });
});
