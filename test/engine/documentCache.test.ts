import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maxKeptDocuments } from '../../src/oauth/documentCache.ts';
import { freshForMs } from '../../src/oauth/freshness.ts';
import { DiscoveryStand } from './discoveryStand.ts';
import type { Reply } from './world.ts';

const stand = new DiscoveryStand();
const server = 'https://mcp.example';
const minute = 60_000;

/** Reads as one discovery does, for the server at `usedFor`. */
function read(
  path = '/doc',
  usedFor = server,
  options: { revalidates?: boolean; signal?: AbortSignal } = {},
) {
  const { revalidates = false, signal = new AbortController().signal } = options;
  const reader = stand.documents.readerFor(usedFor, stand.transport(), signal);
  return reader.read({ purpose: 'issuer_document', address: stand.world.origin + path, revalidates });
}

/** What the server was asked, by the validator that came along. */
function asked(path = '/doc'): (string | undefined)[] {
  return stand.world
    .sent(path)
    .map(({ headers }) => headers['if-none-match'] ?? headers['if-modified-since'] ?? undefined);
}

describe('What a server said at first contact', () => {
  it('counts for those who would send the same headers (checklist 3.12)', () => {
    stand.documents.rememberContact(server, { 'x-key': 'a' }, undefined);
    assert.deepEqual(stand.documents.contactOf(server, { 'x-key': 'a' }), {
      challenge: undefined,
      isFresh: true,
    });
    assert.equal(stand.documents.contactOf(server, { 'x-key': 'b' }), undefined);
    assert.equal(stand.documents.contactOf(server, {}), undefined);
  });
});

/** A document at /doc, which the server knows by its validator. */
function publish(headers: Record<string, string>, body: unknown = { issuer: 'x' }): void {
  stand.world.answers.set('/doc', ({ headers: sent }) => {
    const isSame =
      headers['etag'] !== undefined
        ? sent['if-none-match'] === headers['etag']
        : headers['last-modified'] !== undefined && sent['if-modified-since'] === headers['last-modified'];
    return isSame ? { status: 304, headers } : { body, headers };
  });
}

describe('A document is used again without asking', () => {
  const now = Date.UTC(2026, 0, 1);
  const inMinutes = (minutes: number) => new Date(now + minutes * minute).toUTCString();
  const cases: [string, Record<string, string>, number | undefined][] = [
    ['for ten minutes where the server says nothing', {}, 10],
    ['for as long as the server says', { 'cache-control': 'public, max-age=1800' }, 30],
    ['however it spells that', { 'cache-control': 'Max-Age = "1800" , private' }, 30],
    ['less the time on the way', { 'cache-control': 'max-age=1800', age: '600' }, 20],
    ['not where the way took longer', { 'cache-control': 'max-age=60', age: '600' }, 0],
    ['not at all where it may not be kept', { 'cache-control': 'max-age=1800, no-store' }, undefined],
    ['not without asking where the server wants so', { 'cache-control': 'max-age=1800, no-cache' }, 0],
    ['not where its time is over at once', { 'cache-control': 'max-age=0' }, 0],
    ['not where its time is no number', { 'cache-control': 'max-age=-1' }, 0],
    ['a day at most', { 'cache-control': 'max-age=31536000' }, 24 * 60],
    ['until a date', { expires: inMinutes(30), date: inMinutes(-5) }, 35],
    ['until a date by our clock', { expires: inMinutes(30) }, 30],
    ['not until a date that is none', { expires: '0' }, 0],
    ['for its time rather than until a date', { 'cache-control': 'max-age=60', expires: inMinutes(30) }, 1],
    ['for ten minutes beside other directives', { 'cache-control': 'must-revalidate' }, 10],
  ];
  for (const [how, headers, minutes] of cases) {
    it(`${how} (checklist 3.12)`, () => {
      const expected = minutes === undefined ? undefined : minutes * minute;
      assert.equal(freshForMs(new Headers(headers), now), expected);
    });
  }

  it('until its time is over to the millisecond, and not when the clock was turned back', async () => {
    publish({ 'cache-control': 'max-age=60' });
    await read();
    stand.clock.advance(minute - 1);
    assert.deepEqual(await read(), { status: 200, body: { issuer: 'x' }, isKept: true });
    assert.equal(asked().length, 1);
    stand.clock.advance(1);
    assert.equal((await read()).isKept, false);
    stand.clock.advance(-1);
    await read();
    assert.equal(asked().length, 3);
  });

  it('by every server that leads to it', async () => {
    publish({});
    await read('/doc', server);
    await read('/doc', 'https://other.example');
    assert.equal(asked().length, 1);
  });

  it('not for a server that may not be led there (checklist 16.1)', async () => {
    publish({});
    await read();
    const transport = stand.transport('https://mcp.example');
    const reader = stand.documents.readerFor(server, transport, new AbortController().signal);
    const address = `${stand.world.origin}/doc`;
    await assert.rejects(reader.read({ purpose: 'issuer_document', address }), { code: 'insecure_url' });
  });

  it('not in place of what the same address gives under another header', async () => {
    publish({});
    await read();
    const reader = stand.documents.readerFor(server, stand.transport(), new AbortController().signal);
    const headers = { 'mcp-protocol-version': '2025-03-26' };
    await reader.read({ purpose: 'issuer_document', address: `${stand.world.origin}/doc`, headers });
    assert.equal(asked().length, 2);
  });
});

