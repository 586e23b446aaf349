// The driver's parts: the browser that is a command, its ways back, and what it reads of its environment.
import assert from 'node:assert/strict';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { commandBrowser } from '../../src/driver/commandBrowser.ts';
import { readConformance } from '../../src/driver/conformanceContext.ts';
import { DriverFailure } from '../../src/driver/driverFailure.ts';
import { driverPerson } from '../../src/driver/driverPerson.ts';
import { DriverRedirects } from '../../src/driver/driverRedirects.ts';
import { l10n } from '../../src/driver/plainWords.ts';
import { LoopbackReceiver } from '../../src/node/loopbackReceiver.ts';
import { AuthError } from '../../src/oauth/authError.ts';
import { siteFor } from './site.ts';

const at = (address: string) => new URL(address);

describe('The browser that is a command', () => {
  const url = 'https://as.example/authorize?a=1&b=$(touch x);%20"c"';
  const never = () => new Promise(() => undefined);

  /** A program that notes its arguments and ends with a code. */
  async function programFor(t: TestContext) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-oauth-browser-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const script = path.join(folder, 'browser.mjs');
    const noted = path.join(folder, 'noted');
    const code = `import { appendFileSync } from 'node:fs';
      appendFileSync(${JSON.stringify(noted)}, JSON.stringify(process.argv.slice(3)));
      if (/^\\d$/.test(process.argv[2])) process.exitCode = Number(process.argv[2]);
      else await fetch(\`http://127.0.0.1:\${process.argv[2]}\`);`;
    await writeFile(script, code);
    return {
      command: (how: string) => `${process.execPath} ${script} ${how}`,
      noted: () => readFile(noted, 'utf8'),
    };
  }

  it('is given the address as one argument, at the end or where it belongs', async (t) => {
    const { command, noted } = await programFor(t);
    assert.equal(await commandBrowser(command('0 --new'), never).open(url), true);
    assert.equal(await commandBrowser(command('0 --url=%s --new'), never).open(url), true);
    assert.equal(await noted(), JSON.stringify(['--new', url]) + JSON.stringify([`--url=${url}`, '--new']));
  });

  it('is the first of a list that takes the address', async (t) => {
    const { command, noted } = await programFor(t);
    const list = ['', '/no/such/browser', command('1 first'), command('0 second'), command('0 third')];
    assert.equal(await commandBrowser(list.join(path.delimiter), never).open(url), true);
    assert.equal(await noted(), JSON.stringify(['first', url]) + JSON.stringify(['second', url]));
    assert.equal(await commandBrowser(list.slice(0, 3).join(path.delimiter), never).open(url), false);
  });

  it('may run on, as long as somebody waits for the answer', async (t) => {
    const { command } = await programFor(t);
    const answer = Promise.withResolvers<undefined>();
    // The program waits for an answer that never comes; it has to be running when the wait for ours is over.
    const { origin } = await siteFor(t, () => answer.resolve(undefined));
    const opened = commandBrowser(command(new URL(origin).port), () => answer.promise).open(url);
    assert.equal(await opened, true);
  });
});

describe('The ways back of the driver', () => {
  const texts = { language: 'en', title: '', done: '', failed: '', unknown: '' };

  it('are a loopback address, and a code where somebody can read it', async () => {
    assert.deepEqual(new DriverRedirects(new LoopbackReceiver(texts), false).kinds, ['loopback']);
    const redirects = new DriverRedirects(new LoopbackReceiver(texts), true);
    assert.deepEqual(redirects.kinds, ['loopback', 'device']);
    await assert.rejects(
      redirects.prepare('uriHandler', {}),
      (thrown) => thrown instanceof AuthError && thrown.code === 'redirect_unavailable',
    );
  });

  it('know the address that is awaited, for as long as it is', async () => {
    const redirects = new DriverRedirects(new LoopbackReceiver(texts), false);
    const address = await redirects.prepare('loopback', {});
    assert.ok(redirects.isAwaited(at(`${address.redirectUri}?code=1&state=x`)));
    assert.ok(!redirects.isAwaited(at(address.redirectUri.replace('callback', 'other'))));
    assert.ok(!redirects.isAwaited(at('http://127.0.0.1:1/callback')));
    address.close();
    assert.ok(!redirects.isAwaited(at(address.redirectUri)));
  });

  it('tell when nobody waits any more, with an answer or without', async () => {
    const redirects = new DriverRedirects(new LoopbackReceiver(texts), false);
    const address = await redirects.prepare('loopback', {});
    const answer = redirects.receive('one', new AbortController().signal);
    const over = redirects.answerOver();
    await fetch(`${address.redirectUri}?state=one`);
    await over;
    assert.match(await answer, /state=one$/);
    const cancel = new AbortController();
    const other = redirects.receive('two', cancel.signal);
    cancel.abort(new Error('Enough.'));
    await redirects.answerOver();
    await assert.rejects(other, /Enough\./);
  });
});

