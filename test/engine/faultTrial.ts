// The extension's engine before a sandbox that goes wrong: a desk with a person who signs in through the consent page,
// a gateway, and an MCP client behind it that knows nothing of OAuth.
import assert from 'node:assert/strict';
import { request } from 'node:http';

import { Gateway } from '../../src/gateway/gateway.ts';
import { routeTo } from '../../src/gateway/route.ts';
import { SocketListener } from '../../src/node/socketListener.ts';
import { AuthError } from '../../src/oauth/authError.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Server } from '../../src/servers/server.ts';
import { Session } from '../../src/session/session.ts';
import { Desk, serverAt } from './desk.ts';
import { csrfOf, Visitor } from './sandboxVisitor.ts';

/** Answers the consent page of whatever address is opened; `undefined` if the browser is never sent back. */
export async function answerConsent(
  sandbox: Sandbox,
  url: string,
  decision: string,
): Promise<string | undefined> {
  const browser = Visitor.known(sandbox, '', '');
  const follow = async (response: Response): Promise<Response | string> => {
    const location = response.headers.get('location');
    if (location === null) return response;
    const next = new URL(location, response.url);
    return next.protocol === 'http:' &&
      next.hostname === '127.0.0.1' &&
      !next.pathname.startsWith('/callback')
      ? follow(await browser.open(next.href))
      : next.href;
  };
  const page = await follow(await browser.open(url));
  if (typeof page === 'string') return page;
  const text = await page.text();
  const form = { csrf: csrfOf(text), account: 'ada', passphrase: sandbox.passphrase ?? '', decision };
  if (form.csrf === '') return /id="callback">([^<]+)/.exec(text)?.[1]?.replaceAll('&amp;', '&');
  const left = await follow(await browser.submit(page.url, form));
  return typeof left === 'string'
    ? left
    : /id="callback">([^<]+)/.exec(await left.text())?.[1]?.replaceAll('&amp;', '&');
}

/** One try under one fault, with nothing left over from another. */
export class FaultTrial {
  readonly desk: Desk;
  readonly sandbox: Sandbox;
  session!: Session;
  decision: 'allow' | 'deny' | 'cancel' = 'allow';
  /** How often the browser ended on a page that leads nowhere. */
  private strandings = 0;
  private inFlight = 0;
  /** The addresses that the engine asked, without those that only the browser and the client behind the gateway saw. */
  readonly requests: string[] = [];
  private readonly listener: SocketListener;
  private readonly gateway: Gateway;
  private sessionId: string | undefined;
  private lastId = 0;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
    this.desk = new Desk({
      visit: async (url) => {
        const received = await answerConsent(sandbox, url, this.decision);
        if (received === undefined) this.strandings += 1;
        return received;
      },
    });
    // Nobody here types a device code.
    this.desk.redirectKinds = ['uriHandler', 'loopback'];
    this.gateway = new Gateway({
      hosts: () => ['localhost'],
      find: (path) =>
        path === '/notes'
          ? routeTo(
              this.session,
              ({ kind }) => `Sentence: ${kind}.`,
              () => undefined,
            )
          : undefined,
      messageAddress: 'path',
      clock: this.desk.clock,
      onFault: () => undefined,
    });
    this.listener = new SocketListener(this.gateway.listener);
  }

  /** Puts the server into the settings, so to speak. */
  async open(server: Partial<Server> = {}): Promise<this> {
    const { ports } = this.desk;
    const fetchFor: typeof ports.fetch = (url, init) => {
      this.requests.push(`${init.method ?? 'GET'} ${url}`);
      this.inFlight += 1;
      return ports.fetch(url, init).finally(() => (this.inFlight -= 1));
    };
    this.session = await Session.open(serverAt(this.sandbox.mcpUrl, server), { ...ports, fetch: fetchFor });
    await this.listener.open();
    return this;
  }

  close(): void {
    this.session.dispose();
    this.listener.close();
  }

  /**
   * How a sign-in ends: in a state, with the code of what went wrong, or `stranded` on a page that leads nowhere. Lets
   * time pass while a server is silent.
   */
  async signIn(): Promise<string> {
    this.sessionId = undefined;
    const { faults } = this.sandbox;
    let { silences } = faults;
    const { strandings } = this;
    const ended = new AbortController();
    const over = this.session
      .signIn()
      .then(
        () => this.session.state.kind,
        (thrown: unknown) => (thrown instanceof AuthError ? thrown.code : String(thrown)),
      )
      .finally(() => ended.abort());
    while (!ended.signal.aborted) {
      // Real requests are on their way; time stands still until they are not.
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (this.strandings > strandings && this.desk.opened.length === this.strandings) {
        this.session.cancelSignIn();
        await over;
        return 'stranded';
      }
      // Only the one that is not answered is to run out of time.
      if (faults.silences === silences || this.inFlight !== 1) continue;
      silences = faults.silences;
      this.desk.clock.advance(31_000);
    }
    return over;
  }

  /** Calls a tool through the gateway; its text, or the code and words of the MCP error. */
  async callTool(name: string, parameters: object = {}): Promise<string> {
    this.sessionId ??= (await this.post({ method: 'initialize', params: hello })).sessionId;
    const { message } = await this.post({ method: 'tools/call', params: { name, arguments: parameters } });
    if (message?.error !== undefined) return `${message.error.code}: ${message.error.message}`;
    return message?.result?.content[0]?.text ?? JSON.stringify(message);
  }

  private post(
    body: object,
  ): Promise<{ readonly message: RpcMessage | undefined; readonly sessionId: string | undefined }> {
    const { promise, resolve, reject } = Promise.withResolvers<{
      readonly message: RpcMessage | undefined;
      readonly sessionId: string | undefined;
    }>();
    const headers = {
      host: 'localhost',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(this.sessionId === undefined ? {} : { 'mcp-session-id': this.sessionId }),
    };
    const outgoing = request(
      { socketPath: this.listener.address.path, method: 'POST', path: '/notes', headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          assert.ok(
            response.statusCode !== 401 && response.statusCode !== 403,
            'VS Code must never see these',
          );
          const text = Buffer.concat(chunks).toString('utf8');
          const json = /^data: (\{.*)$/m.exec(text)?.[1] ?? text;
          const id = response.headers['mcp-session-id'];
          resolve({
            message: json.startsWith('{') ? (JSON.parse(json) as RpcMessage) : undefined,
            sessionId: typeof id === 'string' ? id : undefined,
          });
        });
      },
    );
    outgoing.once('error', reject).end(JSON.stringify({ jsonrpc: '2.0', id: (this.lastId += 1), ...body }));
    return this.inTime(promise);
  }

  /** Lets time pass while a call waits for the next try to get a token. */
  private async inTime<Result>(answer: Promise<Result>): Promise<Result> {
    const ended = new AbortController();
    const end = () => ended.abort();
    answer.then(end, end);
    while (!ended.signal.aborted) {
      // As above: the call itself is a real request.
      await new Promise((resolve) => setTimeout(resolve, 2));
      const { session, desk } = this;
      const leftMs = session.state.kind === 'offline' ? session.state.retryAtMs - desk.clock.now() : 0;
      if (this.inFlight === 0 && leftMs > 0) desk.clock.advance(leftMs);
    }
    return answer;
  }
}

interface RpcMessage {
  readonly error?: { readonly code: number; readonly message: string };
  readonly result?: { readonly content: readonly { readonly text: string }[] };
}

const hello = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'trial', version: '1' },
};