describe('A document whose time is over', () => {
  for (const [header, value] of [
    ['etag', '"v1"'],
    ['last-modified', 'Thu, 01 Jan 2026 00:00:00 GMT'],
  ] as const) {
    it(`is asked for by its ${header}, and used again where it is the same`, async () => {
      publish({ [header]: value, 'cache-control': 'max-age=60' });
      await read();
      stand.clock.advance(minute);
      assert.deepEqual(await read(), { status: 200, body: { issuer: 'x' }, isKept: false });
      // The answer gave it another minute.
      await read();
      assert.deepEqual(asked(), [undefined, value]);
    });
  }

  it('gets the same time again where the server says only that it is the same', async () => {
    stand.world.answers.set('/doc', ({ headers }) =>
      headers['if-none-match'] === undefined
        ? { body: { issuer: 'x' }, headers: { etag: '"v1"', 'cache-control': 'max-age=60' } }
        : { status: 304 },
    );
    await read();
    stand.clock.advance(minute);
    await read();
    stand.clock.advance(minute - 1);
    await read();
    assert.equal(asked().length, 2);
    stand.clock.advance(1);
    await read();
    assert.equal(asked().length, 3);
  });

  it('is used once more and then no longer where the server does not want it kept any more', async () => {
    publish({ etag: '"v1"', 'cache-control': 'no-cache' });
    await read();
    const headers = { 'cache-control': 'no-store' };
    stand.reply('/doc', { status: 304, headers });
    assert.deepEqual((await read()).body, { issuer: 'x' });
    await read();
    assert.deepEqual(asked(), [undefined, '"v1"', undefined]);
  });

  it('is replaced where it is another', async () => {
    publish({ etag: '"v1"' });
    await read();
    publish({ etag: '"v2"' }, { issuer: 'y' });
    assert.deepEqual((await read()).body, { issuer: 'x' });
    stand.clock.advance(10 * minute);
    assert.deepEqual((await read()).body, { issuer: 'y' });
    assert.deepEqual((await read()).body, { issuer: 'y' });
    assert.deepEqual(asked(), [undefined, '"v1"']);
  });

  it('may be asked for before, where something speaks against it', async () => {
    publish({ etag: '"v1"' });
    await read();
    await read('/doc', server, { revalidates: true });
    assert.deepEqual(asked(), [undefined, '"v1"']);
  });

  it('is no longer known where it is gone, and still where the server is in trouble', async () => {
    publish({ etag: '"v1"', 'cache-control': 'no-cache' });
    await read();
    stand.reply('/doc', { status: 503 });
    assert.deepEqual(await read(), { status: 503, body: undefined, isKept: false });
    stand.reply('/doc', { status: 404 });
    await read();
    await read();
    assert.deepEqual(asked(), [undefined, '"v1"', '"v1"', undefined]);
  });

  it('is nothing where the server says “the same” to somebody who has none', async () => {
    stand.reply('/doc', { status: 304 });
    assert.deepEqual(await read(), { status: 304, body: undefined, isKept: false });
  });
});

