/** Bytes of other programs and of web pages at the loopback address, while an attempt waits there (checklist 8.6). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LoopbackReceiver } from '../../../src/node/loopbackReceiver.ts';
import type { RedirectAddress } from '../../../src/session/ports.ts';
import { RawConnection } from '../../engine/rawConnection.ts';
import type { Door } from '../door.ts';
import { text } from '../hostileText.ts';
import { untilOrQuiet } from '../rawTurns.ts';

interface Case {
  readonly line: string;
  readonly headers: readonly string[];
  readonly end: string;
}

const state = 'state-of-the-attempt-aa03';
const texts = { language: 'en', title: 'MCP OAuth', done: 'Done.', failed: 'Failed.', unknown: 'Unknown.' };
const target = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '/callback?code=c&state=STATE',
      '/callback?state=STATE&error=access_denied',
      '/callback?state=other',
      '/callback',
      '/callback?state=STATE&state=STATE',
      '/callback?nonce=STATE',
      '/callback?state=STATE#x',
    ),
  },
  fc.constantFrom(
    '/',
    '/callback/',
    '//callback?state=STATE',
    '/Callback?state=STATE',
    '/callback%3fstate=STATE',
    'http://HOST/callback?state=STATE',
    'http://evil.example/callback?state=STATE',
    '/x/../callback?state=STATE',
    '*',
  ),
  text.map((one) => `/callback?${one}`),
);
const header = fc.oneof(
  fc.constantFrom(
    'Host: HOST',
    'Host: evil.example',
    'Host: localhost',
    'Origin: https://evil.example',
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    'Connection: upgrade',
    'Expect: 100-continue',
    'Cookie: x',
  ),
  text.map((one) => `X: ${one}`),
);

const receiver = new LoopbackReceiver(texts);
let address: RedirectAddress | undefined;
let received: string | undefined;
let stop = new AbortController();

/** Each answer closes its port: there is a new one for the next. */
async function waiting(): Promise<RedirectAddress> {
  if (address !== undefined && received === undefined) return address;
  address?.close();
  stop.abort();
  received = undefined;
  stop = new AbortController();
  address = await receiver.prepare({});
  receiver.receive(state, stop.signal).then(
    (answer) => (received = answer),
    () => undefined,
  );
  return address;
}

export const loopbackDoor: Door<Case> = {
  name: 'loopback',
  share: 4,
  cases: fc.record({
    line: fc
      .tuple(
        fc.oneof(
          { weight: 6, arbitrary: fc.constant('GET') },
          fc.constantFrom('POST', 'HEAD', 'OPTIONS', 'PUT', 'get'),
        ),
        target,
        fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/9'),
      )
      .map((all) => all.join(' ')),
    headers: fc
      .tuple(
        fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
        fc.array(header, { maxLength: 3 }),
      )
      .map(([isNamed, all]) => (isNamed ? ['Host: HOST', ...all] : all)),
    end: fc.oneof({ weight: 6, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', '\r')),
  }),
  async try({ line, headers, end }) {
    const { arrivalUri } = await waiting();
    const { host, port } = new URL(arrivalUri);
    const whole = [line, ...headers, '', ''].join(end).replaceAll('STATE', state).replaceAll('HOST', host);
    const connection = new RawConnection(Number(port));
    let isClosed = false;
    void connection.closed.then(() => (isClosed = true));
    connection.socket.write(Buffer.from(whole, 'utf8'));
    await untilOrQuiet(() => isClosed);
    connection.socket.destroy();
    await untilOrQuiet(() => isClosed);
    const { text: came } = connection;
    const status = Number(/^HTTP\/1\.1 (?!100)(\d{3})/m.exec(came)?.[1] ?? 0);
    assert.ok([0, 200, 400, 404, 405, 417, 431].includes(status), came);
    assert.ok(!/set-cookie|access-control|location:/i.test(came), came);
    if (came.includes('<html')) assert.match(came, /content-security-policy: default-src 'none'/i);
    assert.ok(!came.includes(state) && !came.includes('evil.example'), came);
    if (received === undefined) return;
    assert.ok(received.startsWith(`${arrivalUri}?`), received);
    assert.match(whole, /^GET \/callback\?/);
    const named = headers.filter((one) => /^host:/i.test(one)).map((one) => one.replaceAll('HOST', host));
    assert.ok(named.includes(`Host: ${host}`), named.join());
  },
  close() {
    address?.close();
    stop.abort();
    address = undefined;
    return Promise.resolve();
  },
};
