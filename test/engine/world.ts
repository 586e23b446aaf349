/**
 * A small world to sign in to: an MCP server and an authorization server over real HTTP on free ports, correct unless
 * a test says otherwise, with a transcript of every request. Whatever it answers, a test can replace.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown;
}

export type Answer = (request: Recorded) => Reply;

/** Parameters of an authorization answer; undefined ones are left out, several are repeated. */
export type RedirectParameters = Record<string, string | readonly string[] | undefined>;

export class World {
  readonly transcript: Recorded[] = [];
  /** Answers by path; a test replaces what it wants to see fail. */
  readonly answers = new Map<string, Answer>();
  /** Takes all requests of a path, body included, where a reply is not enough; `METHOD path` or the path. */
  readonly listeners = new Map<string, RequestListener>();
  /** What the person's browser brings back, made from the authorization request. */
  redirect: (request: URLSearchParams) => RedirectParameters = (request) => this.allow(request);
  account = { sub: 'u-1', preferred_username: 'ada' };
  /** Whether an access token says whose it is. */
  tellsAccount = true;
  expiresInSeconds: number | undefined = 3600;
  /** Whether a grant can be refreshed; each refresh token is good for once. */
  givesRefreshTokens = false;
  /** Paths at which a request is taken and never answered. */
  readonly silent = new Set<string>();
  private tokens = 0;
  /** Those that are good, and whose they are. */
  private readonly refreshTokens = new Map<string, World['account']>();
  private readonly codes = new Map<
    string,
    { readonly challenge: string; readonly request: URLSearchParams }
  >();
  private readonly server = createServer((request, response) => void this.serve(request, response));

  static async start(): Promise<World> {
    const world = new World();
    await new Promise<void>((resolve) => world.server.listen(0, '127.0.0.1', resolve));
    world.furnish();
    return world;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get mcpUrl(): string {
    return `${this.origin}/mcp`;
  }

  /** The issuer lives under a path, so that its documents are where specifications put them. */
  get issuer(): string {
    return `${this.origin}/as`;
  }

  /** `METHOD path` of each request, in order. */
  get requests(): string[] {
    return this.transcript.map(({ method, path }) => `${method} ${path}`);
  }

  sent(path: string): Recorded[] {
    return this.transcript.filter((request) => request.path === path);
  }

  /** Lets a document be what it is by default, with some members changed; undefined takes one out. */
  alter(path: string, changes: Record<string, unknown>): void {
    const before = this.answers.get(path);
    this.answers.set(path, (request) => {
      const reply = before?.(request) ?? {};
      return { ...reply, body: { ...(reply.body as object), ...changes } };
    });
  }

  /** The address that the browser is sent back to after the person saw `authorizationUrl`. */
  visit(authorizationUrl: string): string {
    const request = new URL(authorizationUrl).searchParams;
    const answer = new URL(request.get('redirect_uri') ?? '');
    for (const [name, value] of Object.entries(this.redirect(request))) {
      for (const one of typeof value === 'string' ? [value] : (value ?? []))
        answer.searchParams.append(name, one);
    }
    return answer.href;
  }

  allow(request: URLSearchParams): RedirectParameters {
    const code = `code-${this.codes.size + 1}`;
    this.codes.set(code, { challenge: request.get('code_challenge') ?? '', request });
    return { code, state: request.get('state') ?? undefined, iss: this.issuer };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private furnish(): void {
    const resourceDocument = '/.well-known/oauth-protected-resource/mcp';
    this.answers.set('/mcp', ({ headers, body }) =>
      headers.authorization?.startsWith('Bearer token-') === true
        ? {
            body: {
              jsonrpc: '2.0',
              id: (JSON.parse(body || '{}') as { id?: unknown }).id,
              result: { ok: true },
            },
          }
        : {
            status: 401,
            headers: {
              'www-authenticate': `Bearer resource_metadata="${this.origin}${resourceDocument}", scope="notes:read notes:write"`,
            },
          },
    );
    this.answers.set(resourceDocument, () => ({
      body: { resource: this.mcpUrl, authorization_servers: [this.issuer], scopes_supported: ['notes:read'] },
    }));
    this.answers.set('/.well-known/oauth-authorization-server/as', () => ({
      body: {
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/authorize`,
        token_endpoint: `${this.issuer}/token`,
        registration_endpoint: `${this.issuer}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      },
    }));
    this.answers.set('/as/register', () => ({
      status: 201,
      body: { client_id: 'client-1', token_endpoint_auth_method: 'none' },
    }));
    this.answers.set('/as/token', ({ body }) => {
      const form = new URLSearchParams(body);
      return form.get('grant_type') === 'refresh_token' ? this.renew(form) : this.redeem(form);
    });
    this.answers.set('/as/authorize', () => ({ status: 302, headers: { location: '/as/login' } }));
  }

  /** Gives a token for a code whose verifier, redirect and resource fit the request it was made for (RFC 7636 §4.6). */
  private redeem(form: URLSearchParams): Reply {
    const known = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const fits =
      known !== undefined &&
      known.request.get('code_challenge_method') === 'S256' &&
      known.challenge === challenge &&
      known.request.get('redirect_uri') === form.get('redirect_uri') &&
      known.request.get('resource') === form.get('resource') &&
      known.request.get('resource') === this.mcpUrl;
    if (!fits)
      return { status: 400, body: { error: 'invalid_grant', error_description: 'The code does not fit.' } };
    return this.grant();
  }

  /** A new token, and with it a new refresh token where the world gives any. */
  grant(account = this.account): Reply {
    this.tokens += 1;
    const claims = Buffer.from(JSON.stringify(this.tellsAccount ? account : {})).toString('base64url');
    const refreshToken = `refresh-${this.tokens}`;
    if (this.givesRefreshTokens) this.refreshTokens.set(refreshToken, account);
    return {
      body: {
        access_token: `token-.${claims}.x${this.tokens === 1 ? '' : this.tokens}`,
        token_type: 'Bearer',
        ...(this.expiresInSeconds !== undefined && { expires_in: this.expiresInSeconds }),
        ...(this.givesRefreshTokens && { refresh_token: refreshToken }),
      },
    };
  }

  /** RFC 6749 §6: a token that was not used yet, for the same resource. */
  private renew(form: URLSearchParams): Reply {
    const refreshToken = form.get('refresh_token') ?? '';
    const account = this.refreshTokens.get(refreshToken);
    if (account === undefined || form.get('resource') !== this.mcpUrl)
      return { status: 400, body: { error: 'invalid_grant' } };
    this.refreshTokens.delete(refreshToken);
    return this.grant(account);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const listener = this.listeners.get(`${method} ${url}`) ?? this.listeners.get(url);
    if (listener !== undefined) {
      listener(request, response);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const recorded: Recorded = {
      method,
      path: url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.transcript.push(recorded);
    if (this.silent.has(recorded.path)) return;
    const {
      status = 200,
      headers = {},
      body,
    } = (this.answers.get(recorded.path) ?? this.answers.get(recorded.path.replace(/\?.*/, '')))?.(
      recorded,
    ) ?? { status: 404 };
    const isText = typeof body === 'string' || body === undefined;
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  }
}
