// Authorization answers that arrive at a loopback address.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { LoopbackReceiver } from '../../src/node/loopbackReceiver.ts';
import { listenExclusively } from '../../src/node/exclusivePort.ts';
import { hasIPv6, isUnavailable, occupy, stand, texts, visit } from './loopbackStand.ts';

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
