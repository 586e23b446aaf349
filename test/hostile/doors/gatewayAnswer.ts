/** Answers of a server on their way to a client: of every status and shape, cut anywhere, and leading elsewhere. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import net from 'node:net';
import fc from 'fast-check';
import type { Door } from '../door.ts';
import { GatewayStand, token } from '../gatewayStand.ts';
import { challenge, headerValue, noise, text } from '../hostileText.ts';
import { untilOrQuiet } from '../rawTurns.ts';

interface Case {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** Sent with the request, as newer clients do. */
  readonly isSession: boolean;
  readonly head: string;
  readonly body: string;
  readonly cuts: readonly number[];
  readonly ending: 'end' | 'reset' | 'open';
}

const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      '200 OK',
      '202 Accepted',
      '401 Unauthorized',
      '403 Forbidden',
      '307 T',
      '308 P',
      '302 F',
      '404 N',
      '500 E',
      '503 B',
      '204 N',
    ),
  },
  fc.integer({ min: 100, max: 999 }).map((status) => `${status} X`),
  text,
);
const header = fc.oneof(
  fc.constantFrom(
    'Content-Type: text/event-stream',
    'Content-Type: application/json',
    'Content-Length: LENGTH',
    'Content-Length: 3',
    'Content-Length: 99999',
    'Transfer-Encoding: chunked',
    'Connection: close',
    'Connection: x-a, content-type',
    'Content-Encoding: gzip',
    'DPoP-Nonce: n',
    'Upgrade: h2c',
    'Set-Cookie: a=b',
    'X: a\nWWW-Authenticate: Bearer',
    'Retry-After: 1',
    'MCP-Session-Id: s',
  ),
  fc
    .constantFrom(
      'http://STRANGER/x',
      'http://STRANGER@OWN/x',
      'http://OWN/other',
      '/other',
      '//STRANGER/x',
      '',
      'http://user:pw@OWN/y',
      'https://OWN/x',
      '\\\\STRANGER/x',
    )
    .map((address) => `Location: ${address}`),
  challenge.map((value) => `WWW-Authenticate: ${headerValue(value)}`),
);
const events = fc
  .array(
    fc.constantFrom(
      'event: endpoint\n',
      'data: http://STRANGER/messages\n',
      'data: /messages\n',
      '\n',
      ': note\n',
      'data: {}\n\n',
      'id: 1\r\n\r\n',
    ),
    { maxLength: 8 },
  )
  .map((all) => all.join(''));

let opened: Promise<GatewayStand> | undefined;
let strangerHeard = 0;
let answer: (connection: net.Socket) => void = (connection) => connection.destroy();
const connections = new Set<net.Socket>();
const stranger = net.createServer((connection) => {
  strangerHeard += 1;
  connection.on('error', () => undefined).destroy();
});

async function open(): Promise<GatewayStand> {
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  return GatewayStand.open(
    net.createServer((connection) => {
      connections.add(connection);
      connection.on('error', () => undefined).once('close', () => connections.delete(connection));
      let asked = '';
      connection.setEncoding('latin1').on('data', (chunk: string) => {
        asked += chunk;
        if (!asked.includes('\r\n\r\n')) return;
        asked = '';
        answer(connection);
      });
    }),
  );
}

export const gatewayAnswerDoor: Door<Case> = {
  name: 'gatewayAnswer',
  share: 6,
  cases: fc.record({
    method: fc.constantFrom('POST', 'POST', 'GET', 'DELETE'),
    isSession: fc.boolean(),
    head: fc
      .tuple(line, fc.array(header, { maxLength: 4 }))
      .map(([first, all]) => `HTTP/1.1 ${first}\r\n${all.map((one) => `${one}\r\n`).join('')}\r\n`),
    body: fc.oneof(
      { weight: 3, arbitrary: fc.constant('{"jsonrpc":"2.0","id":7,"result":{}}') },
      { weight: 2, arbitrary: events },
      noise,
    ),
    cuts: fc.array(fc.nat(600), { maxLength: 3 }),
    ending: fc.oneof(
      { weight: 4, arbitrary: fc.constant('end' as const) },
      fc.constantFrom('reset' as const, 'open' as const),
    ),
  }),
  async try({ method, isSession, head, body, cuts, ending }) {
    const gateway = await (opened ??= open());
    await gateway.signIn();
    const strangerPort = (stranger.address() as net.AddressInfo).port;
    const whole = Buffer.from(
      (head + body)
        .replaceAll('LENGTH', String(Buffer.byteLength(body)))
        .replaceAll('STRANGER', `127.0.0.1:${strangerPort}`)
        .replaceAll('OWN', gateway.upstreamHost),
      'latin1',
    );
    const places = [...new Set([0, ...cuts.map((cut) => cut % (whole.length + 1)), whole.length])].sort(
      (one, other) => one - other,
    );
    answer = (connection) => {
      for (const [index, from] of places.entries())
        connection.write(whole.subarray(from, places[index + 1] ?? from));
      if (ending === 'end') connection.end();
      if (ending === 'reset') connection.resetAndDestroy();
    };
    const came = await ask(gateway, method, isSession);
    assert.ok(came.status !== 401 && came.status !== 403, `The client saw ${came.status}.`);
    assert.ok(
      came.names.every((name) => name !== 'www-authenticate' && name !== 'dpop-nonce'),
      came.names.join(' '),
    );
    assert.equal(strangerHeard, 0, 'A request went to another origin.');
    assert.ok(!came.text.includes(token), came.text);
    gateway.faults.length = 0;
    // Nobody listens any more: the server’s end is let go of.
    for (const connection of connections) connection.destroy();
  },
  async close() {
    const gateway = await opened;
    if (gateway === undefined) return;
    await gateway.signIn();
    answer = (connection) =>
      connection.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}');
    assert.equal((await ask(gateway, 'POST', false)).status, 200, 'The gateway serves nobody any more.');
    for (const connection of connections) connection.destroy();
    await gateway.close();
    stranger.close();
    opened = undefined;
  },
};

interface Came {
  readonly status: number;
  readonly names: readonly string[];
  readonly text: string;
}

/** What a client gets, which goes away where nothing more comes; status 0 where it is cut off. */
async function ask({ port, path }: GatewayStand, method: string, isSession: boolean): Promise<Came> {
  let came: Came = { status: 0, names: [], text: '' };
  let isOver = false;
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(isSession && { 'mcp-session-id': 's-1' }),
    },
  });
  const over = () => (isOver = true);
  outgoing.on('error', over).once('close', over);
  outgoing.once('response', (incoming) => {
    came = { status: incoming.statusCode ?? 0, names: Object.keys(incoming.headers), text: '' };
    incoming
      .setEncoding('latin1')
      .on('data', (chunk: string) => (came = { ...came, text: came.text + chunk }));
    incoming.on('error', over).once('end', over);
  });
  outgoing.end(method === 'POST' ? '{"jsonrpc":"2.0","id":7,"method":"ping"}' : undefined);
  await untilOrQuiet(() => isOver, 200);
  outgoing.destroy();
  return came;
}
