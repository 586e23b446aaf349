/** Bytes at the gateway's port that two programs could read differently, or that no client would send. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { RawConnection } from '../../engine/rawConnection.ts';
import type { Door } from '../door.ts';
import { GatewayStand, token } from '../gatewayStand.ts';
import { untilOrQuiet } from '../rawTurns.ts';
import { text } from '../hostileText.ts';

interface Case {
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly end: string;
}

const ping = '{"jsonrpc":"2.0","id":7,"method":"ping"}';
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('POST', 'POST', 'GET', 'DELETE') },
  fc.constantFrom('PUT', 'OPTIONS', 'HEAD', 'CONNECT', 'TRACE', 'PRI', 'post', ''),
);
const target = fc.oneof(
  { weight: 6, arbitrary: fc.constant('PATH') },
  fc.constantFrom(
    '/',
    '//PATH',
    'PATH?x',
    'PATH#x',
    'PATH/../mcp',
    'http://HOSTPATH',
    '*',
    'PATH%2e',
    '/whose/x',
    '/messages/x',
    'PATH\tx',
  ),
  text,
);
const version = fc.oneof(
  { weight: 8, arbitrary: fc.constant('HTTP/1.1') },
  fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/1.1 ', ''),
);
const header = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'Content-Length: LENGTH',
      'Content-Type: application/json',
      'Accept: application/json, text/event-stream',
      'Accept: text/event-stream',
      'MCP-Session-Id: s-1',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'Content-Length: 0',
      'Content-Length: -1',
      'Content-Length: 1e2',
      'Content-Length: 5, 5',
      'Content-Length : 5',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: gzip, chunked',
      'Transfer-Encoding: identity',
      'Transfer-Encoding:\tchunked',
      'Transfer-encoding: xchunked',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'Origin: https://evil.example',
      'Origin: null',
      'Host: evil.example',
      'Host: localhost',
      'Host: HOST',
      'Authorization: Bearer of-the-client',
      'DPoP: x',
      'Connection: close',
      'Connection: authorization, mcp-session-id',
      'Upgrade: websocket',
      'Expect: 100-continue',
      'Cookie: a=b',
      'Proxy-Authorization: x',
      ' folded',
      'X: a\nY: b',
      'X: a\rY: b',
      'X\0: a',
      ': a',
      'Content-Encoding: gzip',
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('X-Odd', '__proto__', 'constructor', 'Last-Event-ID', 'MCP-Protocol-Version'),
        text,
      )
      .map(([name, value]) => `${name}: ${value}`),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2_500 }).map((count) => `X: ${'y'.repeat(count * 8)}`) },
);
const body = fc.oneof(
  { weight: 3, arbitrary: fc.constant(ping) },
  fc.constantFrom(
    '',
    '0\r\n\r\n',
    `28\r\n${ping}\r\n0\r\n\r\n`,
    '5\r\nabc',
    'ffffffffffffffff\r\nx',
    '-1\r\n\r\n',
    `0\r\n\r\nPOST PATH HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n`,
    '[[[[',
  ),
  text,
);

let opened: Promise<GatewayStand> | undefined;
const heard: IncomingMessage[] = [];

function stand(): Promise<GatewayStand> {
  opened ??= GatewayStand.open(
    createServer((request, response) => {
      heard.push(request);
      request
        .resume()
        .on('end', () =>
          response.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":7,"result":{}}'),
        );
    }),
  );
  return opened;
}

export const gatewayRequestDoor: Door<Case> = {
  name: 'gatewayRequest',
  share: 12,
  cases: fc.record({
    line: fc.tuple(method, target, version).map((all) => all.join(' ')),
    headers: fc.oneof(
      fc
        .tuple(fc.boolean(), fc.array(header, { maxLength: 5 }))
        .map(([isNamed, all]) => (isNamed ? ['Host: HOST', ...all] : all)),
      // As a client sends it, with one more.
      header.map((odd) => ['Host: HOST', 'Content-Length: LENGTH', odd]),
    ),
    body,
    end: fc.oneof({ weight: 6, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', '\r')),
  }),
  async try({ line, headers, body: sent, end }) {
    const { port, host, path, upstreamHost, faults } = await stand();
    heard.length = 0;
    const fill = (one: string) =>
      one
        .replaceAll('PATH', path)
        .replaceAll('HOST', host)
        .replaceAll('LENGTH', String(Buffer.byteLength(sent)));
    const whole = fill([line, ...headers, '', sent].join(end));
    const connection = new RawConnection(port);
    let isClosed = false;
    void connection.closed.then(() => (isClosed = true));
    connection.socket.write(Buffer.from(whole, 'utf8'));
    await untilOrQuiet(() => isClosed || /^HTTP\/1\.1 (?!100)\d{3}[^]*\r\n\r\n/.test(connection.text));
    connection.socket.destroy();
    await connection.closed;
    const status = Number(/^HTTP\/1\.1 (?!100)(\d{3})/m.exec(connection.text)?.[1] ?? 0);
    assert.ok([0, 200, 202, 400, 404, 405, 408, 413, 417, 431].includes(status), connection.text);
    assert.ok(
      !connection.text.includes(token) && !/www-authenticate|dpop-nonce/i.test(connection.text),
      connection.text,
    );
    for (const { url, method: asked = '', rawHeaders, headers: known } of heard) {
      assert.equal(url, '/mcp');
      assert.ok(['POST', 'GET', 'DELETE'].includes(asked), asked);
      assert.equal(known.host, upstreamHost);
      assert.equal(known.authorization, `Bearer ${token}`);
      assert.equal(
        rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization').length,
        1,
      );
      assert.ok(
        known['proxy-authorization'] === undefined &&
          known['dpop'] === undefined &&
          known.origin === undefined,
      );
      assert.ok(known['content-length'] === undefined || known['transfer-encoding'] === undefined);
    }
    assert.ok(heard.length === 0 || whole.includes(path), 'Somebody got in who does not know the path.');
    assert.ok(heard.length <= 1 + (whole.match(/POST |GET |DELETE /g)?.length ?? 0));
    assert.deepEqual(
      faults.splice(0).filter((fault) => !isBroken(fault)),
      [],
    );
  },
  async close() {
    const gateway = await opened;
    if (gateway === undefined) return;
    const connection = new RawConnection(gateway.port);
    connection.write(
      `POST ${gateway.path} HTTP/1.1\r\nHost: ${gateway.host}\r\nContent-Length: ${ping.length}\r\n\r\n${ping}`,
    );
    assert.equal(await connection.status(), 200, 'The gateway serves nobody any more.');
    connection.socket.destroy();
    await gateway.close();
    opened = undefined;
  },
};

/** A client that went away in the middle takes the request to the server with it. */
function isBroken(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'ECONNRESET';
}
