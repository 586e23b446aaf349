import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { GatewayOnDemand } from '../../src/gatewayOnDemand.ts';
import { fetchOver } from '../../src/node/socketFetch.ts';
import { ManualClock } from './manualClock.ts';

describe('The gateway that is loaded with its first client', () => {
  let gateway: GatewayOnDemand;
  beforeEach(() => {
    gateway = new GatewayOnDemand({
      hosts: () => ['localhost'],
      find: () => undefined,
      messageAddress: 'fragment',
      clock: new ManualClock(),
      onFault: () => undefined,
    });
  });
  afterEach(() => gateway.close());

  it('listens nowhere before that, and answers once it was asked for', async () => {
    gateway.cutOff('/nothing/mcp');
    const { path } = gateway.address;
    assert.equal(existsSync(path), false);
    await Promise.all([gateway.open(), gateway.open()]);
    assert.equal((await fetchOver(path)('http://localhost/nothing/mcp')).status, 404);
  });

  it('leaves nothing that listens where the window closes while it is loaded', async () => {
    const opening = gateway.open();
    gateway.close();
    await opening;
    assert.equal(existsSync(gateway.address.path), false);
  });
});
