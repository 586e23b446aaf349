// Our pages in editor tabs: what is in them, whoever chose the words, and what of a page is listened to.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { knownService } from '../../src/oauth/habits.ts';
import type * as devicePages from '../../src/vscode/pages/deviceCodePage.ts';
import type * as frames from '../../src/vscode/pages/pageFrame.ts';
import type * as guidePages from '../../src/vscode/pages/guidePage.ts';
import { readGuideRequest } from '../../src/vscode/pages/guideRequests.ts';
import { loadMessages } from './messages.ts';

type Pages = typeof devicePages & typeof frames & typeof guidePages;

const hostile = `</title></style></script><img src=x onerror=alert(1)>"'><script>alert(2)</script>&lt;`;

const content: guidePages.GuideContent = {
  server: { name: 'notes', url: 'https://notes.example/mcp' },
  host: 'login.example',
  notice: { isFailure: false, sentence: 'A sentence.' },
  uris: [
    { kind: 'uriHandler', uri: 'vscode://mcp-oauth.mcp-oauth/callback' },
    { kind: 'loopback', uri: 'http://127.0.0.1/callback' },
  ],
  service: undefined,
  settings: {},
  isSecretKept: false,
};

const code: devicePages.DeviceCodeContent = {
  server: 'notes',
  host: 'login.example',
  issuerHost: 'login.example',
  userCode: 'WDJB-MJHT',
  lifetime: 'Some minutes.',
};

