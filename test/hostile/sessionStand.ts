/** A session whose network is hostile, with everything that it remembers, says and logs laid open. */
import assert from 'node:assert/strict';
import type { Server } from '../../src/servers/server.ts';
import { logLine, type LogFields } from '../../src/session/logLine.ts';
import type { Log, SessionPorts } from '../../src/session/ports.ts';
import { Session } from '../../src/session/session.ts';
import { Desk, serverAt } from '../engine/desk.ts';
import { requireHidden } from './door.ts';
import type { HostileNetwork } from './hostileNetwork.ts';
import { serverUrl } from './rightWorld.ts';

export class SessionStand {
  readonly desk: Desk;
  readonly network: HostileNetwork;
  readonly lines: string[] = [];

  /** @param answer what the browser brings back for the page that was opened; nothing where the person goes away. */
  constructor(network: HostileNetwork, answer: (page: string) => string | undefined) {
    this.network = network;
    this.desk = new Desk({ visit: answer });
  }

  get ports(): SessionPorts {
    const write = (event: string, fields?: LogFields, cause?: unknown) =>
      void this.lines.push(logLine(event, fields ?? {}, cause));
    const log: Log = { info: write, error: write };
    return { ...this.desk.ports, fetch: this.network.fetch, lookup: this.network.lookup, log };
  }

  open(changes: Partial<Server> = {}): Promise<Session> {
    return Session.open(serverAt(serverUrl, changes), this.ports);
  }

  /** Nothing that a person sees or copies has one of them in it (invariant 1). */
  requireHidden(secrets: readonly string[], sessions: readonly Session[]): void {
    for (const { state, details, traces, accounts } of sessions) {
      const told = traces.all.map(({ entries, error }) => [entries, error?.code, error?.facts]);
      const named = accounts.map(({ account }) => account);
      requireHidden(
        secrets,
        JSON.stringify([state, details.lastError?.error.facts, details.scopes, named, told]),
      );
    }
    requireHidden(secrets, this.lines.join('\n'));
  }

  requireNoTimer(): void {
    assert.equal(this.desk.clock.pendingTimers, 0, 'A timer is left behind.');
  }
}
