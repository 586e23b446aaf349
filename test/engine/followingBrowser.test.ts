// The browser of the driver that follows redirects, and the cookies that it carries along.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { CookieJar } from '../../src/driver/cookieJar.ts';
import { followingBrowser } from '../../src/driver/followingBrowser.ts';
import { AuthError } from '../../src/oauth/authError.ts';
import { siteFor } from './site.ts';

const at = (address: string) => new URL(address);

describe('The cookies of a walk', () => {
  it('go back to the host and path that they came from, and nowhere else', () => {
    const jar = new CookieJar();
    jar.take(at('https://as.example/login/start'), ['a=1; HttpOnly', 'b=2; Path=/', 'c=3; Path=/log']);
    assert.equal(jar.headerFor(at('https://as.example/login/next?x')), 'a=1; b=2');
    assert.equal(jar.headerFor(at('https://as.example/')), 'b=2');
    assert.equal(jar.headerFor(at('https://as.example/log/x')), 'c=3; b=2', 'The longer path comes first.');
    assert.equal(jar.headerFor(at('https://evil.example/login/next')), undefined);
  });

  it('do not leave for a place without https where they are secure', () => {
    const jar = new CookieJar();
    jar.take(at('https://as.example/'), ['a=1; Secure']);
    jar.take(at('http://127.0.0.1:1/'), ['b=2; secure']);
    assert.equal(jar.headerFor(at('http://as.example/')), undefined);
    assert.equal(jar.headerFor(at('https://as.example/')), 'a=1');
    assert.equal(jar.headerFor(at('http://127.0.0.1:1/')), 'b=2', 'This computer counts as secure.');
  });

  it('are replaced by their namesake and end when they run out', () => {
    const jar = new CookieJar();
    jar.take(at('https://as.example/'), ['a=1', 'a=x=2', 'b=1', 'c=1', 'nonsense', '=1']);
    assert.equal(jar.headerFor(at('https://as.example/')), 'a=x=2; b=1; c=1');
    jar.take(at('https://as.example/'), ['b=; Max-Age=0', 'c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
    assert.equal(jar.headerFor(at('https://as.example/')), 'a=x=2');
  });
});

const to = (response: ServerResponse, location: string, status = 302) =>
  void response.writeHead(status, { location }).end();

describe('The browser that follows', () => {
  const awaited = (url: URL) => url.pathname === '/callback';

  it('follows every kind of redirect, also a relative one, until it is back', async (t) => {
    const steps: Readonly<Record<string, string>> = {
      '/a/start': 'next?x=1',
      '/a/next?x=1': '/b',
      '/b': '//HOST/callback?code=1',
    };
    let status = 300;
    const { visited, origin } = await siteFor(t, ({ url = '', headers }, response) => {
      const step = steps[url];
      if (step === undefined) response.end('Done.');
      else to(response, step.replace('HOST', headers.host ?? ''), (status += 1));
    });
    assert.equal(await followingBrowser(awaited).open(`${origin}/a/start`), true);
    assert.deepEqual(visited, ['/a/start', '/a/next?x=1', '/b', '/callback?code=1']);
  });

  it('gives up at a page that is no redirect, at one that leads nowhere, and where nobody answers', async (t) => {
    const { origin } = await siteFor(t, ({ url }, response) => {
      if (url === '/page') response.end('<form>');
      if (url === '/blank') response.writeHead(302).end();
      if (url === '/fault') response.writeHead(500, { location: '/callback' }).end();
      if (url === '/wrong') to(response, 'http://[');
      if (url === '/gone') response.destroy();
    });
    for (const place of ['/page', '/blank', '/fault', '/wrong', '/gone'])
      assert.equal(await followingBrowser(awaited).open(origin + place), false, place);
  });

  it('leaves the web for nothing', async (t) => {
    const { origin, visited } = await siteFor(t, (_, response) => to(response, 'data:text/html,callback'));
    assert.equal(await followingBrowser(() => true).open(`data:text/html,start`), false);
    assert.equal(await followingBrowser(awaited).open(`${origin}/start`), false);
    assert.deepEqual(visited, ['/start']);
  });

  it('follows no more than 20 redirects', async (t) => {
    const { origin, visited } = await siteFor(t, (_, response) => to(response, '/again'));
    assert.equal(await followingBrowser(awaited).open(`${origin}/start`), false);
    assert.equal(visited.length, 21);
  });

  it('says so where nobody waits for what came back (checklist 7.6)', async (t) => {
    const { origin } = await siteFor(t, ({ url }, response) =>
      url === '/start' ? to(response, '/callback') : void response.writeHead(400).end(),
    );
    await assert.rejects(
      followingBrowser(awaited).open(`${origin}/start`),
      (thrown) => thrown instanceof AuthError && thrown.code === 'state_mismatch',
    );
  });
});
