// Where the gateway listens for clients that cannot use a socket.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { boundedServer } from '../../src/node/boundedServer.ts';
import { listenExclusively } from '../../src/node/exclusivePort.ts';
import { lookupAddresses } from '../../src/node/addressLookup.ts';
import { PortListener } from '../../src/node/portListener.ts';

function listenerFor(t: TestContext): PortListener {
  const listener = new PortListener((_, response) => response.end('here'));
  t.after(() => listener.close());
  return listener;
}

function hostOf({ address }: PortListener): string {
  assert.ok(address);
  return address.host;
}

describe('A port listener', () => {
  it('has no address and listens nowhere until it is opened', async (t) => {
    const listener = listenerFor(t);
    assert.equal(listener.address, undefined);
    await listener.open();
    assert.match(hostOf(listener), /^127\.0\.0\.1:\d+$/);
    assert.equal(await (await fetch(`http://${hostOf(listener)}/`)).text(), 'here');
  });

  it('goes on where a connection cannot be accepted, such as for lack of file handles', () => {
    const server = boundedServer(() => undefined);
    assert.doesNotThrow(() => server.emit('error', new Error('accept EMFILE')));
  });

  it('opens once, however often it is asked to', async (t) => {
    const listener = listenerFor(t);
    await Promise.all([listener.open(), listener.open()]);
    const host = hostOf(listener);
    await listener.open();
    assert.equal(hostOf(listener), host);
  });

  it('is reached through the address 127.0.0.1 alone (checklist 8.2)', async (t) => {
    const listener = listenerFor(t);
    await listener.open();
    const port = hostOf(listener).split(':')[1] ?? '';
    await assert.rejects(fetch(`http://[::1]:${port}/`));
    await assert.rejects(fetch(`http://127.0.0.2:${port}/`));
  });

  it('shares its port with nobody (checklist 8.3)', async (t) => {
    const listener = listenerFor(t);
    await listener.open();
    const other = createServer();
    t.after(() => other.close());
    const port = Number(hostOf(listener).split(':')[1]);
    await assert.rejects(listenExclusively(other, '127.0.0.1', port), { code: 'EADDRINUSE' });
  });

  it('takes the port that it is told, and says so where somebody else has it', async (t) => {
    const first = listenerFor(t);
    await first.open();
    const port = Number(hostOf(first).split(':')[1]);
    const second = new PortListener((_, response) => response.end('here'), { port });
    t.after(() => second.close());
    await assert.rejects(second.open(), { code: 'EADDRINUSE' });
    assert.equal(second.address, undefined);
    first.close();
    await second.open();
    assert.equal(hostOf(second), `127.0.0.1:${port}`);
    assert.equal(await (await fetch(`http://${hostOf(second)}/`)).text(), 'here');
  });

  it('cuts off streams that are still open when it closes', async () => {
    const listener = new PortListener((_, response) => response.write('and so on'));
    await listener.open();
    const response = await fetch(`http://${hostOf(listener)}/`);
    listener.close();
    assert.equal(listener.address, undefined);
    await assert.rejects(response.text());
  });
});

describe('The lookup of addresses', () => {
  it('gives every address of a name', async () => {
    const addresses = await lookupAddresses('localhost');
    assert.notEqual(addresses.length, 0);
    for (const address of addresses) assert.match(address, /^(127\.0\.0\.1|::1)$/);
  });

  it('gives none for a name that nobody knows, instead of failing (checklist 16.1)', async () => {
    assert.deepEqual(await lookupAddresses('nobody.invalid'), []);
  });
});
