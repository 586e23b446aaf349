import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { RefusedStarts } from '../../src/vscode/refusedStarts.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();

describe('A server whose start was refused for lack of a sign-in', () => {
  let sessions: Sessions;
  let session: Session;
  let starts: RefusedStarts;
  let started: string[];

  beforeEach(async () => {
    const { desk, world } = attempt;
    sessions = new Sessions(desk.ports);
    started = [];
    starts = new RefusedStarts(sessions, desk.clock, ({ server }) => started.push(server.name));
    await sessions.update([serverAt(world.mcpUrl)]);
    session = sessions.find('notes') ?? assert.fail();
  });

  it('is started once when somebody has signed in (field case 24)', async () => {
    starts.noteStart(session);
    starts.noteBlocked(session);
    assert.deepEqual(started, []);
    await session.signIn();
    assert.deepEqual(started, ['notes']);
    await session.signOut();
    await session.signIn();
    assert.deepEqual(started, ['notes']);
  });

  it('is left alone while a sign-in fails or is given up', async () => {
    starts.noteStart(session);
    starts.noteBlocked(session);
    attempt.desk.person = () => undefined;
    const signIn = session.signIn();
    session.cancelSignIn();
    await signIn;
    assert.deepEqual(started, []);
  });

  it('is none that ran when it was blocked: its requests go through by themselves', async () => {
    await session.signIn();
    starts.noteStart(session);
    attempt.desk.clock.advance(60_000);
    await session.signOut();
    starts.noteBlocked(session);
    await session.signIn();
    assert.deepEqual(started, []);
  });

  it('is none that VS Code never began to start: another client asked', async () => {
    starts.noteBlocked(session);
    await session.signIn();
    assert.deepEqual(started, []);
  });

  it('is forgotten where a later start got through', async () => {
    starts.noteStart(session);
    starts.noteBlocked(session);
    starts.noteStart(session);
    await session.signIn();
    assert.deepEqual(started, []);
  });

  it('is forgotten with its entry in the settings', async () => {
    starts.noteStart(session);
    starts.noteBlocked(session);
    await sessions.update([]);
    await sessions.update([serverAt(attempt.world.mcpUrl)]);
    await sessions.find('notes')?.signIn();
    assert.deepEqual(started, []);
  });
});
