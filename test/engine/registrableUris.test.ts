// Which addresses a person registers by hand: those that stay the same from one sign-in to the next.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OAuthSettings } from '../../src/servers/server.ts';
import type { Redirects } from '../../src/vscode/redirects.ts';
import { desktop, editor, inBrowser } from './redirectStand.ts';

describe('What has to be registered by hand', () => {
  const urisOf = async (redirects: Redirects, settings: OAuthSettings = {}) =>
    (await redirects.toRegister(settings)).map(({ uri }) => uri);

  it('is what stays the same from one sign-in to the next (field case 7)', async () => {
    const { redirects } = editor();
    assert.deepEqual(await urisOf(redirects), [desktop.redirectUri, 'http://127.0.0.1/callback']);
    assert.deepEqual(
      await urisOf(redirects, { relayUrl: 'https://relay.example/back', redirectPort: 8080 }),
      [desktop.redirectUri, 'https://relay.example/back', 'https://editor.example/proxy/8080/callback'],
    );
  });

  it('has a port to be set where the editor in a browser forwards by an address that holds it (field case 7)', async () => {
    const { redirects, externalized } = editor(inBrowser);
    const [loopback, ...others] = await redirects.toRegister({});
    assert.ok(loopback);
    assert.deepEqual(others, []);
    const { kind, uri, portToSet } = loopback;
    assert.deepEqual([kind, uri], ['loopback', `https://editor.example/proxy/${portToSet}/callback`]);
    assert.deepEqual(await redirects.toRegister({}), [loopback], 'The same one each time.');
    assert.deepEqual(
      externalized.map((local) => new URL(local).host),
      Array.from({ length: 2 }, () => `127.0.0.1:${portToSet}`),
    );
    // With the port in the settings it is the same address, and nothing is left to be set.
    assert.ok(portToSet);
    assert.deepEqual(await redirects.toRegister({ redirectPort: portToSet }), [{ kind, uri }]);
  });

  it('has no port where an editor in a browser changes nothing but that of an address of this computer', async () => {
    const plain = { kind: 'loopback', uri: 'http://127.0.0.1/callback' };
    const { redirects } = editor(inBrowser, (uri) => uri.replace(/:\d+/, ':61234'));
    assert.deepEqual(await redirects.toRegister({}), [plain]);
    const unchanged = editor(inBrowser, (uri) => uri).redirects;
    assert.deepEqual(await unchanged.toRegister({}), [plain]);
  });

  it('is not asked of an editor on this computer, which would open a port for it', async () => {
    const { redirects, externalized } = editor();
    await redirects.toRegister({});
    assert.deepEqual(externalized, []);
  });

  it('is what the chosen way needs alone', async () => {
    const { redirects } = editor();
    assert.deepEqual(await urisOf(redirects, { redirect: 'uriHandler' }), [desktop.redirectUri]);
    assert.deepEqual(await urisOf(redirects, { redirect: 'loopback', redirectHost: 'localhost' }), [
      'http://localhost/callback',
    ]);
    assert.deepEqual(await urisOf(redirects, { redirect: 'paste', redirectPort: 9 }), [
      'http://127.0.0.1:9/callback',
    ]);
    assert.deepEqual(await urisOf(redirects, { redirect: 'device' }), []);
  });
});
