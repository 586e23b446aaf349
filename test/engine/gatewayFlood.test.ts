// Whoever else is on this computer can open connections; what they hold is bounded, and those who may get in do.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { PortListener, type PortOptions } from '../../src/node/portListener.ts';
import { until } from './attempt.ts';
import { Heard } from './gatewayClient.ts';
import { RawConnection } from './rawConnection.ts';

/** Answers everything with an event, and streams on at `/stream`. */
async function open(t: TestContext, options: PortOptions = {}): Promise<number> {
  const listener = new PortListener((request, response) => {
    request.resume();
    if (request.url === '/stream') response.write('data: one\n\n');
    else response.end('here');
  }, options);
  t.after(() => listener.close());
  await listener.open();
  return Number(listener.address?.host.split(':')[1]);
}

function ask(port: number, path = '/', agent?: http.Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path, ...(agent !== undefined && { agent }) }, resolve)
      .once('error', reject);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const heard = new Heard(response);
  await heard.over();
  return heard.text;
}

const halfHead = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ';

describe('Slow connections', () => {
  it('by the ten thousand are bounded, and a client gets in meanwhile and afterwards', async (t) => {
    const port = await open(t);
    const stream = new Heard(await ask(port, '/stream'));
    await stream.until(/one/);
    const alive = new Set<RawConnection>();
    let [opened, most] = [0, 0];
    for (let wave = 0; wave < 20; wave += 1) {
      const connections = Array.from({ length: 500 }, () => new RawConnection(port));
      for (const connection of connections) {
        connection.socket.once('connect', () => {
          opened += 1;
          alive.add(connection);
          connection.write(halfHead);
        });
        void connection.closed.then(() => alive.delete(connection));
      }
      // A connection of the client's can be the oldest one by the time it is heard; it tries again.
      let got = '';
      for (let attempt = 0; attempt < 10 && got !== 'here'; attempt += 1)
        got = await ask(port).then(textOf, () => '');
      assert.equal(got, 'here');
      await until(() => connections.every(({ socket }) => !socket.connecting));
      await until(() => alive.size <= 256);
      most = Math.max(most, alive.size);
    }
    assert.equal(opened, 10_000);
    assert.ok(most > 200, `${most}`);
    assert.equal(await textOf(await ask(port)), 'here');
    // What is under way is not sacrificed to newcomers.
    assert.equal(stream.ending, undefined);
    stream.leave();
    for (const { socket } of alive) socket.destroy();
  });

  it('give way to new ones, the oldest first', async (t) => {
    const port = await open(t, { bounds: { headMs: 10_000, checkMs: 10_000, maxConnections: 2 } });
    const slow = [new RawConnection(port), new RawConnection(port)];
    for (const { socket } of slow) await once(socket, 'connect');
    assert.equal(await textOf(await ask(port)), 'here');
    await slow[0]?.closed;
    assert.equal(slow[1]?.socket.destroyed, false);
    slow[1].socket.destroy();
  });

  it('are ended in time, whether they say half a head or nothing, and streams are not', async (t) => {
    const port = await open(t, { bounds: { headMs: 40, checkMs: 10, maxConnections: 10 } });
    const stream = new Heard(await ask(port, '/stream'));
    await stream.until(/one/);
    const [half, silent] = [new RawConnection(port), new RawConnection(port)];
    half.write(halfHead);
    assert.match(await half.closed, /^HTTP\/1\.1 408/);
    await silent.closed;
    assert.equal(stream.ending, undefined);
    stream.leave();
  });
});

describe('Connections with requests under way', () => {
  it('are not given up for new ones: who comes when there are too many is sent away', async (t) => {
    const port = await open(t, { bounds: { headMs: 10_000, checkMs: 10_000, maxConnections: 2 } });
    const streams = [new Heard(await ask(port, '/stream')), new Heard(await ask(port, '/stream'))];
    await assert.rejects(ask(port), { code: 'ECONNRESET' });
    for (const stream of streams) assert.equal(stream.ending, undefined);
    streams[0]?.leave();
    let got = '';
    while (got !== 'here') got = await ask(port).then(textOf, () => '');
    streams[1]?.leave();
  });

  it('are as good as new afterwards, and the first to go when room is needed', async (t) => {
    const port = await open(t, { bounds: { headMs: 10_000, checkMs: 10_000, maxConnections: 2 } });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const ports = new Set<number>();
    for (let call = 0; call < 300; call += 1) {
      const response = await ask(port, '/', agent);
      ports.add(response.socket.localPort ?? 0);
      assert.equal(await textOf(response), 'here');
    }
    assert.equal(ports.size, 1);
    const stream = new Heard(await ask(port, '/stream'));
    assert.equal(await textOf(await ask(port)), 'here');
    assert.equal(stream.ending, undefined);
    stream.leave();
  });
});
