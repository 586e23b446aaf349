// The guides that are open: which tab is shown, what is in it, and what its buttons do.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Attempt, until } from './attempt.ts';
import { GuideStand, save } from './guideStand.ts';

const attempt = new Attempt();

describe('The guide to a client of one’s own', () => {
  let stand: GuideStand;
  beforeEach(async () => {
    stand = await GuideStand.open(attempt);
  });

  it('leaves what is being typed alone where something else of the settings changes', async () => {
    await stand.configure({});
    const host = await stand.closedAt(attempt.world);
    const tab = await stand.open(stand.current);
    // A session that knows of no authorization server before it is asked.
    const session = await stand.configure({ scopes: ['notes:read'] });
    await stand.shown.show(session);
    assert.deepEqual([stand.tabs.length, tab.pages.length, tab.reveals], [1, 1, 1]);
    tab.press(save);
    await until(() => tab.posted.some(({ kind }) => kind === 'done'));
    assert.deepEqual(stand.written, [{ clientId: 'mine', tokenEndpointAuthMethod: undefined }]);
    const [binding] = attempt.desk.records.keysOf('binding');
    assert.ok(attempt.desk.records.records.get(binding ?? '')?.includes(host), 'For whom the page names.');
    assert.equal(tab.pages.length, 1);
  });

  it('that is open already is brought to the front, with the reason of this time', async () => {
    const session = await stand.configure({});
    const tab = await stand.open(session);
    assert.match(tab.text, /with a client that you registered yourself/);
    assert.equal(tab.reveals, 0);
    await stand.shown.show(session);
    assert.deepEqual([stand.tabs.length, tab.pages.length, tab.reveals], [1, 1, 1]);
    assert.deepEqual(
      tab.posted.map(({ kind }) => kind),
      ['notice'],
    );
    await Promise.all([stand.shown.show(session), stand.shown.show(session)]);
    assert.deepEqual([stand.tabs.length, tab.reveals], [1, 3]);
    tab.dispose();
    await Promise.all([stand.shown.show(session), stand.shown.show(session)]);
    assert.deepEqual(
      stand.tabs.map(({ isClosed }) => isClosed),
      [true, false],
    );
  });

  it('has other addresses to register when it is opened again after the port was set (field case 7)', async () => {
    await stand.configure({});
    const host = await stand.closedAt(await attempt.anotherWorld());
    const tab = await stand.open(stand.current);
    assert.match(tab.text, /127\.0\.0\.1:1\/callback/);
    await stand.shown.show(await stand.configure({ redirectPort: 4711 }));
    assert.match(tab.text, /127\.0\.0\.1:4711\/callback/);
    assert.doesNotMatch(tab.text, /127\.0\.0\.1:1\/|What you had entered is gone/);
    assert.ok(tab.text.includes(`in your account at ${host}`), 'Nobody else is known of by now.');
    assert.deepEqual([stand.tabs.length, tab.reveals], [1, 1]);
  });

  it('leads to the page of the sandbox that this editor has started, and of nobody who says to be one (field case 7)', async () => {
    await stand.configure({});
    await stand.closedAt(attempt.world);
    const { issuer, mcpUrl } = attempt.world;
    for (const foreign of [new Map<string, string>(), new Map([[issuer, 'http://127.0.0.1:1/mcp']])]) {
      stand.sandboxes = foreign;
      const tab = await stand.open(stand.current);
      assert.match(tab.text, /in your account at/);
      assert.doesNotMatch(tab.text, /id="open"/);
      tab.press({ kind: 'open' });
      tab.dispose();
    }
    assert.deepEqual(stand.opened, []);

    const tab = await stand.open(stand.current);
    stand.sandboxes = new Map([[issuer, mcpUrl]]);
    await stand.shown.show(stand.current);
    assert.match(tab.text, /<button type="button" id="open">Open Client Page<\/button>/, 'It runs by now.');
    assert.match(tab.text, /needs no passphrase when you open it from here/);
    assert.doesNotMatch(tab.text, /in your account at/);
    tab.press({ kind: 'open' });
    assert.deepEqual(stand.opened, [issuer]);
  });

  it('is closed when somebody has signed in, and when its server is gone or at another address (invariant 2)', async () => {
    const tab = await stand.open(await stand.configure({}));
    await stand.current.signIn();
    assert.ok(tab.isClosed);
    const again = await stand.open(stand.current);
    assert.ok(!again.isClosed, 'Who is signed in may want another client.');
    await stand.configure({}, { url: `${attempt.world.mcpUrl}/elsewhere` });
    assert.ok(again.isClosed);
    const last = await stand.open(stand.current);
    await stand.sessions.update([]);
    assert.ok(last.isClosed);
    stand.shown.dispose();
  });

  it('saves what was entered once, and stays as it is meanwhile', async () => {
    const tab = await stand.open(await stand.configure({}));
    const written = Promise.withResolvers<undefined>();
    stand.writing = () => written.promise;
    tab.press(save);
    tab.press(save);
    // Now it would have another address in it.
    await stand.shown.show(await stand.configure({ redirectPort: 4711 }));
    assert.deepEqual([tab.pages.length, tab.reveals], [1, 1]);
    written.resolve(undefined);
    await until(() => tab.posted.some(({ kind }) => kind === 'done'));
    assert.equal(stand.written.length, 1);
  });

  it('copies an address that it shows, and nothing else', async () => {
    const tab = await stand.open(await stand.configure({}));
    for (const index of [1, -1, 0]) tab.press({ kind: 'copy', index });
    await until(() => tab.posted.length > 0);
    assert.deepEqual(stand.copied, ['http://127.0.0.1:1/callback']);
    assert.deepEqual(tab.posted, [{ kind: 'copied', index: 0 }]);
  });
});
