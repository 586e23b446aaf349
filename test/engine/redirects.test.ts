// The ways back to the editor: what each tells the authorization server, and whose an answer is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import { asArrived, readPasted } from '../../src/vscode/pastedAddress.ts';
import { desktop, editor, inBrowser, patient } from './redirectStand.ts';

describe('The ways back to the editor', () => {
  it('are offered from the one that needs nothing to the one that a person has to help (design 5.2)', () => {
    const { redirects } = editor();
    assert.deepEqual(redirects.kinds, ['uriHandler', 'relay', 'loopback', 'device', 'paste']);
  });

  it('tell the authorization server the address of the editor itself', async () => {
    const { redirectUri, arrivalUri, relayTarget } = await editor().redirects.prepare('uriHandler', {});
    assert.deepEqual(
      [redirectUri, arrivalUri, relayTarget],
      [desktop.redirectUri, desktop.arrivalUri, undefined],
    );
  });

  it('tell it the relay as it is configured, and the relay where a browser finds the editor', async () => {
    const relayUrl = 'https://vscode.dev/redirect';
    const { redirectUri, arrivalUri, relayTarget } = await editor().redirects.prepare('relay', { relayUrl });
    assert.deepEqual(
      [redirectUri, arrivalUri, relayTarget],
      [relayUrl, desktop.arrivalUri, desktop.externalUri],
    );
  });

  it('say whether the address of the editor lasts (field case 7)', async () => {
    const { lasts } = await editor(inBrowser).redirects.prepare('uriHandler', {});
    assert.equal(lasts, false);
    assert.equal((await editor().redirects.prepare('uriHandler', {})).lasts, true);
  });

  it('do without a relay where none is configured', async () => {
    await assert.rejects(
      editor().redirects.prepare('relay', {}),
      (error) =>
        error instanceof AuthError &&
        error.code === 'redirect_unavailable' &&
        error.facts.setting === 'relayUrl',
    );
  });

  it('tell it an address of this computer that the answer is copied from, with a port that stays', async () => {
    const { redirects } = editor();
    const { redirectUri } = await redirects.prepare('paste', {});
    assert.equal(redirectUri, 'http://127.0.0.1:47712/callback');
    const chosen = await redirects.prepare('paste', { redirectHost: 'localhost', redirectPort: 8080 });
    assert.equal(chosen.redirectUri, 'http://localhost:8080/callback');
    assert.equal(chosen.arrivalUri, chosen.redirectUri);
  });

  it('give back what an address holds', async () => {
    const { redirects, listener } = editor();
    const address = await redirects.prepare('loopback', {});
    address.close();
    assert.equal(listener.closed, 1);
  });
});

describe('An answer', () => {
  it('is taken from the URI handler by its state', async () => {
    const { redirects, handle, listener, unclaimed } = editor();
    const [one, other] = [redirects.receive('one', patient()), redirects.receive('other', patient())];
    handle('code=b&state=other');
    handle('code=a&state=one');
    assert.deepEqual(await Promise.all([one, other]), [
      'vscode://mcp-oauth.mcp-oauth/callback?code=a&state=one',
      'vscode://mcp-oauth.mcp-oauth/callback?code=b&state=other',
    ]);
    assert.deepEqual(unclaimed, []);
    assert.equal(listener.waiting.size, 0, 'The listener waits for nothing any more.');
  });

  it('is taken from the listener on this computer', async () => {
    const { redirects, listener } = editor();
    const received = redirects.receive('one', patient());
    listener.waiting.get('one')?.('http://127.0.0.1:4711/callback?code=a&state=one');
    assert.equal(await received, 'http://127.0.0.1:4711/callback?code=a&state=one');
    assert.equal(redirects.waitsFor('one'), false);
  });

  it('that nobody in this window waits for is handed on (field case 23)', async () => {
    const { redirects, handle, unclaimed } = editor();
    const received = redirects.receive('one', patient());
    handle('code=a&state=foreign');
    handle('code=a');
    assert.equal(unclaimed.length, 2);
    handle('code=a&state=one');
    await received;
    handle('code=a&state=one');
    assert.equal(unclaimed.length, 3, 'One answer for each state (checklist 7.6).');
  });

  it('is no longer waited for once the attempt is given up', async () => {
    const { redirects, handle, unclaimed } = editor();
    const abort = new AbortController();
    const received = redirects.receive('one', abort.signal);
    abort.abort(new Error('had enough'));
    await assert.rejects(received, /had enough/);
    handle('code=a&state=one');
    assert.equal(unclaimed.length, 1);
    await assert.rejects(redirects.receive('two', AbortSignal.abort(new Error('before'))), /before/);
    assert.equal(redirects.isWaiting, false);
  });
});

