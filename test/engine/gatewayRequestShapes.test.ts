// Requests that two programs could read differently, and others that no client sends: nothing of them reaches the server.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Gateway } from '../../src/gateway/gateway.ts';
import { PortListener } from '../../src/node/portListener.ts';
import { GatewayClient } from './gatewayClient.ts';
import { RawConnection } from './rawConnection.ts';

const client = new GatewayClient();
let listener: PortListener;
let [host, path, port] = ['', '', 0];

beforeEach(async () => {
  const gateway = new Gateway(client.ports({ hosts: () => [host] }));
  listener = new PortListener(gateway.listener);
  await listener.open();
  host = listener.address?.host ?? '';
  port = Number(host.split(':')[1]);
  path = client.paths.pathOf('notes');
  await client.session.signIn();
  client.world.transcript.length = 0;
});
afterEach(() => listener.close());

const body = '{"jsonrpc":"2.0","id":7,"method":"ping"}';
const smuggled = () => `POST ${path} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n`;

/** Sends it, and waits for the first answer or the end. */
async function statusOf(text: string): Promise<number> {
  const connection = new RawConnection(port);
  connection.write(text);
  const status = await connection.status();
  connection.socket.destroy();
  return status;
}

function post(headers: readonly string[], content: string, lineEnd = '\r\n'): string {
  return [`POST ${path} HTTP/1.1`, `Host: ${host}`, ...headers, '', content].join(lineEnd);
}

it('A request as clients send it gets through, so that what follows means something', async () => {
  assert.equal(await statusOf(post([`Content-Length: ${body.length}`], body)), 200);
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  assert.equal(await statusOf(post(['Transfer-Encoding: chunked'], chunked)), 200);
  assert.equal(client.world.sent('/mcp').length, 2);
});

