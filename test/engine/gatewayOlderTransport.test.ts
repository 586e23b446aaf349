// The HTTP+SSE transport of the first revision of MCP: the server announces where messages are posted to.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Gateway } from '../../src/gateway/gateway.ts';
import { until } from './attempt.ts';
import { serverAt } from './desk.ts';
import { GatewayClient, Heard, ping } from './gatewayClient.ts';

const client = new GatewayClient();
/** The server's side of the stream that was opened last. */
let server: ServerResponse;
/** What the stream begins with. */
let beginning: string | Buffer;

beforeEach(async () => {
  beginning = 'event: endpoint\ndata: /messages?session=1\n\n';
  client.world.listeners.set('GET /mcp', (_, response) => {
    server = response;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(beginning);
  });
  client.world.answers.set('/messages', () => ({ status: 202, body: 'Accepted' }));
  await client.session.signIn();
});
afterEach(() => server.destroy());

async function openStream(): Promise<Heard> {
  return new Heard(await client.openStream({}));
}

/** Opens the stream and reads where messages go. */
async function connect(): Promise<{ readonly stream: Heard; readonly path: string }> {
  const stream = await openStream();
  const text = await stream.until(/\n\n/);
  return { stream, path: /^data: (.*)$/m.exec(text)?.[1] ?? '' };
}