describe('Who starts the driver', () => {
  it('is shown a code to type, without what a terminal would obey', async () => {
    const said: string[] = [];
    const person = driverPerson((line) => said.push(line));
    const { signal } = new AbortController();
    const verificationUriComplete = undefined;
    const verificationUri = 'https://as.example/device';
    person.showDeviceCode(
      'notes',
      {
        ...{ userCode: 'AB\u001b[2JCD\n', issuerHost: 'as.example' },
        ...{ verificationUri, verificationUriComplete, expiresAtMs: 0 },
      },
      signal,
    );
    assert.deepEqual(said, ['https://as.example/device AB [2JCD']);
    assert.equal(await person.allowsSignIn('notes', signal), true);
    assert.equal(await person.allowsMoreAccess('notes', ['all'], signal), true);
  });
});

describe('What the conformance suite tells', () => {
  const read = (scenario: string, context?: object, version = '2025-11-25') =>
    readConformance({
      MCP_CONFORMANCE_SCENARIO: scenario,
      MCP_CONFORMANCE_PROTOCOL_VERSION: version,
      ...(context !== undefined && { MCP_CONFORMANCE_CONTEXT: JSON.stringify(context) }),
    });

  it('is nothing outside of it', () => {
    const nothing = {
      clientSecret: undefined,
      identityProviderSecret: undefined,
      assertion: undefined,
      revision: undefined,
    };
    assert.deepEqual(readConformance({}), { oauth: {}, ...nothing });
  });

  it('is a client that is known already', () => {
    const { oauth, clientSecret } = read('auth/pre-registration', {
      name: 'x',
      client_id: 'me',
      client_secret: 's',
    });
    assert.deepEqual({ oauth, clientSecret }, { oauth: { clientId: 'me' }, clientSecret: 's' });
  });

  it('is a client that asks for itself, with a secret or a key (checklist 17.1)', () => {
    const basic = read('auth/client-credentials-basic', { client_id: 'me', client_secret: 's' });
    assert.deepEqual(basic.oauth, { clientId: 'me', grant: 'clientCredentials' });
    const key = { client_id: 'me', private_key_pem: 'PEM', signing_algorithm: 'ES256' };
    const { oauth, clientSecret } = read('auth/client-credentials-jwt', key);
    assert.deepEqual(oauth, {
      clientId: 'me',
      tokenEndpointAuthMethod: 'private_key_jwt',
      grant: 'clientCredentials',
    });
    assert.equal(clientSecret, 'PEM');
  });

  it('is a person of an organization (checklist 17.2)', () => {
    const idp = { idp_client_id: 'at-idp', idp_id_token: 'a.b.c', idp_issuer: 'http://localhost:1' };
    const run = read('auth/enterprise-managed-authorization', {
      client_id: 'me',
      client_secret: 's',
      ...idp,
    });
    const identityProvider = { issuer: 'http://localhost:1', clientId: 'at-idp' };
    const assertionFile = 'MCP_CONFORMANCE_CONTEXT';
    assert.deepEqual(run.oauth, { clientId: 'me', grant: 'enterprise', identityProvider, assertionFile });
    assert.deepEqual([run.clientSecret, run.assertion], ['s', 'a.b.c']);
  });

  it('is a workload, which has no client id (checklist 17.4)', () => {
    const run = read('auth/wif-jwt-bearer', { client_id: 'me', valid_jwt: 'a.b.c', expired_jwt: 'd.e.f' });
    assert.deepEqual(run.oauth, { grant: 'workloadIdentity', assertionFile: 'MCP_CONFORMANCE_CONTEXT' });
    assert.equal(run.assertion, 'a.b.c');
  });

  it('is a server of the first revision (checklist 13.3)', () => {
    assert.equal(read('auth/2025-03-26-oauth-endpoint-fallback').oauth.legacyEndpoints, true);
    assert.equal(read('auth/metadata-default', {}, '2025-03-26').oauth.legacyEndpoints, true);
    assert.deepEqual(read('auth/metadata-default', {}).oauth, {});
  });

  it('has to be an object', () => {
    for (const MCP_CONFORMANCE_CONTEXT of ['{', 'null', '"x"'])
      assert.throws(() => readConformance({ MCP_CONFORMANCE_CONTEXT }), DriverFailure);
  });
});

describe('Sentences outside of an editor', () => {
  it('are filled in as the editor does', () => {
    assert.equal(l10n.t('“{0}” and {1}, “{0}”', 'a', 2), '“a” and 2, “a”');
    assert.equal(l10n.t({ message: '{0}/{1}', args: [1, 2], comment: ['parts'] }), '1/2');
    assert.equal(l10n.t('{name}', { name: 'x' }), 'x');
    assert.equal(l10n.t('{0} {1}', 'a'), 'a {1}');
    assert.equal(l10n.t('{0}', '$& {0}'), '$& {0}');
  });
});