describe('Nothing reaches the server of a request', () => {
  const length = `Content-Length: ${body.length}`;
  const shapes: Readonly<Record<string, () => string>> = {
    'with a length and chunks': () => post([length, 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled()}`),
    'with chunks and a length': () =>
      post(['Transfer-Encoding: chunked', 'Content-Length: 3'], `0\r\n\r\n${smuggled()}`),
    'with two lengths': () => post([length, 'Content-Length: 0'], body),
    'with the same length twice': () => post([length, length], body),
    'with a list of lengths': () => post([`Content-Length: ${body.length}, ${body.length}`], body),
    'with a length below nothing': () => post(['Content-Length: -1'], body),
    'with a sign before its length': () => post([`Content-Length: +${body.length}`], body),
    'with a length that is no number': () => post(['Content-Length: 0x28'], body),
    'with an encoding behind the chunks': () =>
      post(['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${smuggled()}`),
    'with an encoding in front of the chunks': () =>
      post(['Transfer-Encoding: gzip, chunked'], `0\r\n\r\n${smuggled()}`),
    'with an encoding that is none': () => post(['Transfer-Encoding: identity'], body),
    'with an encoding that nobody knows': () => post(['Transfer-Encoding: xchunked'], body),
    'with chunks that are named twice': () =>
      post(['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], body),
    'with a space behind the name of a header': () => post(['Transfer-Encoding : chunked'], '0\r\n\r\n'),
    'with a header that goes on in the next line': () => post(['X-Fold: a', ' b', length], body),
    'with line feeds alone': () => post([length], body, '\n'),
    'with a line feed alone in a header': () => post(['X-Feed: a\nX-Other: b', length], body),
    'with a carriage return alone in a header': () => post(['X-Return: a\rX-Other: b', length], body),
    'with a null in a header': () => post(['X-Null: a\0b', length], body),
    'with a size of a chunk that is none': () =>
      post(['Transfer-Encoding: chunked'], `0x28\r\n${body}\r\n0\r\n\r\n`),
    'with a line feed alone behind the size of a chunk': () =>
      post(['Transfer-Encoding: chunked'], `28\n${body}\r\n0\r\n\r\n`),
    'with a chunk that is longer than it says': () =>
      post(['Transfer-Encoding: chunked'], `5\r\n${body}\r\n0\r\n\r\n`),
    'with two hosts': () => post([`Host: ${host}`, length], body),
    'with no host': () => `POST ${path} HTTP/1.1\r\n${length}\r\n\r\n${body}`,
    'with an empty host': () => `POST ${path} HTTP/1.1\r\nHost:\r\n${length}\r\n\r\n${body}`,
    'for an address in place of a path': () => post([length], body).replace(path, `http://${host}${path}`),
    'for an address of somebody else': () => post([length], body).replace(path, 'http://other.example/'),
    'with two slashes before the path': () => post([length], body).replace(path, `/${path}`),
    'with a way up in the path': () => post([length], body).replace('/mcp ', '/../x/mcp '),
    'with a query behind the path': () => post([length], body).replace('/mcp ', '/mcp?x=1 '),
    'with another letter case in the path': () => post([length], body).replace('/mcp ', '/MCP '),
    'with an escape in the path': () => post([length], body).replace('/mcp ', '/%6dcp '),
    'that wants a tunnel': () => post([length], body).replace(/^POST \S+/, `CONNECT ${host}`),
    'in the words of HTTP/2': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  };
  for (const [shape, text] of Object.entries(shapes)) {
    it(shape, async () => {
      const status = await statusOf(text());
      assert.ok([0, 400, 404].includes(status), String(status));
      assert.deepEqual(client.world.requests, []);
    });
  }

  it('with a method that MCP does not know', async () => {
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'TRACE', 'PROPFIND'])
      assert.equal(await statusOf(post(['Content-Length: 0'], '').replace('POST', method)), 405);
    assert.deepEqual(client.world.requests, []);
  });

  it('with a megabyte of headers', async () => {
    const text = post([`X-Large: ${'x'.repeat(1_048_576)}`, length], body);
    // Before anything of it is looked at: also where the answer would be another one.
    for (const either of [text, text.replace(path, '/')]) assert.equal(await statusOf(either), 431);
    assert.deepEqual(client.world.requests, []);
  });

  it('with so many headers that some would be left out, such as the one that says where it comes from', async () => {
    const many = Array.from({ length: 2_500 }, () => 'a:');
    assert.equal(await statusOf(post([...many, 'Origin: https://evil.example', length], body)), 431);
    assert.deepEqual(client.world.requests, []);
  });

  it('with more headers than any client sends, long before any would be left out', async () => {
    const many = Array.from({ length: 220 }, () => 'a:');
    assert.equal(await statusOf(post([...many, length], body)), 431);
    assert.deepEqual(client.world.requests, []);
  });

  it('that asks for leave to send a body, and is somebody’s who may not', async () => {
    const text = post(['Origin: https://evil.example', 'Expect: 100-continue', length], body);
    assert.equal(await statusOf(text), 404);
    assert.deepEqual(client.world.requests, []);
  });
});

it('A stranger learns nothing: whatever is wrong, the answer is the same', async () => {
  const request = (changed: (text: string) => string) =>
    changed(post([`Content-Length: ${body.length}`], body));
  const wrong = [
    request((text) => text.replace(path, '/')),
    request((text) => text.replace(path, client.paths.pathOf('gone'))),
    request((text) => text.replace(host, 'localhost')),
    request((text) => text.replace(host, `evil.example:${port}`)),
    request((text) => text.replace('Host:', 'Origin: null\r\nHost:')),
    request((text) =>
      text.replace('POST', 'OPTIONS').replace('Host:', 'Origin: https://evil.example\r\nHost:'),
    ),
    request((text) =>
      text.replace('Host:', 'Content-Type: text/plain\r\nOrigin: https://evil.example\r\nHost:'),
    ),
  ];
  const answers = new Set<string>();
  for (const text of wrong) {
    const connection = new RawConnection(port);
    connection.write(text);
    answers.add((await connection.closed).replace(/^Date: .*\r\n/m, ''));
  }
  assert.equal(answers.size, 1);
  const [answer = ''] = answers;
  assert.match(answer, /^HTTP\/1\.1 404 Not Found\r\n/);
  assert.doesNotMatch(answer, /access-control|server|allow/i);
  assert.match(answer, /\r\n\r\n(?:0\r\n\r\n)?$/);
  assert.deepEqual(client.world.requests, []);
});
