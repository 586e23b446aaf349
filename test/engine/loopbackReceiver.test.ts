// Authorization answers that arrive at a loopback address.
import assert from 'node:assert/strict';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import os from 'node:os';
import { describe, it, type TestContext } from 'node:test';
import { LoopbackReceiver, type Externalize } from '../../src/node/loopbackReceiver.ts';
import { listenExclusively } from '../../src/node/exclusivePort.ts';
import { AuthError } from '../../src/oauth/authError.ts';
import type { RedirectAddress, RedirectSettings } from '../../src/session/ports.ts';

const texts = {
  language: 'en-"x',
  title: 'Sign-in <b>',
  done: 'Done & well: close this tab.',
  failed: 'The editor tells you more.',
  unknown: 'Nobody waits for this.',
};

const hasIPv6 = Object.values(os.networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

interface Stand {
  readonly receiver: LoopbackReceiver;
  readonly address: RedirectAddress;
  readonly port: number;
  /** What the attempt with the state `known` gets. */
  readonly answer: Promise<string>;
  readonly cancel: AbortController;
}

async function stand(
  t: TestContext,
  settings: RedirectSettings = {},
  externalize?: Externalize,
): Promise<Stand> {
  const receiver = new LoopbackReceiver(texts, externalize);
  const address = await receiver.prepare(settings);
  t.after(() => address.close());
  const cancel = new AbortController();
  const answer = receiver.receive('known', cancel.signal);
  answer.catch(() => undefined);
  return { receiver, address, port: Number(new URL(address.arrivalUri).port), answer, cancel };
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Visit {
  readonly method?: string;
  readonly host?: string;
  readonly address?: string;
}

/** A request as a browser sends it, or as one sends it who means no good. */
function visit(port: number, path: string, { method, host, address }: Visit = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { host: host ?? `127.0.0.1:${port}`, connection: 'keep-alive' };
    const options = {
      host: address ?? '127.0.0.1',
      port,
      path,
      method: method ?? 'GET',
      headers,
      agent: false,
    };
    request(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    })
      .once('error', reject)
      .end();
  });
}

async function occupy(t: TestContext, host: string, port = 0): Promise<number> {
  const server: Server = createServer();
  t.after(() => server.close());
  return listenExclusively(server, host, port);
}

const isUnavailable = (host: string, setting: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof AuthError);
  assert.equal(thrown.code, 'redirect_unavailable');
  assert.deepEqual(thrown.facts, { setting, host });
  return true;
};