describe('An address that a person pastes', () => {
  it('finishes the attempt that its state belongs to, whichever way that went (field case 25)', async () => {
    const { redirects } = editor();
    await redirects.prepare('paste', {});
    const received = redirects.receive('one', patient());
    assert.equal(redirects.claimPasted('http://127.0.0.1:47712/callback?code=a&state=one'), true);
    assert.equal(await received, 'http://127.0.0.1:47712/callback?code=a&state=one');
  });

  it('is refused with a foreign state, and the attempt goes on (field case 25, checklist 7.6)', async () => {
    const { redirects } = editor();
    await redirects.prepare('paste', {});
    const received = redirects.receive('one', patient());
    for (const query of ['code=a&state=foreign', 'code=a', 'code=a&state=one&state=one'])
      assert.equal(redirects.claimPasted(`http://127.0.0.1:47712/callback?${query}`), false, query);
    assert.equal(redirects.waitsFor('one'), true);
    assert.equal(redirects.claimPasted('http://127.0.0.1:47712/callback?code=a&state=one'), true);
    await received;
  });

  it('counts as arrived where a forwarded address would have led (checklist 8.8)', async () => {
    const { redirects } = editor();
    await redirects.prepare('loopback', {});
    const received = redirects.receive('one', patient());
    assert.ok(redirects.claimPasted('https://editor.example/proxy/4711/callback?code=a%2Bb&state=one'));
    assert.equal(await received, 'http://127.0.0.1:4711/callback?code=a%2Bb&state=one');
  });

  it('counts as arrived at the editor where the browser-hosted editor would have passed it on', async () => {
    const { redirects } = editor(inBrowser);
    await redirects.prepare('uriHandler', {});
    const received = redirects.receive('one', patient());
    assert.ok(redirects.claimPasted('http://editor.example/stable/callback?vscode-reqid=1&code=a&state=one'));
    assert.equal(await received, 'code-oss://mcp-oauth.mcp-oauth/callback?vscode-reqid=1&code=a&state=one');
  });

  it('from a place where no answer passes stays what it is, to be refused (checklist 8.4)', async () => {
    const { redirects } = editor();
    const address = await redirects.prepare('loopback', {});
    const received = redirects.receive('one', patient());
    assert.ok(redirects.claimPasted('https://attacker.example/callback?code=a&state=one'));
    assert.equal(await received, 'https://attacker.example/callback?code=a&state=one');

    address.close();
    const later = redirects.receive('two', patient());
    assert.ok(redirects.claimPasted('https://editor.example/proxy/4711/callback?code=a&state=two'));
    assert.equal(await later, 'https://editor.example/proxy/4711/callback?code=a&state=two');
  });

  it('that stopped at a relay is found by the state inside the relay’s own', async () => {
    const { redirects } = editor();
    const relayUrl = 'https://vscode.dev/redirect';
    await redirects.prepare('relay', { relayUrl });
    const received = redirects.receive('one', patient());
    const wireState = 'vscode://mcp-oauth.mcp-oauth/callback?windowId=1&nonce=one';
    const pasted = readPasted(`  ${relayUrl}?code=a&state=${encodeURIComponent(wireState)}\n`);
    assert.ok(redirects.claimPasted(pasted ?? ''));
    const { searchParams, protocol } = new URL(await received);
    assert.deepEqual(
      [protocol, searchParams.get('nonce'), searchParams.get('state')],
      ['vscode:', 'one', wireState],
    );
  });

  it('has to be an address', () => {
    for (const text of ['', 'code=a&state=one', '/callback?code=a', 'see above'])
      assert.equal(readPasted(text), undefined, text);
  });

  it('is brought to its arrival for an attempt of another window, too', () => {
    const route = {
      arrivalUri: desktop.arrivalUri,
      stations: ['https://vscode.dev/redirect', undefined, 'state'],
    };
    assert.equal(
      asArrived('https://vscode.dev/redirect?code=a', route),
      'vscode://mcp-oauth.mcp-oauth/callback?code=a',
    );
    for (const other of [
      'http://vscode.dev/redirect?code=a',
      'https://vscode.dev:8443/redirect',
      'https://vscode.dev/',
    ])
      assert.equal(asArrived(other, route), other);
  });
});
