/** What reaches a window that others talk to: requests at its socket, and files where windows announce themselves. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { LinkedRecords } from '../../../src/node/linkedRecords.ts';
import { ManualClock, MemoryRecords } from '../../engine/desk.ts';
import { RawConnection } from '../../engine/rawConnection.ts';
import type { Door } from '../door.ts';
import { noise, rawMembers, text, written } from '../hostileText.ts';
import { untilOrQuiet } from '../rawTurns.ts';

interface Case {
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: string;
  /** What stands in a file of another window. */
  readonly announced: string;
}

interface Window {
  readonly folder: string;
  readonly records: LinkedRecords;
  readonly own: MemoryRecords;
  readonly socket: string;
  readonly path: string;
}

const moment = { atMs: Date.UTC(2027, 0, 1), window: 'other' };
const change = { kind: 'change', change: { key: 'b', value: 'foreign', moment } };
const message = fc.oneof(
  rawMembers(['kind', 'change', 'records', 'key']).map((members) => written(change, members)),
  rawMembers(['key', 'value', 'moment']).map((members) =>
    written(change, [['change', written(change.change, members)]]),
  ),
  fc.constant('{"kind":"dump"}'),
  noise,
);
const announced = fc.oneof(
  rawMembers(['address', 'path']).map((members) =>
    written({ address: { kind: 'unix', path: '/nowhere/s' }, path: `/${'A'.repeat(43)}` }, members),
  ),
  noise,
);

let opened: Promise<Window> | undefined;

async function open(): Promise<Window> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-hostile-'));
  const own = new MemoryRecords();
  const records = await LinkedRecords.open(own, {
    folder,
    clock: new ManualClock(),
    onFault: () => undefined,
  });
  await records.write('a', 'own');
  const [file = ''] = await readdir(path.join(folder, 'windows'));
  const text_ = await readFile(path.join(folder, 'windows', file), 'utf8');
  const told = JSON.parse(text_) as { readonly address: { readonly path: string }; readonly path: string };
  return { folder, records, own, socket: told.address.path, path: told.path };
}

export const windowLinkDoor: Door<Case> = {
  name: 'windowLink',
  share: 4,
  cases: fc.record({
    line: fc
      .tuple(
        fc.constantFrom('POST', 'POST', 'GET', 'PUT'),
        fc.oneof(
          { weight: 4, arbitrary: fc.constant('PATH') },
          fc.constantFrom('/', 'PATH?x', '//PATH', '/AAAA'),
          text,
        ),
      )
      .map(([one, two]) => `${one} ${two} HTTP/1.1`),
    headers: fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom('Host: localhost', 'Content-Length: LENGTH') },
        fc.constantFrom(
          'Origin: null',
          'Host: evil.example',
          'Transfer-Encoding: chunked',
          'Content-Length: 5',
        ),
        text.map((one) => `X: ${one}`),
      ),
      { maxLength: 5 },
    ),
    body: message,
    announced,
  }),
  async try({ line, headers, body, announced: other }) {
    const { folder, records, own, socket, path: secret } = await (opened ??= open());
    own.records.set('a', 'own');
    const fill = (one: string) =>
      one.replaceAll('PATH', secret).replaceAll('LENGTH', String(Buffer.byteLength(body)));
    const whole = fill([line, ...headers, '', body].join('\r\n'));
    const connection = new RawConnection(socket);
    let isClosed = false;
    void connection.closed.then(() => (isClosed = true));
    connection.socket.write(Buffer.from(whole, 'utf8'));
    await untilOrQuiet(() => isClosed || /\r\n\r\n/.test(connection.text), 60);
    connection.socket.destroy();
    await connection.closed;
    const isAdmitted = whole.includes(secret) && headers.includes('Host: localhost');
    if (!isAdmitted)
      assert.ok(!connection.text.includes('own') && own.records.get('b') === undefined, connection.text);
    for (const [key, value] of own.records) assert.ok(typeof key === 'string' && typeof value === 'string');
    own.records.delete('b');
    const file = path.join(folder, 'windows', `${randomBytes(16).toString('hex')}.json`);
    await writeFile(file, other);
    await records.write('a', 'own');
    assert.equal(await records.read('a'), 'own');
    await rm(file, { force: true });
  },
  async close() {
    const window = await opened;
    if (window === undefined) return;
    window.records.close();
    await rm(window.folder, { recursive: true, force: true });
    opened = undefined;
  },
};
