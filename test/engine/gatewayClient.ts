/** A gateway on its socket before a fresh world, and a client that speaks to it as VS Code's MCP client does. */
import assert from 'node:assert/strict';
import { request, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { afterEach, beforeEach } from 'node:test';
import { Gateway, type GatewayPorts } from '../../src/gateway/gateway.ts';
import { Paths } from '../../src/gateway/paths.ts';
import { routeTo, type Refusal } from '../../src/gateway/route.ts';
import { SocketListener } from '../../src/node/socketListener.ts';
import type { Session } from '../../src/session/session.ts';
import { Attempt, until } from './attempt.ts';
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
  readonly headers?: OutgoingHttpHeaders;
}

export const ping = { jsonrpc: '2.0', id: 7, method: 'ping' };

export class GatewayClient extends Attempt {
  listener!: SocketListener;
  gateway!: Gateway;
  paths!: Paths;
  session!: Session;
  /** How many requests were refused because a person has to act. */
  blocked = 0;
  /** What the server said with each refusal. */
  readonly said: (string | undefined)[] = [];
  /** What the gateway complained of; a test that expects something takes it out. */
  readonly faults: unknown[] = [];

  constructor() {
    super();
    beforeEach(async () => {
      this.paths = new Paths();
      this.blocked = this.said.length = 0;
      this.gateway = new Gateway(this.ports());
      this.listener = new SocketListener((...exchange) => this.gateway.listener(...exchange));
      await this.listener.open();
      this.session = await this.desk.open(serverAt(this.world.mcpUrl));
    });
    afterEach(() => {
      this.listener.close();
      assert.deepEqual(this.faults.splice(0), []);
    });
  }

  ports(changes: Partial<GatewayPorts> = {}): GatewayPorts {
    const explain = (refusal: Refusal) => {
      this.said.push('words' in refusal ? refusal.words : undefined);
      return `Sentence: ${refusal.kind}.`;
    };
    const noteBlocked = () => (this.blocked += 1);
    return {
      hosts: () => ['localhost'],
      find: (path) =>
        this.paths.keyOf(path) === 'notes' ? routeTo(this.session, explain, noteBlocked) : undefined,
      messageAddress: 'path',
      clock: this.desk.clock,
      onFault: (cause) => this.faults.push(cause),
      ...changes,
    };
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
  open(body: unknown, options: CallOptions = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = this.begin(options).once('response', resolve).once('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** A request whose body is still to be written. */
  begin({
    method = 'POST',
    path = this.paths.pathOf('notes'),
    headers = {},
  }: CallOptions = {}): ClientRequest {
    const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
    return request({ socketPath: this.listener.address.path, method, path, headers: all });
  }

  /** The background stream, as Streamable HTTP asks for it. */
  openStream(headers: OutgoingHttpHeaders = { 'mcp-session-id': 's-1' }): Promise<IncomingMessage> {
    return this.open(undefined, { method: 'GET', headers: { accept: 'text/event-stream', ...headers } });
  }
}

/** What is heard of a stream, as it comes. */
export class Heard {
  text = '';
  /** How it ended: by itself, or broken off. */
  ending: 'end' | 'break' | undefined;
  private readonly response: IncomingMessage;

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8').on('data', (text: string) => (this.text += text));
    response.once('end', () => (this.ending = 'end')).once('error', () => (this.ending = 'break'));
  }

  /** Waits until the text fits. */
  async until(pattern: RegExp): Promise<string> {
    await until(() => pattern.test(this.text));
    return this.text;
  }

  async over(): Promise<'end' | 'break'> {
    await until(() => this.ending !== undefined);
    return this.ending ?? 'break';
  }

  leave(): void {
    this.response.destroy();
  }
}
