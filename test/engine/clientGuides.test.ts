// The guides that are open: what they are about while settings and servers change, and which tab is shown.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { OAuthMembers } from '../../src/servers/memberEdits.ts';
import type { OAuthSettings, Server } from '../../src/servers/server.ts';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import { bindEntered } from '../../src/session/clients.ts';
import type { Session } from '../../src/session/session.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { readEnteredSecret } from '../../src/vscode/enteredSecret.ts';
import type { GuideParts } from '../../src/vscode/pages/clientGuide.ts';
import type * as guides from '../../src/vscode/pages/clientGuides.ts';
import type { GuideNews, GuideRequest } from '../../src/vscode/pages/guideRequests.ts';
import { Attempt, issuerDocument, resourceDocument, until } from './attempt.ts';
import { serverAt } from './desk.ts';
import { loadMessages } from './messages.ts';
import { OpenTab } from './openTab.ts';
import { World } from './world.ts';

const attempt = new Attempt();
const others: World[] = [];
after(() => Promise.all(others.map((other) => other.close())));

const save: GuideRequest = {
  ...{ kind: 'save', clientId: 'mine', clientSecret: 's3cret' },
  ...{ authMethod: 'automatic', redirect: 'all' },
};

type Tab = OpenTab<GuideRequest, GuideNews>;

