// Whom a window lets in that other windows talk to, and what it takes from them.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { WindowStand, type Announced } from './windowStand.ts';

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The status of the answer; 0 where the connection was closed without one. */
function call({ address, path: requestPath }: Announced, options: Call): Promise<number> {
  const { method = 'POST', path = requestPath, headers = {}, body = change } = options;
  return new Promise((resolve) => {
    request(
      { socketPath: address.path, method, path, agent: false, headers: { host: 'localhost', ...headers } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    )
      .on('error', () => resolve(0))
      .end(method === 'GET' ? undefined : body);
  });
}

const moment = { atMs: Date.UTC(2027, 0, 1), window: 'other' };
const change = JSON.stringify({ kind: 'change', change: { key: 'a', value: 'foreign', moment } });
const dump = JSON.stringify({ kind: 'dump' });

async function oneWindow(t: TestContext) {
  const stand = await WindowStand.open(t);
  const { own, records } = await stand.window();
  await records.write('a', 'own');
  own.reads = 0;
  own.writes = 0;
  return { stand, own, records, announced: await stand.onlyAnnouncement() };
}

describe('A window that others talk to lets in', { timeout: 60_000 }, () => {
  it('who knows the path, as another window does', async (t) => {
    const { own, announced } = await oneWindow(t);
    assert.equal(await call(announced, { body: dump }), 200);
    assert.equal(await call(announced, {}), 200);
    assert.deepEqual(own.all, { a: 'foreign' });
  });

  const foreign: [string, Call][] = [
    ['who guesses a path', { path: `/${'A'.repeat(43)}` }],
    ['who asks for the root', { path: '/' }],
    ['who adds a query', { path: '?' }],
    ['who only reads', { method: 'GET' }],
    ['who puts', { method: 'PUT' }],
    ['who comes under another host (DNS rebinding)', { headers: { host: 'evil.example' } }],
    ['who comes under a port', { headers: { host: 'localhost:80' } }],
    ['who comes from a web page', { headers: { origin: 'https://evil.example' } }],
    ['who comes from a page without an origin', { headers: { origin: 'null' } }],
  ];
  for (const [who, options] of foreign)
    it(`not ${who}`, async (t) => {
      const { own, announced } = await oneWindow(t);
      const path = options.path === '?' ? `${announced.path}?a=b` : (options.path ?? announced.path);
      for (const body of [change, dump])
        assert.equal(await call(announced, { ...options, path, body }), 404, body);
      assert.deepEqual([own.all, own.reads, own.writes], [{ a: 'own' }, 0, 0]);
    });

  const insane: [string, string][] = [
    ['no JSON', change.slice(1)],
    [
      'more than any record needs',
      JSON.stringify({ ...(JSON.parse(change) as object), more: 'x'.repeat(4_194_304) }),
    ],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', `[${change}]`],
    ['an unknown kind', JSON.stringify({ ...(JSON.parse(change) as object), kind: 'other' })],
    ...[
      { key: 1, value: 'x', moment },
      { key: '', value: 'x', moment },
      { key: 'k'.repeat(4097), value: 'x', moment },
      { key: 'a', value: 1, moment },
      { key: 'a', value: null, moment },
      { key: 'a', value: 'ä'.repeat(600_000), moment },
      { key: 'a', value: 'x' },
      { key: 'a', value: 'x', moment: { ...moment, atMs: 1e300 } },
      { key: 'a', value: 'x', moment: { ...moment, atMs: '1' } },
      { key: 'a', value: 'x', moment: { ...moment, window: 'w'.repeat(65) } },
    ].map((told): [string, string] => [
      `the change ${JSON.stringify(told).slice(0, 70)}`,
      JSON.stringify({ kind: 'change', change: told }),
    ]),
  ];
  for (const [what, body] of insane)
    it(`no message that says ${what}`, async (t) => {
      const { stand, own, announced } = await oneWindow(t);
      const status = await call(announced, { body });
      stand.takeFaults();
      assert.ok([0, 400, 500].includes(status), String(status));
      assert.deepEqual([own.all, own.reads, own.writes], [{ a: 'own' }, 0, 0]);
    });
});
