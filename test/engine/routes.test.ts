/** Which server is behind a key, while servers come and go. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Routes, serverKey } from '../../src/gateway/routes.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';

class RoutesStand extends Attempt {
  sessions!: Sessions;
  routes!: Routes;

  constructor() {
    super();
    beforeEach(() => {
      this.sessions = new Sessions(this.desk.ports);
      this.routes = new Routes(
        this.sessions,
        ({ kind }, { server }) => `${server.name}: ${kind}`,
        () => undefined,
      );
    });
    afterEach(() => this.sessions.dispose());
  }
}

const stand = new RoutesStand();

describe('The routes of the gateway', () => {
  it('lead to the server with this key, and are made once', async () => {
    const notes = serverAt(stand.world.mcpUrl);
    await stand.sessions.update([notes, { ...notes, name: 'other' }]);
    const route = stand.routes.find(serverKey(notes));
    assert.equal(route?.explain({ kind: 'forbidden' }), `${notes.name}: forbidden`);
    assert.equal(stand.routes.find(serverKey(notes)), route);
    assert.equal(stand.routes.find('notes'), undefined);
  });

  it('lead nowhere for a server that is gone or configured in another way', async () => {
    const notes = serverAt(stand.world.mcpUrl);
    await stand.sessions.update([notes]);
    assert.ok(stand.routes.find(serverKey(notes)));
    const edited = { ...notes, headers: { 'x-key': 'other' } };
    await stand.sessions.update([edited]);
    assert.equal(stand.routes.find(serverKey(notes)), undefined);
    assert.ok(stand.routes.find(serverKey(edited)));
    await stand.sessions.update([]);
    assert.equal(stand.routes.find(serverKey(edited)), undefined);
  });
});
