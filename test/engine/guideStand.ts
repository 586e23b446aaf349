/** The guides of a window as a test holds them: tabs that are looked at, and what of a guide leaves the page. */
import assert from 'node:assert/strict';
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
import { type Attempt, issuerDocument, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { loadMessages } from './messages.ts';
import { OpenTab } from './openTab.ts';
import type { World } from './world.ts';

const loaded = loadMessages('../pages/clientGuides') as Promise<typeof guides>;

export type GuideTab = OpenTab<GuideRequest, GuideNews>;

export const save: GuideRequest = {
  ...{ kind: 'save', clientId: 'mine', clientSecret: 's3cret' },
  ...{ authMethod: 'automatic', redirect: 'all' },
};

export class GuideStand {
  readonly shown: guides.ClientGuides;
  readonly sessions: Sessions;
  readonly tabs: GuideTab[] = [];
  readonly written: OAuthMembers[] = [];
  /** The sandboxes of this editor with their servers, by issuer. */
  sandboxes = new Map<string, string>();
  /** What was opened in the browser, and what was copied. */
  readonly opened: string[] = [];
  readonly copied: string[] = [];
  /** What an editor needs before it can tell where the browser comes back to, and before settings are written. */
  addresses = () => Promise.resolve();
  writing = () => Promise.resolve();
  private readonly attempt: Attempt;

  private constructor(attempt: Attempt, ClientGuides: typeof guides.ClientGuides) {
    this.attempt = attempt;
    this.sessions = new Sessions(attempt.desk.ports);
    this.shown = new ClientGuides(this.parts);
  }

  static async open(attempt: Attempt): Promise<GuideStand> {
    return new GuideStand(attempt, (await loaded).ClientGuides);
  }

  get current(): Session {
    const session = this.sessions.find('notes');
    assert.ok(session);
    return session;
  }

  async configure(oauth: OAuthSettings, changes: Partial<Server> = {}): Promise<Session> {
    await this.sessions.update([serverAt(this.attempt.world.mcpUrl, { oauth, ...changes })]);
    return this.current;
  }

  /** Opens the guide and gives its tab. */
  async open(session: Session): Promise<GuideTab> {
    await this.shown.show(session);
    const tab = this.tabs.at(-1);
    assert.ok(tab);
    return tab;
  }

  /** Lets the server lead to one that registers nobody, and fails there. */
  async closedAt(world: World): Promise<string> {
    const { attempt } = this;
    attempt.world.alter(resourceDocument, { authorization_servers: [world.issuer] });
    world.alter(issuerDocument, { registration_endpoint: undefined });
    attempt.desk.clock.advance(600_001);
    await assert.rejects(this.current.signIn(), { code: 'registration_closed' });
    return new URL(world.issuer).host;
  }

  private get parts(): GuideParts {
    const { ports, records } = this.attempt.desk;
    const findServer = (name: string) => this.sessions.find(name)?.server;
    const note = (list: string[]) => (text: string) => {
      list.push(text);
      return Promise.resolve();
    };
    return {
      sessions: this.sessions,
      findServer,
      redirects: {
        toRegister: async ({ redirectPort = 1 }) => {
          await this.addresses();
          return [{ kind: 'loopback', uri: `http://127.0.0.1:${redirectPort}/callback` }];
        },
      },
      isSecretKept: () => Promise.resolve(false),
      findService: () => undefined,
      signIn: () => Promise.resolve('cancelled'),
      log: ports.log,
      isSandbox: (issuer, serverUrl) => this.sandboxes.get(issuer) === serverUrl,
      openSandboxPage: note(this.opened),
      openExternal: async (url) => {
        await note(this.opened)(url);
        return true;
      },
      copy: note(this.copied),
      openPage: (given) => {
        const tab: GuideTab = new OpenTab(given);
        this.tabs.push(tab);
        return tab;
      },
      setOAuth: async (_, members) => {
        this.written.push(members);
        await this.writing();
        return 'written';
      },
      follow: async () => {
        await this.configure({ ...(this.written.at(-1) as OAuthSettings) });
      },
      store: records,
      keepSecret: writeClientSecret,
      readSecret: readEnteredSecret,
      bind: (...entered) => bindEntered(ports, ...entered),
    };
  }
}
