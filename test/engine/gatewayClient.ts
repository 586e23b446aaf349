/** A gateway on its socket before a fresh world, and a client that speaks to it as VS Code's MCP client does. */
import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach } from 'node:test';
import { Gateway } from '../../src/gateway/gateway.ts';
import { routeTo } from '../../src/gateway/route.ts';
import { SocketListener } from '../../src/node/socketListener.ts';
import type { Session } from '../../src/session/session.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';

interface Called {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly json: unknown;
}

interface CallOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

export const ping = { jsonrpc: '2.0', id: 7, method: 'ping' };

export class GatewayClient extends Attempt {
  listener!: SocketListener;
  gateway!: Gateway;
  session!: Session;
  /** What the gateway complained of; a test that expects something takes it out. */
  readonly faults: unknown[] = [];

  constructor() {
    super();
    beforeEach(async () => {
      this.gateway = new Gateway({
        hosts: () => ['localhost'],
        route: (key) =>
          key === 'notes' ? routeTo(this.session, ({ kind }) => `Sentence: ${kind}.`) : undefined,
        onFault: (cause) => this.faults.push(cause),
      });
      this.listener = new SocketListener(this.gateway.listener);
      await this.listener.open();
      this.session = await this.desk.open(serverAt(this.world.mcpUrl));
    });
    afterEach(() => {
      this.listener.close();
      assert.deepEqual(this.faults.splice(0), []);
    });
  }

  /** Sends a request and reads the whole answer. */
  async call(body?: unknown, options: CallOptions = {}): Promise<Called> {
    const response = await this.open(body, options);
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const json: unknown = /^[{[]/.test(text) ? JSON.parse(text) : undefined;
    return { status: response.statusCode ?? 0, headers: response.headers, text, json };
  }

  /** Sends a request and gives the answer whose body is still to come. */
  open(
    body: unknown,
    { method = 'POST', path = this.gateway.pathOf('notes'), headers = {} }: CallOptions,
  ): Promise<IncomingMessage> {
    const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
    const options = { socketPath: this.listener.address.path, method, path, headers: all };
    return new Promise((resolve, reject) => {
      const outgoing = request(options, resolve).once('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
