/**
 * An MCP server and its authorization server in one, which takes its time for each answer and remembers what it was
 * asked. It judges nobody: what a client costs is all that is wanted.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { answerTo } from './mcpAnswer.ts';

interface Asked {
  readonly what: string;
  /** With a token that is good, at the MCP server. */
  readonly isSignedIn: boolean;
  readonly begunAtMs: number;
  readonly endedAtMs: number;
}

/** What it took to get the first answer with a token. */
export interface Cost {
  readonly requests: number;
  /** How many of them at the least had to wait for one before. */
  readonly inTurn: number;
  /** From the first request to that answer. */
  readonly tookMs: number;
  /** `METHOD path`, in the order in which they came. */
  readonly what: readonly string[];
}

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const resourceDocument = '/.well-known/oauth-protected-resource/mcp';
const issuerDocument = '/.well-known/oauth-authorization-server';
const quietMs = 25;
/** Documents may be kept, as those of most servers. */
const kept = { 'cache-control': 'max-age=3600' };

export class CountingServer {
  private readonly latencyMs: number;
  private asked: Asked[] = [];
  private underWay = 0;
  private readonly tokens = new Set<string>();
  private readonly refreshTokens = new Set<string>();
  private issued = 0;
  private readonly server = createServer((request, response) => void this.serve(request, response));

  private constructor(latencyMs: number) {
    this.latencyMs = latencyMs;
  }

  /** @param latencyMs added to each answer. */
  static async start(latencyMs: number): Promise<CountingServer> {
    const counting = new CountingServer(latencyMs);
    await new Promise<void>((resolve) => counting.server.listen(0, '127.0.0.1', resolve));
    return counting;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get mcpUrl(): string {
    return `${this.origin}/mcp`;
  }

  /** `METHOD path` of what was asked since the count began, also where nobody signed in. */
  get requests(): readonly string[] {
    return this.asked.map(({ what }) => what);
  }

  /** Where the person's browser comes back to, at once and without a request. */
  visit(address: string): string {
    const { searchParams } = new URL(address);
    const back = new URL(searchParams.get('redirect_uri') ?? '');
    const state = searchParams.get('state');
    if (state !== null) back.searchParams.set('state', state);
    back.searchParams.set('code', 'code');
    back.searchParams.set('iss', this.origin);
    return back.href;
  }

  /** Takes no token any more that was given so far. */
  endTokens(): void {
    this.tokens.clear();
  }

  /** What `work` costs. Requests that follow its first answer with a token are not counted. */
  async costOf(work: () => Promise<unknown>): Promise<Cost> {
    this.asked = [];
    await work();
    const got = this.asked.filter(({ isSignedIn }) => isSignedIn);
    const [first] = got.toSorted((one, other) => one.endedAtMs - other.endedAtMs);
    if (first === undefined) throw new Error(`Nobody got an answer: ${this.requests.join(', ')}.`);
    const counted = this.asked
      .filter(({ begunAtMs }) => begunAtMs <= first.begunAtMs)
      .toSorted((one, other) => one.begunAtMs - other.begunAtMs);
    return {
      requests: counted.length,
      inTurn: longestChain(counted),
      tookMs: first.endedAtMs - (counted[0]?.begunAtMs ?? NaN),
      what: counted.map(({ what }) => what),
    };
  }

  /** Waits until nobody asks anything any more, such as a client that opens its background stream. */
  async quiet(): Promise<void> {
    let asked: number;
    do {
      asked = this.asked.length;
      await pause(quietMs);
    } while (this.underWay > 0 || asked !== this.asked.length);
  }

  async close(): Promise<void> {
    await this.quiet();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begunAtMs = performance.now();
    this.underWay += 1;
    const { method = '', url = '' } = request;
    const [path = ''] = url.split('?');
    const sent = await text(request);
    const isSignedIn = path === '/mcp' && this.tokens.has(request.headers.authorization?.slice(7) ?? '');
    const reply = path === '/mcp' && !isSignedIn ? this.refusal() : this.replyTo(method, path, sent);
    if (this.latencyMs > 0) await pause(this.latencyMs);
    const { status = 200, headers = {}, body } = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
    this.underWay -= 1;
    this.asked.push({
      what: `${method} ${path}`,
      isSignedIn: isSignedIn && status === 200,
      begunAtMs,
      endedAtMs: performance.now(),
    });
  }

  private replyTo(method: string, path: string, sent: string): Reply {
    const { origin } = this;
    switch (`${method} ${path}`) {
      case `GET ${resourceDocument}`:
        return { headers: kept, body: { resource: this.mcpUrl, authorization_servers: [origin] } };
      case `GET ${issuerDocument}`:
        return { headers: kept, body: this.issuer() };
      case 'POST /register':
        return { status: 201, body: { ...(JSON.parse(sent) as object), client_id: 'client' } };
      case 'POST /token':
        return this.grant(new URLSearchParams(sent));
      case 'GET /authorize':
        return { status: 302, headers: { location: '/login' } };
      case 'POST /mcp':
        return answerTo(sent);
      default:
        return { status: path === '/mcp' ? 405 : 404 };
    }
  }

  private issuer(): object {
    const { origin } = this;
    return {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  private grant(form: URLSearchParams): Reply {
    const refreshToken = form.get('refresh_token');
    // Good for once.
    if (refreshToken !== null && !this.refreshTokens.delete(refreshToken))
      return { status: 400, body: { error: 'invalid_grant' } };
    this.issued += 1;
    const [token, next] = [`token-${this.issued}`, `refresh-${this.issued}`];
    this.tokens.add(token);
    this.refreshTokens.add(next);
    return { body: { access_token: token, refresh_token: next, token_type: 'Bearer', expires_in: 3600 } };
  }

  private refusal(): Reply {
    const challenge = `Bearer resource_metadata="${this.origin}${resourceDocument}"`;
    return { status: 401, headers: { 'www-authenticate': challenge } };
  }
}

/** The most requests of which each began when the one before was over. */
function longestChain(asked: readonly Asked[]): number {
  let [length, overAtMs] = [0, -Infinity];
  for (const { begunAtMs, endedAtMs } of asked.toSorted((one, other) => one.endedAtMs - other.endedAtMs)) {
    if (begunAtMs < overAtMs) continue;
    length += 1;
    overAtMs = endedAtMs;
  }
  return length;
}