describe('The guide to a client of one’s own', () => {
  let ClientGuides: typeof guides.ClientGuides;
  let sessions: Sessions;
  let shown: guides.ClientGuides;
  let tabs: Tab[];
  let written: OAuthMembers[];
  /** The sandboxes of this editor with their servers, by issuer, and what was opened in the browser. */
  let sandboxes: Map<string, string>;
  let opened: string[];
  /** What an editor needs before it can tell where the browser comes back to. */
  let addresses: () => Promise<void>;

  before(async () => {
    ({ ClientGuides } = (await loadMessages('../pages/clientGuides')) as typeof guides);
  });

  beforeEach(() => {
    const { ports } = attempt.desk;
    sessions = new Sessions(ports);
    tabs = [];
    written = [];
    sandboxes = new Map();
    opened = [];
    addresses = () => Promise.resolve();
    shown = new ClientGuides(parts());
  });

  function parts(): GuideParts {
    const { ports, records } = attempt.desk;
    const findServer = (name: string) => sessions.find(name)?.server;
    return {
      sessions,
      findServer,
      writtenUrl: (name) => findServer(name)?.url,
      redirects: {
        toRegister: async ({ redirectPort = 1 }) => {
          await addresses();
          return [{ kind: 'loopback', uri: `http://127.0.0.1:${redirectPort}/callback` }];
        },
      },
      isSecretKept: () => Promise.resolve(false),
      findService: () => undefined,
      signIn: () => Promise.resolve('cancelled'),
      log: ports.log,
      isSandbox: (issuer, serverUrl) => sandboxes.get(issuer) === serverUrl,
      openSandboxPage: (issuer) => {
        opened.push(issuer);
        return Promise.resolve();
      },
      openExternal: (url) => {
        opened.push(url);
        return Promise.resolve(true);
      },
      copy: () => Promise.resolve(),
      openPage: (given) => {
        const tab: Tab = new OpenTab(given);
        tabs.push(tab);
        return tab;
      },
      setOAuth: (_, members) => {
        written.push(members);
        return Promise.resolve('written');
      },
      follow: async () => {
        await configure({ ...(written.at(-1) as OAuthSettings) });
      },
      store: records,
      keepSecret: writeClientSecret,
      readSecret: readEnteredSecret,
      bind: (...entered) => bindEntered(ports, ...entered),
    };
  }

  async function configure(oauth: OAuthSettings, changes: Partial<Server> = {}): Promise<Session> {
    await sessions.update([serverAt(attempt.world.mcpUrl, { oauth, ...changes })]);
    return current();
  }

  function current(): Session {
    const session = sessions.find('notes');
    assert.ok(session);
    return session;
  }

  /** Opens the guide and gives its tab. */
  async function open(session: Session): Promise<Tab> {
    await shown.show(session);
    const tab = tabs.at(-1);
    assert.ok(tab);
    return tab;
  }

  /** Lets the server lead to one that registers nobody, and fails there. */
  async function closedAt(world: World): Promise<string> {
    attempt.world.alter(resourceDocument, { authorization_servers: [world.issuer] });
    world.alter(issuerDocument, { registration_endpoint: undefined });
    attempt.desk.clock.advance(600_001);
    await assert.rejects(current().signIn(), { code: 'registration_closed' });
    return new URL(world.issuer).host;
  }

  async function otherWorld(): Promise<World> {
    const other = await World.start();
    others.push(other);
    return other;
  }

  it('is about another authorization server as soon as the settings name one, with nothing left of what was typed (invariant 2)', async () => {
    const tab = await open(await configure({ issuer: 'https://old.example' }));
    assert.match(tab.text, /in your account at old\.example/);
    assert.doesNotMatch(tab.text, /What you had entered is gone/);
    await configure({ issuer: 'https://new.example' });
    await until(() => tab.pages.length > 1);
    assert.match(tab.text, /in your account at new\.example/);
    assert.match(tab.text, /The authorization server is new\.example now.*What you had entered is gone/);
    assert.doesNotMatch(tab.text, /old\.example/);
    assert.deepEqual([tabs.length, tab.reveals], [1, 0], 'It stays where it is.');
  });

  it('is about the one that the next attempt is led to, and says what that one said (invariant 2)', async () => {
    await configure({});
    const old = await closedAt(attempt.world);
    const tab = await open(current());
    assert.ok(tab.text.includes(`in your account at ${old}`));
    const host = await closedAt(await otherWorld());
    await until(() => tab.pages.length > 1);
    assert.ok(tab.text.includes(`in your account at ${host}`), tab.text);
    assert.ok(tab.text.includes(`${host} does not let programs register themselves`), tab.text);
    assert.ok(tab.text.includes('What you had entered is gone'), tab.text);
  });

  it('gives nothing that was entered for one authorization server to another that came meanwhile (invariant 2)', async () => {
    const tab = await open(await configure({ issuer: 'https://old.example' }));
    const asked = Promise.withResolvers<undefined>();
    addresses = () => asked.promise;
    await configure({ issuer: 'https://new.example' });
    tab.press(save);
    asked.resolve(undefined);
    await until(() => tab.pages.length > 1);
    assert.deepEqual(written, []);
    assert.deepEqual(await attempt.desk.records.keys(), []);
    assert.equal(tab.pages.length, 2);
  });

  it('leaves what is being typed alone where something else of the settings changes', async () => {
    await configure({});
    const host = await closedAt(attempt.world);
    const tab = await open(current());
    // A session that knows of no authorization server before it is asked.
    const session = await configure({ scopes: ['notes:read'] });
    await shown.show(session);
    assert.deepEqual([tabs.length, tab.pages.length, tab.reveals], [1, 1, 1]);
    tab.press(save);
    await until(() => tab.posted.some(({ kind }) => kind === 'done'));
    assert.deepEqual(written, [{ clientId: 'mine', tokenEndpointAuthMethod: undefined }]);
    const [binding] = attempt.desk.records.keysOf('binding');
    assert.ok(attempt.desk.records.records.get(binding ?? '')?.includes(host), 'For whom the page names.');
    assert.equal(tab.pages.length, 1);
  });

  it('that is open already is brought to the front, with the reason of this time', async () => {
    const session = await configure({});
    const tab = await open(session);
    assert.match(tab.text, /with a client that you registered yourself/);
    assert.equal(tab.reveals, 0);
    await shown.show(session);
    assert.deepEqual([tabs.length, tab.pages.length, tab.reveals], [1, 1, 1]);
    assert.deepEqual(
      tab.posted.map(({ kind }) => kind),
      ['notice'],
    );
    await Promise.all([shown.show(session), shown.show(session)]);
    assert.deepEqual([tabs.length, tab.reveals], [1, 3]);
    tab.dispose();
    await Promise.all([shown.show(session), shown.show(session)]);
    assert.deepEqual(
      tabs.map(({ isClosed }) => isClosed),
      [true, false],
    );
  });

  it('has other addresses to register when it is opened again after the port was set (field case 7)', async () => {
    await configure({});
    const host = await closedAt(await otherWorld());
    const tab = await open(current());
    assert.match(tab.text, /127\.0\.0\.1:1\/callback/);
    await shown.show(await configure({ redirectPort: 4711 }));
    assert.match(tab.text, /127\.0\.0\.1:4711\/callback/);
    assert.doesNotMatch(tab.text, /127\.0\.0\.1:1\/|What you had entered is gone/);
    assert.ok(tab.text.includes(`in your account at ${host}`), 'Nobody else is known of by now.');
    assert.deepEqual([tabs.length, tab.reveals], [1, 1]);
  });

  it('leads to the page of the sandbox that this editor has started, and of nobody who says to be one (field case 7)', async () => {
    await configure({});
    await closedAt(attempt.world);
    const { issuer, mcpUrl } = attempt.world;
    for (const foreign of [new Map<string, string>(), new Map([[issuer, 'http://127.0.0.1:1/mcp']])]) {
      sandboxes = foreign;
      const tab = await open(current());
      assert.match(tab.text, /in your account at/);
      assert.doesNotMatch(tab.text, /id="open"/);
      tab.press({ kind: 'open' });
      tab.dispose();
    }
    assert.deepEqual(opened, []);

    const tab = await open(current());
    sandboxes = new Map([[issuer, mcpUrl]]);
    await shown.show(current());
    assert.match(tab.text, /<button type="button" id="open">Open Client Page<\/button>/, 'It runs by now.');
    assert.match(tab.text, /needs no passphrase when you open it from here/);
    assert.doesNotMatch(tab.text, /in your account at/);
    tab.press({ kind: 'open' });
    assert.deepEqual(opened, [issuer]);
  });

  it('is closed when somebody has signed in, and when its server is gone or at another address (invariant 2)', async () => {
    const tab = await open(await configure({}));
    await current().signIn();
    assert.ok(tab.isClosed);
    const again = await open(current());
    assert.ok(!again.isClosed, 'Who is signed in may want another client.');
    await configure({}, { url: `${attempt.world.mcpUrl}/elsewhere` });
    assert.ok(again.isClosed);
    const last = await open(current());
    await sessions.update([]);
    assert.ok(last.isClosed);
    shown.dispose();
  });
});
