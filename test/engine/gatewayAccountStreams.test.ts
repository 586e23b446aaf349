// What a stream brings is for the account that it was opened with.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { GatewayClient, Heard, ping } from './gatewayClient.ts';

const client = new GatewayClient();
const eventStream = { 'content-type': 'text/event-stream' };

/** A stream that answers a message, with its first event, and the server's side of it. */
async function answered(
  method: string,
): Promise<{ readonly stream: Heard; readonly server: ServerResponse }> {
  const answering = Promise.withResolvers<ServerResponse>();
  client.world.listeners.set('POST /mcp', (request, response) => {
    request.resume();
    response.writeHead(200, eventStream).write('data: one\n\n');
    answering.resolve(response);
  });
  const headers = { accept: 'text/event-stream, application/json', 'mcp-method': method };
  const stream = new Heard(await client.open({ jsonrpc: '2.0', id: 7, method }, { headers }));
  await stream.until(/one/);
  return { stream, server: await answering.promise };
}

describe('A stream that a client listens to', () => {
  it('as the answer to subscriptions/listen ends with the account', async () => {
    await client.session.signIn();
    const { stream, server } = await answered('subscriptions/listen');
    await client.session.signOut();
    server.end('data: of somebody else\n\n');
    await stream.over();
    assert.equal(stream.text, 'data: one\n\n');
  });

  it('as the answer to a call goes on: it is that call’s', async () => {
    await client.session.signIn();
    const { stream, server } = await answered('tools/call');
    await client.session.signOut();
    server.end('data: two\n\n');
    await stream.over();
    assert.equal(stream.text, 'data: one\n\ndata: two\n\n');
  });

  it('whose server answers only after its account has signed out brings nothing of that account', async () => {
    await client.session.signIn();
    assert.equal((await client.call(ping)).status, 200);
    const asked = Promise.withResolvers<ServerResponse>();
    client.world.listeners.set('GET /mcp', (_, response) => asked.resolve(response));
    const call = client.begin({
      method: 'GET',
      headers: { accept: 'text/event-stream', 'mcp-session-id': 's' },
    });
    const heard = new Promise<Heard | undefined>((resolve) => {
      call.once('response', (response) => resolve(new Heard(response)));
      call.once('error', () => resolve(undefined));
    });
    call.end();
    const server = await asked.promise;
    await client.session.signOut();
    server.writeHead(200, eventStream);
    server.write('data: of somebody who signed out\n\n');
    const stream = await heard;
    await stream?.over();
    assert.doesNotMatch(stream?.text ?? '', /signed out/);
  });
});