describe('A loopback address', () => {
  it('is an address of this computer with a port of its own for each attempt (checklist 8.1)', async (t) => {
    const [one, other] = [await stand(t), await stand(t)];
    assert.match(one.address.redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    assert.equal(one.address.arrivalUri, one.address.redirectUri);
    assert.notEqual(one.port, other.port);
  });

  it('brings back the whole answer that carries the state, as it arrived', async (t) => {
    const { address, port, answer } = await stand(t);
    const query = '?code=a%2Bb+c&state=known&iss=https%3A%2F%2Fas.example';
    assert.equal((await visit(port, `/callback${query}`)).status, 200);
    assert.equal(await answer, address.arrivalUri + query);
  });

  it('uses the port that the person chose', async (t) => {
    const probe = createServer();
    const redirectPort = await listenExclusively(probe, '127.0.0.1', 0);
    await new Promise((closed) => probe.close(closed));
    const { address } = await stand(t, { redirectPort });
    assert.equal(address.redirectUri, `http://127.0.0.1:${redirectPort}/callback`);
  });

  it('says which port is taken, instead of listening elsewhere (checklist 8.3)', async (t) => {
    const redirectPort = await occupy(t, '127.0.0.1');
    const receiver = new LoopbackReceiver(texts);
    const refusal = isUnavailable(`127.0.0.1:${redirectPort}`, 'redirectPort');
    await assert.rejects(receiver.prepare({ redirectPort }), refusal);
  });

  it(
    'listens on both loopback addresses where it says localhost (checklist 8.2)',
    { skip: !hasIPv6 },
    async (t) => {
      for (const address of ['127.0.0.1', '::1']) {
        const at = await stand(t, { redirectHost: 'localhost' });
        assert.equal(at.address.redirectUri, `http://localhost:${at.port}/callback`);
        const reply = await visit(at.port, '/callback?state=known&code=1', {
          address,
          host: `localhost:${at.port}`,
        });
        assert.equal(reply.status, 200);
        assert.equal(await at.answer, `http://localhost:${at.port}/callback?state=known&code=1`);
      }
    },
  );

  it('listens on 127.0.0.1 alone where it says so (checklist 8.2)', { skip: !hasIPv6 }, async (t) => {
    const { port } = await stand(t);
    await assert.rejects(visit(port, '/callback', { address: '::1' }), { code: 'ECONNREFUSED' });
  });

  it('is not shared with one who has the other localhost (checklist 8.3)', { skip: !hasIPv6 }, async (t) => {
    const redirectPort = await occupy(t, '::1');
    const receiver = new LoopbackReceiver(texts);
    const refusal = isUnavailable(`127.0.0.1:${redirectPort}`, 'redirectPort');
    await assert.rejects(receiver.prepare({ redirectPort, redirectHost: 'localhost' }), refusal);
    await occupy(t, '127.0.0.1', redirectPort);
  });

  it('tells the server the forwarded address and knows where it arrives (checklist 8.8, field case 5)', async (t) => {
    const forwarded = 'https://Forward.example/p/1/?x=%2f';
    const { address, port, answer } = await stand(t, {}, (uri) => {
      assert.match(uri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
      return Promise.resolve(forwarded);
    });
    assert.equal(address.redirectUri, forwarded, 'The string is not touched.');
    assert.equal(address.arrivalUri, `http://127.0.0.1:${port}/callback`);
    const reply = await visit(port, '/callback?state=known&code=1', { host: 'forward.example' });
    assert.equal(reply.status, 200);
    assert.equal(await answer, `${address.arrivalUri}?state=known&code=1`);
  });

  it('is given up where it cannot be forwarded', async (t) => {
    let local = '';
    const failing = (uri: string) => {
      local = uri;
      return Promise.reject(new Error('No tunnel.'));
    };
    const port = () => new URL(local).port;
    const refusal = (thrown: unknown) => isUnavailable(`127.0.0.1:${port()}`, 'redirect')(thrown);
    await assert.rejects(stand(t, {}, failing), refusal);
    await assert.rejects(visit(Number(port()), '/callback'), { code: 'ECONNREFUSED' });
  });
});

describe('A loopback address lets in', () => {
  it('no web page that rebinds its own name (checklist 8.6)', async (t) => {
    const { port, receiver } = await stand(t);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `localhost:${port}`,
      '127.0.0.1:1',
    ]) {
      const reply = await visit(port, '/callback?state=known&code=1', { host });
      assert.equal(reply.status, 404, host);
    }
    assert.ok(receiver.claim('http://x/?state=known'), 'The attempt still waits.');
  });

  it('no other path (checklist 8.6)', async (t) => {
    const { port, receiver } = await stand(t);
    const others = ['/', '/favicon.ico', '/callback/', '/callbacks?state=known', '//callback?state=known'];
    for (const path of [...others, '/CALLBACK?state=known', `http://127.0.0.1:${port}/callback?state=known`])
      assert.equal((await visit(port, path)).status, 404, path);
    assert.ok(receiver.claim('http://x/?state=known'), 'The attempt still waits.');
  });

  it('no other method (checklist 8.6)', async (t) => {
    const { port, receiver } = await stand(t);
    for (const method of ['POST', 'HEAD', 'PUT', 'OPTIONS']) {
      const reply = await visit(port, '/callback?state=known&code=1', { method });
      assert.equal(reply.status, 405, method);
      assert.equal(reply.headers.allow, 'GET');
    }
    assert.ok(receiver.claim('http://x/?state=known'), 'The attempt still waits.');
  });
});