describe('The older transport', () => {
  it('is told an address of the gateway, and what is posted there reaches the server with the token', async () => {
    const { stream, path } = await connect();
    assert.equal(stream.text, `event: endpoint\ndata: ${path}\n\n`);
    const own = client.paths.pathOf('notes').replace('/mcp', '');
    assert.match(path, new RegExp(`^${own}/messages/[\\w-]{43}$`));
    const { status, text } = await client.call(ping, { path });
    assert.deepEqual([status, text], [202, 'Accepted']);
    const [sent] = client.world.sent('/messages?session=1');
    assert.match(sent?.headers.authorization ?? '', /^Bearer token-/);
    assert.deepEqual(JSON.parse(sent?.body ?? ''), ping);
    server.write('event: message\ndata: {"id":7}\n\n');
    await stream.until(/data: \{"id":7\}\n\n$/);
  });

  it('is told a fragment where VS Code asks on a socket: its client takes the path from there', async () => {
    client.gateway = new Gateway(client.ports({ messageAddress: 'fragment' }));
    const { path } = await connect();
    assert.match(path, /^#\//);
    const launched = `unix:///tmp/s#${client.paths.pathOf('notes')}`;
    const { hash } = new URL(path, launched);
    assert.equal((await client.call(ping, { path: hash.slice(1) })).status, 202);
  });

  it('takes nothing but POST at that address', async () => {
    const { path } = await connect();
    for (const method of ['GET', 'DELETE', 'PUT'])
      assert.equal((await client.call(undefined, { method, path })).status, 405);
    assert.deepEqual(client.world.sent('/messages?session=1'), []);
  });

  it('knows the address for as long as the stream is open, whichever end closes it', async () => {
    for (const end of [() => server.end(), () => server.destroy(), (stream: Heard) => stream.leave()]) {
      const { stream, path } = await connect();
      assert.equal((await client.call(ping, { path })).status, 202);
      end(stream);
      let status: number | undefined;
      while (status !== 404) ({ status } = await client.call(ping, { path }));
    }
  });

  it('gives each stream an address of its own', async () => {
    const [one, other] = [await connect(), await connect()];
    assert.notEqual(one.path, other.path);
  });

  it('lets in nobody at that address who may not use the server', async () => {
    const { path } = await connect();
    assert.equal((await client.call(ping, { path, headers: { host: 'evil.example' } })).status, 404);
    assert.equal((await client.call(ping, { path, headers: { origin: 'null' } })).status, 404);
    client.gateway.cutOff(client.paths.pathOf('notes'));
    let status: number | undefined;
    while (status !== 404) ({ status } = await client.call(ping, { path }));
  });

  it('asks for a stream that can be read, and leaves the bodies of answers as they are', async () => {
    const encodings: unknown[] = [];
    const open = client.world.listeners.get('GET /mcp');
    client.world.listeners.set('GET /mcp', (request, response) => {
      encodings.push(request.headers['accept-encoding']);
      open?.(request, response);
    });
    await client.openStream({ 'accept-encoding': 'gzip, br' });
    await client.call(ping, { headers: { 'accept-encoding': 'gzip, br' } });
    encodings.push(client.world.sent('/mcp').at(-1)?.headers['accept-encoding']);
    assert.deepEqual(encodings, ['identity', 'gzip, br']);
  });
});

describe('An announced address', () => {
  const host = () => new URL(client.world.origin).host;

  it('at another origin ends the stream, and gets no message', async () => {
    for (const announced of [
      'https://evil.example/messages',
      '//evil.example/messages',
      `http://${host()}.evil.example/messages`,
      'http://127.0.0.1:1/messages',
      `https://${host()}/messages`,
      'javascript:alert(1)',
      'data:,x',
    ]) {
      beginning = `event: endpoint\ndata: ${announced}\n\n`;
      const stream = await openStream();
      assert.equal(await stream.over(), 'break', announced);
      assert.equal(stream.text, '');
      assert.equal(client.faults.splice(0).length, 1);
    }
  });

  it('may be whole, or relative to the address that answered', async () => {
    for (const announced of [
      `${client.world.origin}/messages`,
      'messages',
      './messages',
      '/messages#part',
      `http://mallory:x@${host()}/messages`,
    ]) {
      beginning = `event: endpoint\ndata: ${announced}\n\n`;
      const { path } = await connect();
      const before = client.world.sent('/messages').length;
      assert.equal((await client.call(ping, { path })).status, 202, announced);
      const sent = client.world.sent('/messages');
      assert.equal(sent.length, before + 1, announced);
      assert.match(sent.at(-1)?.headers.authorization ?? '', /^Bearer token-/);
    }
  });

  it('brings no credentials of its own along, to a server that wants none', async () => {
    client.session = await client.desk.open(
      serverAt(client.world.mcpUrl, { headers: { 'X-Key': '1' }, oauth: false }),
    );
    beginning = `event: endpoint\ndata: http://mallory:x@${host()}/messages\n\n`;
    const { path } = await connect();
    assert.equal((await client.call(ping, { path })).status, 202);
    const { headers } = client.world.sent('/messages').at(-1) ?? assert.fail();
    assert.deepEqual([headers['x-key'], headers.authorization], ['1', undefined]);
  });

  it('is found however the stream is cut, and whatever ends its lines', async () => {
    for (const lineEnd of ['\n', '\r\n', '\r']) {
      const text = [
        ': hello',
        '',
        'retry: 5',
        '',
        'id: 1',
        'event:endpoint',
        'data:/messages',
        '',
        ': after',
        '',
        '',
      ].join(lineEnd);
      for (let cut = 0; cut <= text.length; cut += 3) {
        beginning = text.slice(0, cut);
        const stream = await openStream();
        server.write(text.slice(cut) || ': nothing\n\n');
        await stream.until(/: (?:after|nothing)/);
        const [, path = ''] = /\ndata: (\/\S+)\n\n/.exec(stream.text) ?? [];
        assert.equal((await client.call(ping, { path })).status, 202, JSON.stringify([lineEnd, cut]));
        assert.match(stream.text, /^: hello[\r\n]+retry: 5[\r\n]+id: 1\nevent:endpoint\ndata: /);
        server.destroy();
      }
    }
  });

  it('lets comments through before it comes', async () => {
    beginning = ': one\n\n';
    const stream = await openStream();
    assert.equal(await stream.until(/\n\n/), ': one\n\n');
    server.write('event: endpoint\ndata: /messages\n\n');
    await stream.until(/data: \/[\w-]{43}\/messages\//);
  });

  it('is looked for in the first event alone, and in none that is larger than an address', async () => {
    const events = [
      'data: {"id":1}\n\nevent: endpoint\ndata: https://evil.example/\n\n',
      `: ${'x'.repeat(70_000)}\nevent: endpoint\ndata: https://evil.example/\n\n`,
      'event: note\ndata: 1\n\nevent: endpoint\ndata: /messages\n\n',
    ];
    for (beginning of events) {
      const stream = await openStream();
      await until(() => stream.text.length === beginning.length);
      assert.equal(stream.text, beginning);
      server.end();
      assert.equal(await stream.over(), 'end');
    }
  });

  it('is left alone in what is no stream of the older transport', async () => {
    beginning = 'event: endpoint\ndata: /messages\n\n';
    const ofSession = new Heard(await client.openStream({ 'mcp-session-id': 's' }));
    await ofSession.until(/\n\n/);
    assert.equal(ofSession.text, beginning);
    client.world.answers.set('/mcp', () => ({
      headers: { 'content-type': 'text/event-stream' },
      body: String(beginning),
    }));
    assert.equal((await client.call(ping)).text, beginning);
  });

  it('does not keep what was sent before it, where the stream ends early', async () => {
    beginning = 'event: endpoint\ndata: /mess';
    const stream = await openStream();
    server.end();
    assert.equal(await stream.over(), 'end');
    assert.equal(stream.text, beginning);
  });
});

describe('A message of the older transport that cannot be delivered', () => {
  it('is answered in the stream, where its client looks for answers', async () => {
    const { stream, path } = await connect();
    await client.session.signOut();
    assert.equal((await client.call(ping, { path })).status, 202);
    const error = { jsonrpc: '2.0', id: 7, error: { code: -32010, message: 'Sentence: blocked.' } };
    await stream.until(/event: message/);
    assert.ok(stream.text.endsWith(`event: message\ndata: ${JSON.stringify(error)}\n\n`));
    assert.equal(client.blocked, 1);
    assert.equal((await client.call({ jsonrpc: '2.0', method: 'note' }, { path })).status, 202);
    assert.equal(stream.text.split('event: message').length, 2);
  });

  it('is answered between two events, and never within one', async () => {
    const { stream, path } = await connect();
    await client.session.signOut();
    server.write('data: be');
    await stream.until(/data: be$/);
    await client.call(ping, { path });
    server.write('gun\ndata: go\n\ndata: next\n');
    await stream.until(/data: next\n$/);
    await client.call({ ...ping, id: 8 }, { path });
    server.write('\n');
    await stream.until(/"id":8.*\n\n$/);
    const events = stream.text
      .split('\n\n')
      .map((event) => event.replace(/data: (\{.*"id":(\d).*|\/.*)$/, '$2'));
    assert.deepEqual(events, [
      'event: endpoint\n',
      'data: begun\ndata: go',
      'event: message\n7',
      'data: next',
      'event: message\n8',
      '',
    ]);
  });

  it('never shows its client a 401, which would start another sign-in (checklist 12.1)', async () => {
    const { stream, path } = await connect();
    client.world.answers.set('/messages', () => ({ status: 401, headers: { 'www-authenticate': 'Bearer' } }));
    const { status, headers } = await client.call(ping, { path });
    assert.deepEqual([status, headers['www-authenticate']], [202, undefined]);
    await stream.until(/Sentence: unauthorized/);
  });
});
