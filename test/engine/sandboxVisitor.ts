// A client and a browser made of plain fetch, to walk through the sandbox with nothing of the extension in between.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';

type Json = Record<string, unknown>;

/** What a JSON endpoint answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** One attempt to sign in: the address to open and what has to be kept until the answer comes. */
export interface Attempt {
  readonly url: string;
  readonly verifier: string;
  readonly state: string;
}

/** An application registered at the sandbox, with a browser of its own. */
export class Visitor {
  readonly sandbox: Sandbox;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly #cookies = new Map<string, string>();

  private constructor(sandbox: Sandbox, clientId: string, redirectUri: string) {
    this.sandbox = sandbox;
    this.clientId = clientId;
    this.redirectUri = redirectUri;
  }

  /** Registers a public native client (RFC 7591). */
  static async register(sandbox: Sandbox, metadata: Json = {}): Promise<Visitor> {
    const redirectUri = 'http://127.0.0.1:1/callback';
    const { status, body } = await register(sandbox, { redirect_uris: [redirectUri], ...metadata });
    assert.equal(status, 201, JSON.stringify(body));
    const [registered] = body['redirect_uris'] as [string];
    return new Visitor(sandbox, String(body['client_id']), registered);
  }

  /** A client that the sandbox knows, or is to learn about from its metadata document. */
  static known(sandbox: Sandbox, clientId: string, redirectUri: string): Visitor {
    return new Visitor(sandbox, clientId, redirectUri);
  }

  /** The authorization request; a parameter set to `undefined` is left out. */
  begin(changes: Readonly<Record<string, string | undefined>> = {}): Attempt {
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(16).toString('base64url');
    const url = new URL('/authorize', this.sandbox.issuer);
    const parameters: Record<string, string | undefined> = {
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      scope: 'openid profile notes:read notes:write',
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      resource: this.sandbox.mcpUrl,
      ...changes,
    };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return { url: url.href, verifier, state };
  }

  /** Opens an address in the browser, following redirects within the authorization server. */
  async open(address: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('accept', 'text/html');
    headers.set('cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(address, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    const location = response.headers.get('location');
    if (location === null) return response;
    const next = new URL(location, address);
    return next.origin === this.sandbox.issuer ? this.open(next.href) : response;
  }

  /** Opens the consent page of an attempt and returns it with its address. */
  async consentPage(
    attempt: Attempt,
  ): Promise<{ readonly url: string; readonly text: string; readonly headers: Headers }> {
    const response = await this.open(attempt.url);
    assert.equal(response.status, 200);
    return { url: response.url, text: await response.text(), headers: response.headers };
  }

  /** Presses a button of the consent page and returns the address the browser is sent to. */
  async decide(attempt: Attempt, decision: 'allow' | 'deny' | 'cancel', account = 'ada'): Promise<URL> {
    const page = await this.consentPage(attempt);
    const response = await this.submit(page.url, {
      csrf: csrfOf(page.text),
      account,
      passphrase: this.sandbox.passphrase ?? '',
      decision,
    });
    assert.equal(response.status, 303, await response.text());
    return new URL(response.headers.get('location') ?? '');
  }

  /** Posts a form as the browser would. */
  submit(address: string, form: Readonly<Record<string, string>>): Promise<Response> {
    return this.open(address, { method: 'POST', body: new URLSearchParams(form) });
  }

  /** Trades a code for tokens. */
  exchange(
    attempt: Attempt,
    code: string | null,
    changes: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.token({
      grant_type: 'authorization_code',
      code: code ?? '',
      code_verifier: attempt.verifier,
      redirect_uri: this.redirectUri,
      resource: this.sandbox.mcpUrl,
      ...changes,
    });
  }

  /** Trades a refresh token for new tokens. */
  refresh(refreshToken: unknown): Promise<Answer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: String(refreshToken) });
  }

  token(form: Readonly<Record<string, string>>): Promise<Answer> {
    return postForm(`${this.sandbox.issuer}/token`, { client_id: this.clientId, ...form });
  }

  /** The whole of it: authorize, allow, exchange. */
  async signIn(changes: Readonly<Record<string, string | undefined>> = {}, account = 'ada'): Promise<Json> {
    const attempt = this.begin(changes);
    const back = await this.decide(attempt, 'allow', account);
    const { status, body } = await this.exchange(attempt, back.searchParams.get('code'));
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }

  #keep(cookie: string): void {
    const [pair = ''] = cookie.split(';');
    const [name = '', value = ''] = pair.split('=');
    this.#cookies.set(name, value);
  }
}

/** Registers any client metadata, as a public native client unless it says otherwise. */
export async function register(sandbox: Sandbox, metadata: Json): Promise<Answer> {
  const response = await fetch(`${sandbox.issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Visitor',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      ...metadata,
    }),
  });
  return toAnswer(response);
}

/** Posts a form and reads the JSON that comes back. */
export async function postForm(
  url: string,
  form: Record<string, string>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return toAnswer(await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) }));
}

/** Sends one MCP message with a token, and reads the answer, event stream or not. */
export async function callMcp(
  sandbox: Sandbox,
  token: unknown,
  message: Json,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(sandbox.mcpUrl, {
    method: 'POST',
    headers: {
      ...(typeof token === 'string' ? { authorization: `Bearer ${token}` } : {}),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
  return toAnswer(response);
}

/** The first message of an MCP session. */
export const initialize: Json = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'visitor', version: '1' } },
};

/** The hidden token of a consent page. */
export function csrfOf(page: string): string {
  return /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

/** The JSON document at an address. */
export async function fetchJson(url: string): Promise<Json> {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  return (await response.json()) as Json;
}

/** Where the browser is sent at once, without a page in between. */
export async function redirectOf(visitor: Visitor, url: string): Promise<URL> {
  const response = await visitor.open(url);
  assert.equal(response.status, 303);
  return new URL(response.headers.get('location') ?? '');
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = /^data: (\{.*)$/m.exec(text)?.[1] ?? text;
  const body = json.startsWith('{') ? (JSON.parse(json) as Json) : {};
  return { status: response.status, headers: response.headers, body };
}