describe('An answer at a loopback address', () => {
  it('that nobody waits for leaves the attempt waiting (checklist 7.6, field case 23)', async (t) => {
    const { port, answer } = await stand(t);
    for (const query of [
      '',
      '?',
      '?code=1',
      '?code=1&state=',
      '?code=1&state=other',
      '?state=known&state=known',
    ]) {
      const reply = await visit(port, `/callback${query}`);
      assert.equal(reply.status, 400, query);
      assert.match(reply.body, /Nobody waits for this\./);
    }
    await visit(port, '/callback?state=known&code=2');
    assert.match(await answer, /code=2$/);
  });

  it('is taken once, and the port is free again (checklist 8.2, 8.6)', async (t) => {
    const { port, answer, receiver } = await stand(t);
    await visit(port, '/callback?state=known&code=1');
    await answer;
    assert.equal(receiver.claim('http://x/?state=known'), false);
    await assert.rejects(visit(port, '/callback?state=known&code=2'), { code: 'ECONNREFUSED' });
    await occupy(t, '127.0.0.1', port);
  });

  it('reaches its own attempt where several wait at once (field case 23)', async (t) => {
    const receiver = new LoopbackReceiver(texts);
    const { signal } = new AbortController();
    const attempts = await Promise.all(
      ['one', 'two'].map(async (state) => {
        const address = await receiver.prepare({});
        t.after(() => address.close());
        return { state, arrivalUri: address.arrivalUri, answer: receiver.receive(state, signal) };
      }),
    );
    for (const { state, arrivalUri } of attempts.toReversed()) await fetch(`${arrivalUri}?state=${state}`);
    for (const { state, arrivalUri, answer } of attempts)
      assert.equal(await answer, `${arrivalUri}?state=${state}`);
  });

  it('may be pasted by the person instead (checklist 8.8, field case 25)', async (t) => {
    const { receiver, answer } = await stand(t);
    assert.equal(receiver.claim('http://127.0.0.1:1/callback?state=foreign&code=1'), false);
    assert.equal(receiver.claim('no address at all'), false);
    const pasted = 'http://127.0.0.1:1/callback?state=known&code=1';
    assert.equal(receiver.claim(pasted), true);
    assert.equal(receiver.claim(pasted), false, 'Once.');
    assert.equal(await answer, pasted);
  });

  it('is waited for no longer than the attempt lasts', async (t) => {
    const { port, receiver, answer, cancel } = await stand(t);
    cancel.abort(new Error('Enough.'));
    await assert.rejects(answer, /Enough\./);
    assert.equal((await visit(port, '/callback?state=known&code=1')).status, 400);
    await assert.rejects(receiver.receive('late', cancel.signal), /Enough\./);
  });

  it('finds no open port once the attempt is over, and idle visitors are sent away', async (t) => {
    const { address, port } = await stand(t);
    const visitor = connect(port, '127.0.0.1');
    await new Promise((connected) => visitor.once('connect', connected));
    const gone = new Promise((closed) => visitor.once('close', closed).once('error', () => undefined));
    // The server knows a visitor only once something came from it.
    visitor.write('GET /callback HTTP/1.1\r\n');
    await visit(port, '/');
    address.close();
    await gone;
    await assert.rejects(visit(port, '/callback'), { code: 'ECONNREFUSED' });
  });
});

describe('The page at a loopback address', () => {
  it('says that it is done, or that the server did not complete it', async (t) => {
    const good = await stand(t);
    assert.match(
      (await visit(good.port, '/callback?state=known&code=1')).body,
      /Done &#38; well: close this tab\./,
    );
    const bad = await stand(t);
    const reply = await visit(bad.port, '/callback?state=known&error=access_denied');
    assert.match(reply.body, /The editor tells you more\./);
    assert.match(await bad.answer, /error=access_denied$/, 'Why is for the session to judge.');
  });

  it('repeats nothing of the address and sends nobody on (checklist 8.6, 8.7)', async (t) => {
    const { port } = await stand(t);
    const parameters = new URLSearchParams({
      state: 'known',
      error: 'marker-error',
      error_description: '<script>marker()</script>',
      redirect_uri: 'https://marker.example/',
      next: '//marker.example/',
    });
    const { body, headers } = await visit(port, `/callback?${parameters.toString()}`);
    assert.doesNotMatch(body, /marker|\bknown\b/);
    assert.equal(headers.location, undefined);
    assert.equal(headers['refresh'], undefined);
    assert.doesNotMatch(body, /http-equiv/i);
  });

  it('runs no script, loads nothing, and leaves no trace (checklist 8.6, 16.7)', async (t) => {
    const [first, second] = [await stand(t), await stand(t)];
    const { headers, body } = await visit(first.port, '/callback?state=known&code=1');
    const policy = String(headers['content-security-policy']);
    const nonce = /^default-src 'none'; style-src 'nonce-([\w+/=]{20,})'/.exec(policy)?.[1] ?? '';
    assert.ok(body.includes(`<style nonce="${nonce}">`), policy);
    assert.match(policy, /; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/);
    assert.doesNotMatch(body, /<script|https?:|src=|href=|url\(/i);
    assert.ok(body.includes('<title>Done &#38; well: close this tab. – Sign-in &#60;b&#62;</title>'));
    assert.ok(body.includes('<html lang="en-&#34;x">'));
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers.connection, 'close');
    const next = await visit(second.port, '/callback?state=known&code=1');
    assert.ok(!next.body.includes(nonce), 'A nonce is used once.');
  });
});
