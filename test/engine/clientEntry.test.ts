// What becomes of a client id and a secret that a person enters in the guide.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { OAuthMembers } from '../../src/servers/memberEdits.ts';
import type { OAuthSettings, Server } from '../../src/servers/server.ts';
import { readClientSecret, writeClientSecret } from '../../src/session/clientSecrets.ts';
import { readEnteredSecret } from '../../src/vscode/enteredSecret.ts';
import type * as entries from '../../src/vscode/pages/clientEntry.ts';
import type { SaveRequest } from '../../src/vscode/pages/guideRequests.ts';
import { ManualClock, MemoryRecords } from './desk.ts';
import { loadMessages } from './messages.ts';

const asked: SaveRequest = {
  ...{ kind: 'save', clientId: ' mine ', clientSecret: 's3cret' },
  ...{ authMethod: 'automatic', redirect: 'all' },
};

/** Settings that are written and followed, without an editor. */
class Settings {
  readonly store = new MemoryRecords();
  readonly written: OAuthMembers[] = [];
  server: Server & { readonly oauth: OAuthSettings };

  constructor(oauth: OAuthSettings = {}) {
    this.server = { name: 'notes', url: 'https://notes.example/mcp', headers: {}, oauth };
  }

  async secretFor(clientId: string, url = this.server.url): Promise<string | undefined> {
    const server = { ...this.server, url, oauth: { clientId } };
    const log = { info: () => undefined, error: () => undefined };
    return readClientSecret({ store: this.store, clock: new ManualClock(), log }, server, 'client');
  }

  parts(changes: Partial<entries.ClientEntryParts> = {}): entries.ClientEntryParts {
    return {
      findServer: () => this.server,
      setOAuth: (_, members) => {
        this.written.push(members);
        return Promise.resolve('written');
      },
      follow: () => {
        // In a file, what is undefined is not there.
        const members = JSON.stringify({ ...this.server.oauth, ...this.written.at(-1) });
        const oauth = JSON.parse(members) as OAuthSettings;
        this.server = { ...this.server, oauth };
        return Promise.resolve();
      },
      store: this.store,
      keepSecret: writeClientSecret,
      readSecret: readEnteredSecret,
      bind: () => Promise.resolve(),
      ...changes,
    };
  }
}

