// The driver as whoever starts it sees it: what it prints, how it ends, what it asks of the servers.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, afterEach, describe, it } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { DriverStand, endOf, firstLineOf, startToolWorld } from './driverStand.ts';
import type { World } from './world.ts';

let stand: DriverStand;
let world: World;
before(async () => {
  stand = await DriverStand.build();
});
after(() => stand.close());
beforeEach(async () => {
  world = await startToolWorld();
});
afterEach(() => world.close());

const visits = () => world.requests.filter((request) => request.startsWith('GET /as/authorize'));

/** One line, `code: sentence`, on standard error and nothing else. */
function failureOf({ code, stdout, stderr }: Awaited<ReturnType<DriverStand['run']>>): string {
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^[a-z_]+: \S[^\n]*\n$/);
  return stderr.split(':')[0] ?? '';
}

describe('The driver', () => {
  it('signs in by following redirects, with cookies, and lists the tools', async () => {
    const ending = await stand.run([world.mcpUrl]);
    assert.deepEqual(ending, { code: 0, stdout: 'read_note\nwrite_note\n', stderr: '' });
    assert.equal(visits().length, 1);
    const [registration] = world.sent('/as/register');
    assert.match(registration?.body ?? '', /"http:\/\/127\.0\.0\.1:\d+\/callback"/);
  });

  it('keeps a sign-in in the folder that it is told, and uses it in the next run', async () => {
    const env = { MCP_OAUTH_STATE: path.join(stand.folder, 'state') };
    assert.equal((await stand.run([world.mcpUrl], env)).code, 0);
    world.transcript.length = 0;
    assert.deepEqual(await stand.run([world.mcpUrl], env), {
      code: 0,
      stdout: 'read_note\nwrite_note\n',
      stderr: '',
    });
    const others = world.transcript.filter((request) => request.path !== '/mcp');
    assert.deepEqual(others, [], 'Nothing but the MCP server is asked.');
    assert.notEqual((await readdir(env.MCP_OAUTH_STATE)).length, 0);
  });

  it('signs in again where the sign-in that it kept is over, since nobody else can be asked', async () => {
    const env = { MCP_OAUTH_STATE: path.join(stand.folder, 'over') };
    world.givesRefreshTokens = true;
    assert.equal((await stand.run([world.mcpUrl], env)).code, 0);
    const first = world.sent('/mcp').at(-1)?.headers.authorization;
    const [serve, redeem] = [world.answers.get('/mcp'), world.answers.get('/as/token')];
    world.answers.set('/mcp', (request) =>
      request.headers.authorization === first ? { status: 401 } : (serve?.(request) ?? {}),
    );
    world.answers.set('/as/token', (request) =>
      request.body.includes('refresh_token=')
        ? { status: 400, body: { error: 'invalid_grant' } }
        : (redeem?.(request) ?? {}),
    );
    const login = world.answers.get('/as/login');
    world.answers.set('/as/login', () => ({ body: '<form>Passphrase</form>' }));
    assert.equal(failureOf(await stand.run([world.mcpUrl], env)), 'browser_not_opened');

    if (login !== undefined) world.answers.set('/as/login', login);
    const ending = await stand.run([world.mcpUrl], env);
    assert.deepEqual(ending, { code: 0, stdout: 'read_note\nwrite_note\n', stderr: '' });
  });

  it('keeps nothing where it is told no folder', async () => {
    await stand.run([world.mcpUrl]);
    await stand.run([world.mcpUrl]);
    assert.equal(visits().length, 2);
  });

  it('opens the address with the command in BROWSER, as its one argument and through no shell', async () => {
    const script = path.join(stand.folder, 'browser.mjs');
    const seen = path.join(stand.folder, 'seen.json');
    const walk = `import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.argv.slice(2)));
      const login = await fetch(process.argv[2], { redirect: 'manual' });
      await fetch(new URL(login.headers.get('location'), process.argv[2]), { headers: { cookie: 'visit=1' } });`;
    await writeFile(script, walk);
    const ending = await stand.run([world.mcpUrl], { BROWSER: `${process.execPath} ${script}` });
    assert.deepEqual(ending, { code: 0, stdout: 'read_note\nwrite_note\n', stderr: '' });
    const [url, ...more] = JSON.parse(await readFile(seen, 'utf8')) as string[];
    assert.deepEqual(more, []);
    assert.equal(visits()[0], `GET ${url?.slice(world.origin.length)}`);
    assert.ok(url?.includes('&'), 'A shell would have cut it.');
  });

  it('ends with one line where the command in BROWSER fails', async () => {
    const failing = await stand.run([world.mcpUrl], { BROWSER: `${process.execPath} --no-such-option` });
    assert.equal(failureOf(failing), 'browser_not_opened');
    assert.match(failing.stderr, /No command that BROWSER names/);
    const missing = await stand.run([world.mcpUrl], { BROWSER: '/no/such/browser' });
    assert.equal(failureOf(missing), 'browser_not_opened');
  });

  it('ends with one line where a person would have to read a page', async () => {
    world.answers.set('/as/login', () => ({ body: '<form>Passphrase</form>' }));
    const ending = await stand.run([world.mcpUrl]);
    assert.equal(failureOf(ending), 'browser_not_opened');
    assert.match(ending.stderr, /Set BROWSER to a command/);
  });

  it('ends at once where the answer belongs to another sign-in (checklist 7.6)', async () => {
    world.redirect = (request) => ({ ...world.allow(request), state: 'foreign' });
    assert.equal(failureOf(await stand.run([world.mcpUrl])), 'state_mismatch');
    assert.deepEqual(world.sent('/as/token'), []);
  });

  it('says who refused and why, on one line, in the words of the server', async () => {
    const words = 'Not\ntoday.\u001b[2J';
    world.redirect = (request) => ({
      error: 'access_denied',
      error_description: words,
      state: request.get('state') ?? '',
      iss: world.issuer,
    });
    const ending = await stand.run([world.mcpUrl]);
    assert.equal(failureOf(ending), 'access_denied');
    assert.match(ending.stderr, /Not today\. \[2J/);
  });

  it('says what the gateway refused where the sign-in itself did not fail', async () => {
    world.answers.set('/mcp', () => ({ status: 403 }));
    assert.equal(failureOf(await stand.run([world.mcpUrl])), 'forbidden');
  });

  it('says what the MCP client makes of a server that is none', async () => {
    world.answers.set('/mcp', () => ({ status: 200, body: '<h1>Welcome</h1>' }));
    assert.equal(failureOf(await stand.run([world.mcpUrl])), 'mcp_error');
  });

  it('takes no address that is not safe, and no command line that it does not know (checklist 16.1)', async () => {
    for (const address of [
      'http://mcp.example/mcp',
      'https://ada:pass@mcp.example/mcp',
      'https://mcp.example/#a',
      'mcp',
    ]) {
      const ending = await stand.run([address]);
      assert.equal(failureOf(ending), 'insecure_url', address);
      assert.doesNotMatch(ending.stderr, /pass|leads to/, 'Nobody led here, and a password is not repeated.');
    }
    assert.equal(failureOf(await stand.run([])), 'usage');
    assert.equal(failureOf(await stand.run([world.mcpUrl, 'https://mcp.example'])), 'usage');
    assert.equal(failureOf(await stand.run(['--fast', world.mcpUrl])), 'usage');
    assert.deepEqual(world.requests, []);
  });

  it('says so where its records cannot be kept in what it was told', async () => {
    const file = path.join(stand.folder, 'no-folder');
    await writeFile(file, '');
    const ending = await stand.run([world.mcpUrl], { MCP_OAUTH_STATE: file });
    assert.equal(failureOf(ending), 'usage');
    assert.match(ending.stderr, /MCP_OAUTH_STATE/);
  });

  it('tells its log what happens, and none of it is secret', async () => {
    world.givesRefreshTokens = true;
    const { code, stdout, stderr } = await stand.run(['--log', world.mcpUrl]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^sign_in_finished /m);
    const token = new URLSearchParams(world.sent('/as/token')[0]?.body);
    const secrets = [token.get('code'), token.get('code_verifier'), 'refresh-1', 'token-.'];
    const state = new URL(visits()[0]?.slice('GET '.length) ?? '', world.origin).searchParams.get('state');
    for (const secret of [...secrets, state]) {
      assert.ok(secret);
      assert.ok(!(stdout + stderr).includes(secret), secret);
    }
  });
});

describe('The driver that stays', () => {
  it('prints where its gateway is and serves other MCP clients until it is ended', async () => {
    const driver = stand.start(['--serve', world.mcpUrl]);
    const ending = endOf(driver);
    const address = await firstLineOf(driver);
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/mcp$/);
    assert.deepEqual(world.requests, [], 'Nothing is asked before a client comes.');

    for (const name of ['one', 'another']) {
      const client = new Client({ name, version: '1' });
      await client.connect(new StreamableHTTPClientTransport(new URL(address)));
      const { tools } = await client.listTools();
      assert.deepEqual(
        tools.map((tool) => tool.name),
        ['read_note', 'write_note'],
      );
      await client.close();
    }
    assert.equal(visits().length, 1);
    const elsewhere = new URL('/mcp', address).href;
    assert.equal(
      (await fetch(elsewhere, { method: 'POST' })).status,
      404,
      'Only who knows the path gets in.',
    );

    driver.kill('SIGTERM');
    const { code, stderr } = await ending;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });
});
