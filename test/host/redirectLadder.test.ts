import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configureServers, hands, rowSaying, signOut } from './extension.ts';

/**
 * An MCP server and its authorization server in one, which takes no redirect URI of the editor's own and lets everybody
 * in at once. Where it is told a relay, it does what the relay would do: it sends the browser where the state says.
 */
class PickyServer {
  readonly registered: string[] = [];
  readonly authorized: URLSearchParams[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.writeHead(500).end());
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { origin } = this;
    const url = new URL(request.url ?? '', origin);
    switch (url.pathname) {
      case '/.well-known/oauth-protected-resource/mcp':
        send(response, 200, { resource: `${origin}/mcp`, authorization_servers: [origin] });
        return;
      case '/.well-known/oauth-authorization-server':
        send(response, 200, {
          issuer: origin,
          // A name that the editor opens as it is; see the page host of the sandbox.
          authorization_endpoint: `${origin.replace('127.0.0.1', 'picky.localhost')}/authorize`,
          token_endpoint: `${origin}/token`,
          registration_endpoint: `${origin}/register`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
          token_endpoint_auth_methods_supported: ['none'],
        });
        return;
      case '/register':
        this.register(JSON.parse(await bodyOf(request)) as { redirect_uris: string[] }, response);
        return;
      case '/authorize':
        this.authorize(url.searchParams, response);
        return;
      case '/token':
        send(response, 200, { access_token: 'granted', token_type: 'Bearer', expires_in: 3600 });
        return;
      case '/mcp':
        send(response, 401, {}, { 'www-authenticate': 'Bearer' });
        return;
      default:
        send(response, 404, {});
    }
  }

  private register({ redirect_uris }: { redirect_uris: string[] }, response: ServerResponse): void {
    this.registered.push(...redirect_uris);
    if (redirect_uris.some((uri) => uri.includes('vscode-reqid')))
      send(response, 400, { error: 'invalid_redirect_uri', error_description: 'Not that one.' });
    else send(response, 201, { client_id: 'picky', redirect_uris });
  }

  private authorize(query: URLSearchParams, response: ServerResponse): void {
    this.authorized.push(query);
    const [redirectUri = '', state = ''] = [query.get('redirect_uri'), query.get('state')].map(
      (text) => text ?? '',
    );
    const back = new URL(redirectUri.startsWith('https:') ? state : redirectUri);
    back.searchParams.set('code', 'one');
    back.searchParams.set('state', state);
    response.writeHead(303, { location: back.href }).end();
  }
}

describe('The way back from the browser', () => {
  let picky: PickyServer;
  let restore: () => Promise<void>;

  beforeEach(async () => {
    picky = new PickyServer();
    await picky.open();
    restore = await configure({});
    if ((await hands.notifications()).length > 0) await hands.clearNotifications();
  });
  afterEach(async () => {
    await restore();
    picky.close();
  });

  it('goes one step down where the server refuses the editor’s own address, one kind at a time (field case 6)', async () => {
    await signIn();
    const [first = '', second = '', ...more] = picky.registered;
    assert.match(first, /vscode-reqid=/);
    assert.match(second, /\/proxy\/\d+\/callback$/);
    assert.deepEqual(more, []);
    assert.equal(picky.authorized.at(-1)?.get('redirect_uri'), second, 'Byte for byte (field case 5).');
  });

  it('is remembered: the next sign-in registers nothing (field case 5)', async () => {
    await signIn();
    await signOut('picky');
    picky.registered.length = 0;
    await signIn();
    assert.deepEqual(picky.registered, []);
  });

  it('leads over a relay that the person configured, which finds the editor in the state', async () => {
    const relayUrl = 'https://relay.example/back';
    await configure({ redirect: 'relay', relayUrl, clientId: 'mine' });
    await signIn();
    const query = picky.authorized.at(-1);
    assert.equal(query?.get('redirect_uri'), relayUrl);
    assert.match(new URL(query.get('state') ?? '').searchParams.get('nonce') ?? '', /^[\w-]{43}$/);
  });

  it('is the chosen one or none: a port that is taken is said, not passed over', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => other.once('listening', listening));
    const { port } = other.address() as AddressInfo;
    try {
      await configure({ redirect: 'loopback', redirectPort: port });
      await rowSaying('picky', /^needs sign-in/);
      await hands.clickTreeAction('picky', 'Sign In…');
      const { message, buttons } = await hands.waitForNotification('is in use');
      assert.ok(message.includes(`127.0.0.1:${port}`), message);
      assert.match(message, /“oauth\.redirectPort”/);
      assert.deepEqual(buttons, ['Open Settings', 'Show Trace']);
      assert.deepEqual(picky.authorized, []);
    } finally {
      other.close();
    }
  });

  function configure(oauth: object) {
    return configureServers({ picky: { url: `${picky.origin}/mcp`, oauth } });
  }

  async function signIn(): Promise<void> {
    await rowSaying('picky', /^(needs sign-in|signed out)/);
    await hands.clickTreeAction('picky', 'Sign In…');
    await rowSaying('picky', /^connected as /);
    // Where the browser ended; while it is in front, the editor behind it is slow.
    await hands.waitForPage('http://127.0.0.1:');
    await hands.pageClose();
  }
});

function send(
  response: ServerResponse,
  status: number,
  document: object,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(document));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