describe('A client that is entered in the guide', () => {
  let ClientEntry: typeof entries.ClientEntry;
  before(async () => {
    ({ ClientEntry } = (await loadMessages('../pages/clientEntry')) as typeof entries);
  });

  const save = (
    settings: Settings,
    request: Partial<SaveRequest> = {},
    changes: Partial<entries.ClientEntryParts> = {},
  ) =>
    new ClientEntry(settings.parts(changes)).save(settings.server, {
      ...asked,
      ...request,
    });

  it('has its id in the settings and its secret in the secret storage alone (invariant 1)', async () => {
    const settings = new Settings();
    assert.equal(await save(settings), undefined);
    assert.deepEqual(settings.written, [{ clientId: 'mine', tokenEndpointAuthMethod: undefined }]);
    assert.equal(await settings.secretFor('mine'), 's3cret');
  });

  it('has the way to prove itself and the way back that were chosen', async () => {
    const settings = new Settings({ tokenEndpointAuthMethod: 'client_secret_basic', scopes: ['a'] });
    await save(settings, { authMethod: 'client_secret_post', redirect: 'loopback' });
    assert.deepEqual(settings.server.oauth, {
      ...{ tokenEndpointAuthMethod: 'client_secret_post', scopes: ['a'] },
      ...{ clientId: 'mine', redirect: 'loopback' },
    });
    await save(settings, { redirect: 'loopback' });
    assert.deepEqual(settings.server.oauth, { scopes: ['a'], clientId: 'mine', redirect: 'loopback' });
  });

  it('has the port set that the address which was registered holds (field case 7)', async () => {
    const settings = new Settings();
    const told = { redirectPort: 4711 };
    const request: SaveRequest = { ...asked, redirect: 'loopback' };
    assert.equal(await new ClientEntry(settings.parts()).save(settings.server, request, told), undefined);
    assert.deepEqual(settings.server.oauth, { clientId: 'mine', redirect: 'loopback', redirectPort: 4711 });
    assert.equal(await new ClientEntry(settings.parts()).save(settings.server, request, told), undefined);
    assert.equal(settings.written.length, 1, 'Written once.');
  });

  it('keeps the secret that it has where none is entered, and writes no settings that are so already', async () => {
    const settings = new Settings({ clientId: 'mine' });
    await writeClientSecret(settings.store, settings.server, 'client', 'earlier');
    assert.equal(await save(settings, { clientSecret: '' }), undefined);
    assert.deepEqual(settings.written, []);
    assert.equal(await settings.secretFor('mine'), 'earlier');
  });

  it('is judged before anything is written', async () => {
    const wrong: readonly (readonly [Partial<SaveRequest>, 'clientId' | 'clientSecret'])[] = [
      [{ clientId: '  ' }, 'clientId'],
      [{ clientId: 'käse' }, 'clientId'],
      [{ clientId: 'two\nlines' }, 'clientId'],
      [{ clientSecret: '-----BEGIN RSA PRIVATE KEY-----\nx' }, 'clientSecret'],
      [{ authMethod: 'private_key_jwt' }, 'clientSecret'],
    ];
    for (const [request, field] of wrong) {
      const settings = new Settings();
      const saved = await save(settings, request);
      assert.ok(saved?.field === field, JSON.stringify(request));
      assert.deepEqual(settings.written, []);
      assert.deepEqual(await settings.store.keys(), []);
    }
  });

  it('leaves no secret behind where its id was not written, and says why', async () => {
    for (const [written, sentence] of [
      ['declined', /Nothing was saved/],
      ['absent', /does not stand in settings/],
    ] as const) {
      const settings = new Settings();
      const saved = await save(settings, {}, { setOAuth: () => Promise.resolve(written) });
      assert.ok(saved);
      assert.match(saved.text, sentence);
      assert.deepEqual(await settings.store.keys(), []);
    }
    const settings = new Settings();
    const setOAuth = () => Promise.reject(new Error('The file is read-only.'));
    const saved = await save(settings, {}, { setOAuth });
    assert.ok(saved);
    assert.match(saved.text, /The file is read-only\./);
    assert.deepEqual(await settings.store.keys(), []);
  });

  it('does not give its secret to a server that leads elsewhere meanwhile (invariant 2)', async () => {
    for (const change of [{ url: 'https://evil.example/mcp' }, { oauth: { clientId: 'theirs' } }]) {
      const settings = new Settings();
      const follow = () => {
        settings.server = { ...settings.server, oauth: { clientId: 'mine' }, ...change };
        return Promise.resolve();
      };
      const saved = await save(settings, {}, { follow });
      assert.ok(saved);
      assert.match(saved.text, /another entry of this name/);
      assert.deepEqual(await settings.store.keys(), []);
    }
  });

  it('does not give its secret to an authorization server that the settings name meanwhile (invariant 2)', async () => {
    const settings = new Settings();
    const follow = () => {
      settings.server = { ...settings.server, oauth: { clientId: 'mine', issuer: 'https://evil.example' } };
      return Promise.resolve();
    };
    const entry = new ClientEntry(settings.parts({ follow }));
    const saved = await entry.save(settings.server, asked, { issuer: 'https://as.example' });
    assert.match(saved?.text ?? '', /another entry of this name/);
    assert.deepEqual(await settings.store.keys(), []);
  });

  it('is tied to the authorization server that the page is about, unless settings name one (checklist 4.17)', async () => {
    const settings = new Settings();
    const bound: unknown[] = [];
    const bind = (...binding: readonly unknown[]) => {
      bound.push(binding);
      return Promise.resolve();
    };
    const entry = new ClientEntry(settings.parts({ bind }));
    assert.equal(await entry.save(settings.server, asked, { issuer: 'https://as.example' }), undefined);
    assert.deepEqual(bound, [[settings.server, 'mine', 'https://as.example']]);
    settings.server = { ...settings.server, oauth: { clientId: 'mine', issuer: 'https://as.example' } };
    assert.equal(await entry.save(settings.server, asked, { issuer: 'https://as.example' }), undefined);
    assert.equal(bound.length, 1);
    const failing = settings.parts({ bind: () => Promise.reject(new Error('no keyring')) });
    const unbound = new Settings();
    const parts = { ...unbound.parts(), bind: failing.bind };
    assert.ok(await new ClientEntry(parts).save(unbound.server, asked, { issuer: 'https://as.example' }));
    assert.equal(await unbound.secretFor('mine'), undefined, 'no secret without it');
  });

  it('says that the secret could not be kept where the storage fails (field case 32)', async () => {
    const settings = new Settings();
    const saved = await save(settings, {}, { keepSecret: () => Promise.reject(new Error('no keyring')) });
    assert.ok(saved);
    assert.match(saved.text, /secret could not be put into the secret storage/);
  });
});