describe('What is kept', () => {
  const passing: [string, Reply][] = [
    ['another status', { status: 203, body: { issuer: 'x' } }],
    ['an error', { status: 404, body: { error: 'x' } }],
    ['a web page', { body: '<!doctype html>' }],
    ['a list', { body: [] }],
    ['null', { body: 'null' }],
    [
      'what may not be kept',
      { body: { issuer: 'x' }, headers: { 'cache-control': 'no-store', etag: '"v1"' } },
    ],
    [
      'what is as long as no document is',
      { body: { issuer: 'x'.repeat(70_000) }, headers: { etag: '"v1"' } },
    ],
  ];
  for (const [what, reply] of passing) {
    it(`is not ${what} (checklist 2.6)`, async () => {
      stand.reply('/doc', reply);
      await read();
      await read();
      assert.deepEqual(asked(), [undefined, undefined]);
    });
  }

  it(`is ${maxKeptDocuments} documents at most, those that were used last`, async () => {
    const body = JSON.stringify({ issuer: 'x' });
    let requests = 0;
    stand.fetch = () => {
      requests += 1;
      return Promise.resolve(new Response(body));
    };
    for (let index = 0; index < maxKeptDocuments; index += 1) await read(`/doc${index}`);
    await read('/doc0');
    await read('/another');
    assert.equal(requests, maxKeptDocuments + 1);
    await read('/doc0');
    assert.equal(requests, maxKeptDocuments + 1);
    await read('/doc1');
    assert.equal(requests, maxKeptDocuments + 2);
  });

  it('is forgotten for one server, and what another one uses alone stays', async () => {
    publish({});
    stand.reply('/other', { body: { issuer: 'y' } });
    await read('/doc', server);
    await read('/other', 'https://other.example');
    stand.documents.forget(server);
    assert.equal((await read('/other', 'https://other.example')).isKept, true);
    assert.equal((await read('/doc', server)).isKept, false);
  });

  it('is not what was on its way when it was forgotten', async () => {
    publish({});
    const [sent, goOn] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    stand.fetch = async (url, init) => {
      sent.resolve(undefined);
      await goOn.promise;
      return fetch(url, init);
    };
    const early = read();
    await sent.promise;
    stand.documents.forget(server);
    goOn.resolve(undefined);
    assert.equal((await early).status, 200);
    assert.equal((await read()).isKept, false);
  });
});

describe('Equal requests at the same time', () => {
  it('are one', async () => {
    publish({});
    const answers = await Promise.all([read(), read(), read('/doc', 'https://other.example')]);
    assert.equal(asked().length, 1);
    assert.deepEqual(new Set(answers.map(({ body }) => body)).size, 1);
  });

  it('are none where one of those who ask may not be led there: it spoils nothing for the other (checklist 16.1)', async () => {
    publish({});
    const address = 'https://as.example/doc';
    stand.names
      .set('as.example', ['10.0.0.1'])
      .set('inside.example', ['10.0.0.2'])
      .set('evil.example', ['203.0.113.1']);
    stand.standFor('https://as.example');
    const signal = new AbortController().signal;
    const [refused, given] = await Promise.allSettled(
      ['https://evil.example', 'https://inside.example'].map((from) =>
        stand.documents
          .readerFor(from, stand.transport(from), signal)
          .read({ purpose: 'issuer_document', address }),
      ),
    );
    assert.equal(refused?.status === 'rejected' && (refused.reason as { code: string }).code, 'insecure_url');
    assert.equal(given?.status === 'fulfilled' && given.value.status, 200);
  });

  it('go on when one of those who wait has enough, and end with the last', async () => {
    const started = Promise.withResolvers<RequestInit>();
    const goOn = Promise.withResolvers<undefined>();
    stand.fetch = async (url, init) => {
      started.resolve(init);
      await goOn.promise;
      return fetch(url, init);
    };
    publish({});
    const [first, second] = [new AbortController(), new AbortController()];
    const reason = new Error('Enough.');
    const [one, other] = [first, second].map(({ signal }) => read('/doc', server, { signal }));
    const { signal } = await started.promise;
    first.abort(reason);
    await assert.rejects(Promise.resolve(one), reason);
    assert.equal(signal?.aborted, false);
    goOn.resolve(undefined);
    assert.equal((await other)?.status, 200);
  });

  it('end where nobody waits any more, and the next one who comes asks anew', async () => {
    const started = Promise.withResolvers<RequestInit>();
    stand.fetch = (_, init) => {
      started.resolve(init);
      return new Promise(() => undefined);
    };
    const alone = new AbortController();
    const given = read('/doc', server, { signal: alone.signal });
    const { signal } = await started.promise;
    publish({});
    stand.fetch = (url, init) => fetch(url, init);
    // The next one comes at the very moment, before the request has come to its end.
    const next = Promise.withResolvers<ReturnType<typeof read>>();
    signal?.addEventListener('abort', () => next.resolve(read()));
    alone.abort(new Error('Enough.'));
    await assert.rejects(given, { message: 'Enough.' });
    assert.equal((await next.promise).status, 200);
    assert.equal(stand.clock.pendingTimers, 0);
  });

  it('fail alike, and are made again after that', async () => {
    stand.fetch = () => Promise.reject(new Error('No network.'));
    const failures = await Promise.allSettled([read(), read()]);
    assert.deepEqual(
      failures.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    publish({});
    stand.fetch = (url, init) => fetch(url, init);
    assert.equal((await read()).status, 200);
  });
});
