// Providers of many servers, and their entries in the Accounts menu, as VS Code is told of them.
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Server } from '../../src/servers/server.ts';
import type { Sessions as SessionsOfEngine } from '../../src/session/sessions.ts';
import type { AuthenticationProviders as Providers } from '../../src/vscode/authenticationProviders.ts';
import type { SignInBadge as Badge } from '../../src/vscode/signInBadge.ts';
import { Desk, serverAt } from './desk.ts';
import type { shown as Shown } from './plainEditor.ts';
import { loadShell } from './shellTexts.ts';

interface Shell {
  readonly AuthenticationProviders: typeof Providers;
  readonly SignInBadge: typeof Badge;
  readonly Sessions: typeof SessionsOfEngine;
  readonly shown: typeof Shown;
}

let shell: Shell;
before(async () => {
  shell = (await loadShell('authenticationProviders', 'signInBadge', '../session/sessions')) as Shell;
});

function serversNamed(count: number): readonly Server[] {
  return Array.from({ length: count }, (_, index) =>
    serverAt(`https://server-${index}.example/mcp`, { name: `server-${index}` }),
  );
}

describe('The providers of many servers', () => {
  let desk: Desk;
  let sessions: SessionsOfEngine;
  let parts: readonly { dispose(): void }[] = [];

  beforeEach(() => {
    desk = new Desk({ visit: () => Promise.reject(new Error('Nobody is sent anywhere.')) });
    sessions = new shell.Sessions(desk.ports);
    shell.shown.providers.clear();
    shell.shown.accountEntries = [];
  });

  afterEach(() => {
    for (const part of parts) part.dispose();
    sessions.dispose();
  });

  async function open(count: number): Promise<void> {
    await sessions.update(serversNamed(count));
    const signIn = () => Promise.reject(new Error('Nobody is asked.'));
    const providers = new shell.AuthenticationProviders(sessions, { signIn, ports: desk.ports });
    parts = [new shell.SignInBadge(sessions, providers), providers];
  }

  /** How many providers and entries there are. */
  function counts(): readonly [number, number] {
    return [shell.shown.providers.size, new Set(shell.shown.accountEntries).size];
  }

  it('are there at once for a few', async () => {
    await open(20);
    assert.deepEqual(counts(), [20, 20]);
  });

  it('come a few at a time, so that other sign-ins of the window are not held up, each with one entry', async () => {
    await open(50);
    assert.deepEqual(counts(), [20, 20]);
    desk.clock.advance(25);
    assert.deepEqual(counts(), [40, 40]);
    desk.clock.advance(25);
    assert.deepEqual(counts(), [50, 50]);
    await sessions.update(serversNamed(51));
    assert.equal(shell.shown.accountEntries.length, 51);
  });

  it('are all there before VS Code stops waiting for one, also of a thousand servers', async () => {
    await open(1_000);
    for (let ms = 0; ms < 4_000; ms += 25) desk.clock.advance(25);
    assert.deepEqual(counts(), [1_000, 1_000]);
  });

  it('go with their servers, and never come for those that went before', async () => {
    await open(50);
    await sessions.update(serversNamed(30));
    for (let ms = 0; ms < 1_000; ms += 25) desk.clock.advance(25);
    assert.deepEqual(counts(), [30, 30]);
    await sessions.update(serversNamed(10));
    assert.equal(shell.shown.providers.size, 10);
  });
});
