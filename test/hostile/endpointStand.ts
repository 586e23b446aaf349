/** One authorization server whose every answer is a hostile one, and a client that asks it. */
import assert from 'node:assert/strict';
import { policyFor } from '../../src/oauth/secureUrl.ts';
import { createTransport, type Transport } from '../../src/oauth/transport.ts';
import { ManualClock } from '../engine/manualClock.ts';
import { outcomeOf } from './door.ts';
import type { HostileAnswer } from './hostileAnswer.ts';
import { HostileNetwork, settled, type RightAnswer } from './hostileNetwork.ts';
import { issuerAs, serverUrl } from './rightWorld.ts';

export class EndpointStand {
  readonly clock = new ManualClock();
  readonly network: HostileNetwork;
  readonly transport: Transport;
  readonly signal = new AbortController().signal;
  readonly now = () => this.clock.now();
  /** What was written to the log of requests. */
  readonly log: unknown[] = [];

  /** @param answers in order; the last one stays. */
  constructor(answers: readonly HostileAnswer[], right: RightAnswer) {
    const left = [...answers];
    this.network = new HostileNetwork(() => ({
      hostile: (left.length > 1 ? left.shift() : left[0]) ?? {},
      right,
    }));
    const { fetch, lookup } = this.network;
    const ports = {
      fetch,
      lookup,
      clock: this.clock,
      onExchange: (exchange: unknown) => this.log.push(exchange),
    };
    this.transport = createTransport(ports, policyFor(serverUrl));
  }

  /** The result, or nothing for a failure that was foreseen. */
  async outcome<Result>(work: Promise<Result>, secrets: readonly string[]): Promise<Result | undefined> {
    const result = await outcomeOf(settled(work, this.clock, this.network), secrets);
    assert.equal(this.clock.pendingTimers, 0, 'A timer is left behind.');
    const shown = JSON.stringify(this.log);
    for (const secret of secrets) assert.ok(!shown.includes(secret), shown);
    return result;
  }

  /** All that was sent went to the authorization server. */
  requireSentTo(...paths: readonly string[]): void {
    this.network.requireNoNearRequest();
    for (const { url } of this.network.sent)
      assert.ok(
        paths.some((path) => url.href === issuerAs + path),
        url.href,
      );
  }
}