describe('A page in an editor tab', () => {
  let pages: Pages;
  before(async () => {
    pages = (await loadMessages(
      ...['pageFrame', 'guidePage', 'deviceCodePage'].map((name) => `../pages/${name}`),
    )) as Pages;
  });

  const framed = (page: Omit<frames.FramedPage, 'language'>, nonce = pages.newNonce()) =>
    pages.framedPage({ ...page, language: 'en' }, nonce);

  /** The elements of a name that the browser would see, with their attributes. */
  const tags = (html: string, name: string) =>
    [...html.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'g'))].map(([, attributes = '']) => attributes);

  it('keeps what a server, a workspace or a vendor says as text (checklist 16.7)', () => {
    const guide = framed(
      pages.guidePage({
        ...content,
        server: { name: hostile, url: hostile },
        host: hostile,
        notice: { isFailure: true, sentence: hostile, quote: { from: hostile, words: hostile } },
        uris: [
          { kind: 'loopback', uri: hostile },
          { kind: 'relay', uri: hostile },
        ],
        settings: { clientId: hostile },
        isSecretKept: true,
      }),
    );
    const device = framed(
      pages.deviceCodePage({
        ...{ server: hostile, host: hostile, issuerHost: 'login.example' },
        ...{ userCode: hostile, lifetime: hostile },
      }),
    );
    for (const html of [guide, device]) {
      assert.ok(html.includes('&lt;/title&gt;'));
      assert.ok(html.includes('&amp;lt;'));
      assert.deepEqual(tags(html, 'img'), []);
      assert.equal(tags(html, 'script').length, 1);
      assert.equal(tags(html, 'style').length, 1);
      assert.doesNotMatch(
        html.replaceAll(/<script[^]*?<\/script>/g, ''),
        /<[^>"]*(?:"[^"]*"[^>"]*)*\son\w+=/,
      );
    }
  });

  it('lets in its own style and script and nothing else, with a nonce of its own each time (checklist 16.7)', () => {
    const nonces = new Set<string>();
    for (const page of [pages.guidePage(content), pages.guidePage(content), pages.deviceCodePage(code)]) {
      const html = framed(page);
      const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
      const nonce = /nonce-([A-Za-z0-9+/]{24})/.exec(policy)?.[1] ?? '';
      assert.deepEqual(policy.replaceAll('&#39;', "'").split('; ').sort(), [
        "base-uri 'none'",
        "default-src 'none'",
        "form-action 'none'",
        `script-src 'nonce-${nonce}'`,
        `style-src 'nonce-${nonce}'`,
      ]);
      assert.deepEqual(tags(html, 'script'), [` nonce="${nonce}"`]);
      assert.deepEqual(tags(html, 'style'), [` nonce="${nonce}"`]);
      // A style that stands at an element would be blocked without a word.
      assert.doesNotMatch(html, /\sstyle="/);
      assert.doesNotMatch(html, /\s(?:src|href)=/);
      nonces.add(nonce);
    }
    assert.equal(nonces.size, 3);
  });

  it('has a language, a title that is its heading, and a label for every field', () => {
    const html = framed(pages.guidePage(content));
    assert.match(html, /<html lang="en">/);
    const [title] = /(?<=<title>)[^<]+/.exec(html) ?? [];
    assert.deepEqual([...html.matchAll(/(?<=<h1>)[^<]+/g)].map(String), [title]);
    assert.equal(title, 'Register a client for “notes”');
    const fields = [...tags(html, 'input'), ...tags(html, 'select')].map(
      (attributes) => /id="([^"]+)"/.exec(attributes)?.[1],
    );
    assert.deepEqual(fields.sort(), ['auth-method', 'client-id', 'client-secret', 'redirect']);
    const labelled = tags(html, 'label').map((attributes) => /for="([^"]+)"/.exec(attributes)?.[1]);
    assert.deepEqual(labelled.sort(), fields);
    for (const described of html.matchAll(/aria-describedby="([^"]+)"/g))
      for (const id of described[1]?.split(' ') ?? []) assert.ok(html.includes(`id="${id}"`), id);
  });

  it('never has a secret in it, only that there is one', () => {
    const html = framed(pages.guidePage({ ...content, settings: { clientId: 'mine' }, isSecretKept: true }));
    const [secret = ''] = tags(html, 'input').filter((attributes) => attributes.includes('client-secret"'));
    assert.match(secret, /type="password"/);
    assert.doesNotMatch(secret, /value=/);
    assert.match(html, /value="mine"\s+data-kept="mine"/);
    const none = framed(pages.guidePage({ ...content, settings: { clientId: 'mine' } }));
    assert.match(none, /value="mine"\s+data-kept=""/);
  });

  it('shows every redirect URI exactly as it has to be registered, and which to take (field case 7)', () => {
    const html = framed(pages.guidePage(content));
    for (const { uri } of content.uris) assert.ok(html.includes(`<code>${uri}</code>`), uri);
    assert.match(html, /take the first/);
    assert.match(html, /stands without a port/);
    const one = framed(
      pages.guidePage({
        ...content,
        uris: [{ kind: 'loopback', uri: 'http://127.0.0.1:4000/callback' }],
      }),
    );
    assert.doesNotMatch(one, /take the first|stands without a port|<select id="redirect"/);
    const none = framed(pages.guidePage({ ...content, uris: [] }));
    assert.match(none, /There is none to register/);
  });

  it('has the one address that it shows saved as the way back, and no other taken (field case 7)', () => {
    const [, loopback] = content.uris;
    assert.ok(loopback);
    const html = framed(pages.guidePage({ ...content, uris: [loopback] }));
    const [way = ''] = tags(html, 'input').filter((attributes) => attributes.includes('id="redirect"'));
    assert.match(way, /type="hidden".*value="loopback"/);
    const none = framed(pages.guidePage({ ...content, uris: [] }));
    assert.doesNotMatch(none, /id="redirect"/);
    assert.doesNotMatch(html, /Saving keeps the port/);
    const uri = 'https://editor.example/proxy/4711/callback';
    const held = framed(
      pages.guidePage({
        ...content,
        uris: [{ kind: 'loopback', uri, portToSet: 4711 }],
        service: knownService('slack.com'),
      }),
    );
    assert.match(
      framed(pages.guidePage({ ...content, service: knownService('slack.com') })),
      /compares the port/,
    );
    assert.doesNotMatch(held, /open this page again/);
    assert.match(held, /<details[^]*Saving keeps the port 4711, .*“oauth\.redirectPort”[^]*<\/details>/);
  });

  it('leads to the page of a vendor that is known, with what is particular there (field case 7)', () => {
    const google = framed(pages.guidePage({ ...content, service: knownService('accounts.google.com') }));
    assert.match(google, /Register a client at Google/);
    assert.match(google, /console\.cloud\.google\.com/);
    assert.match(google, /“Desktop app”/);
    // Its clients for computers take no other address.
    assert.match(google, /<option value="loopback" selected>/);
    const other = framed(pages.guidePage(content));
    assert.match(other, /in your account at login\.example/);
    assert.doesNotMatch(other, /id="moved"/);
    assert.doesNotMatch(other, /id="open"/);
    assert.match(other, /<option value="all" selected>/);
  });

  it('spells a device code for who cannot see it, and warns where it is entered elsewhere', () => {
    const html = framed(pages.deviceCodePage(code));
    assert.match(html, /aria-hidden="true" id="code">WDJB-MJHT</);
    assert.match(html, />W D J B - M J H T</);
    assert.doesNotMatch(html, /belong together/);
    const elsewhere = framed(pages.deviceCodePage({ ...code, issuerHost: 'issuer.example' }));
    assert.match(elsewhere, /at login\.example, but the authorization server is issuer\.example/);
    assert.ok(elsewhere.indexOf('belong together') < elsewhere.indexOf('<button'), 'Said before it is done.');
  });

  it('says calmly how long a device code holds', () => {
    const words = [600_000, 599_000, 61_000, 59_000, 0, -1].map((leftMs) => pages.lifetimeWords(leftMs));
    assert.deepEqual(words, [
      'The code holds for 10 more minutes.',
      'The code holds for 9 more minutes.',
      'The code holds for one more minute.',
      'The code holds for less than a minute.',
      'The code has run out. Sign in again for a new one.',
      'The code has run out. Sign in again for a new one.',
    ]);
  });

  it('is listened to only while it is the one that is shown (checklist 16.7)', () => {
    const [nonce, next] = [pages.newNonce(), pages.newNonce()];
    const html = framed(pages.guidePage(content), nonce);
    const script = /<script[^>]*>([^]*)<\/script>/.exec(html)?.[1] ?? '';
    const posted: unknown[] = [];
    // What its script posts when it asks for something.
    const asking = script.slice(0, script.indexOf('const at ='));
    const acquireVsCodeApi = () => ({ postMessage: (message: unknown) => posted.push(message) });
    runInNewContext(`${asking} ask({ kind: 'open' });`, { acquireVsCodeApi });
    assert.deepEqual({ ...(pages.askedOf(posted[0], nonce) as object) }, { kind: 'open' });
    assert.equal(pages.askedOf(posted[0], next), undefined);
    for (const received of [undefined, null, 'open', { kind: 'open' }, { asked: { kind: 'open' } }])
      assert.equal(pages.askedOf(received, nonce), undefined);
  });

  it('is listened to only where it asks for what it may (checklist 16.7)', () => {
    const save = {
      ...{ kind: 'save', clientId: 'mine', clientSecret: '' },
      ...{ authMethod: 'automatic', redirect: 'all' },
    };
    for (const asked of [save, { kind: 'copy', index: 1 }, { kind: 'open' }])
      assert.deepEqual(readGuideRequest(asked), asked);
    for (const asked of [
      undefined,
      'save',
      { kind: 'run', command: 'x' },
      { kind: 'copy', index: 'https://evil.example' },
      { kind: 'copy', index: 0.5 },
      { ...save, clientId: 7 },
      { ...save, clientSecret: undefined },
      { ...save, clientSecret: 'x'.repeat(20_001) },
      { ...save, authMethod: 'plain' },
      { ...save, redirect: 'https://evil.example' },
    ])
      assert.equal(readGuideRequest(asked), undefined, JSON.stringify({ asked }).slice(0, 80));
    // An address that the page would like to have opened, or a member to be written, is left out.
    assert.deepEqual(readGuideRequest({ kind: 'open', url: 'https://evil.example' }), { kind: 'open' });
    assert.deepEqual(readGuideRequest({ ...save, issuer: 'https://evil.example' }), save);
    for (const asked of ['copy', 'open', 'copyAndOpen'])
      assert.equal(pages.readDeviceCodeRequest(asked), asked);
    for (const asked of ['run', undefined, { kind: 'copy' }])
      assert.equal(pages.readDeviceCodeRequest(asked), undefined);
  });
});
