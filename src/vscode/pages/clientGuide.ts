/** The guide to a client of the person's own: what is shown, and what becomes of what a person enters. */
import type { Disposable } from 'vscode';
import { AuthError, quotable } from '../../oauth/authError.ts';
import type { FindService } from '../../oauth/habits.ts';
import { shownUrl, signInBarrier, type Server } from '../../servers/server.ts';
import type { Log } from '../../session/ports.ts';
import type { Session } from '../../session/session.ts';
import type { Sessions } from '../../session/sessions.ts';
import { holdsGrant, resting } from '../../session/state.ts';
import { failureSentence } from '../messages/failures.ts';
import { guideMessages as messages } from '../messages/guide.ts';
import type { Redirects } from '../redirects.ts';
import type { signInWithPerson } from '../signInCommand.ts';
import { ClientEntry, type ClientEntryParts } from './clientEntry.ts';
import { guideIssuer, isAbout, noticeFor } from './guideFacts.ts';
import { guidePage } from './guidePage.ts';
import { readGuideRequest, type GuideNews, type GuideRequest, type SaveRequest } from './guideRequests.ts';
import type { OpenPage, PanelParts } from './pagePanel.ts';
import {
  hostOf,
  isAlike,
  shownGuide,
  type GuideFacts,
  type IsSandbox,
  type ShownGuide,
} from './shownGuide.ts';

export interface GuideParts extends ClientEntryParts {
  readonly sessions: Pick<Sessions, 'find' | 'onDidChange'>;
  readonly redirects: Pick<Redirects, 'toRegister'>;
  /** Whether a secret is kept for the client of the settings. */
  readonly isSecretKept: (server: Server) => Promise<boolean>;
  readonly findService: FindService;
  readonly signIn: typeof signInWithPerson;
  readonly log: Log;
  readonly isSandbox: IsSandbox;
  /** Opens the page of such a sandbox on which a client is registered by hand. */
  readonly openSandboxPage: (issuer: string) => Promise<void>;
  readonly openExternal: (url: string) => Promise<boolean>;
  readonly copy: (text: string) => Promise<void>;
  readonly openPage: (page: PanelParts<GuideRequest>) => OpenPage;
}

export async function readFacts(
  { server }: Session,
  { redirects, isSecretKept }: Pick<GuideParts, 'redirects' | 'isSecretKept'>,
): Promise<GuideFacts> {
  const [uris, isKept] = await Promise.all([
    redirects.toRegister(server.oauth === false ? {} : server.oauth),
    isSecretKept(server).catch(() => false),
  ]);
  return { uris, isSecretKept: isKept };
}

/** The guide of one server, as long as its tab is open. */
export class ClientGuide implements Disposable {
  private readonly parts: GuideParts;
  private readonly name: string;
  /** What was entered for one address must never go to another (invariant 2). */
  private readonly url: string;
  private readonly page: OpenPage;
  private shown: ShownGuide;
  private heldGrant: boolean;
  private isBusy = false;
  private isOpen = true;

  constructor(parts: GuideParts, session: Session, facts: GuideFacts, onClose: () => void) {
    const { server } = session;
    this.parts = parts;
    this.name = server.name;
    this.url = server.url;
    this.heldGrant = holdsGrant(resting(session.state));
    this.shown = shownGuide(parts, this.url, guideIssuer(session), facts);
    this.page = parts.openPage({
      viewType: 'mcpOAuth.clientGuide',
      tab: messages.tab(quotable(server.name) ?? ''),
      page: this.draw(session, facts),
      read: readGuideRequest,
      onMessage: (request) => {
        this.answer(request).catch((thrown: unknown) => {
          parts.log.error('guide_request_failed', { server: server.name }, thrown);
          // So that the person can try again.
          this.post({ kind: 'done', text: '' });
        });
      },
      onClose: () => {
        this.isOpen = false;
        onClose();
      },
    });
  }

  /** Shows it again, with the reason why it is asked for this time; anew where it would say something else by now. */
  showAgain(session: Session, facts: GuideFacts): void {
    // What is being saved is not cut short for an address.
    const now = shownGuide(this.parts, this.url, this.shown.issuer, facts);
    const isSame = this.isBusy || isAlike(now, this.shown);
    if (isSame && isAbout(this.shown.issuer, session)) this.post({ kind: 'notice', ...noticeFor(session) });
    else this.replace(session, facts);
    this.page.reveal();
  }

  /**
   * A sign-in that works needs no guide, and neither does a server that is gone or elsewhere now. Where another authorization
   * server is asked, the guide is about that one from then on.
   */
  follow(): void {
    const session = this.session();
    if (session === undefined) {
      this.dispose();
      return;
    }
    const holds = holdsGrant(resting(session.state));
    const isSignedIn = holds && !this.heldGrant;
    this.heldGrant = holds;
    if (isSignedIn) this.dispose();
    else if (!isAbout(this.shown.issuer, session))
      this.move(session).catch((thrown: unknown) =>
        this.parts.log.error('guide_not_moved', { server: this.name }, thrown),
      );
  }

  dispose(): void {
    this.page.dispose();
  }

  private async move(session: Session): Promise<void> {
    const facts = await readFacts(session, this.parts);
    if (this.session() === session && !isAbout(this.shown.issuer, session)) this.replace(session, facts);
  }

  /** Nothing that was typed for one authorization server is left for another. */
  private replace(session: Session, facts: GuideFacts): void {
    const isMoved = !isAbout(this.shown.issuer, session);
    this.shown = shownGuide(this.parts, this.url, guideIssuer(session) ?? this.shown.issuer, facts);
    this.page.replace(this.draw(session, facts, isMoved));
  }

  private draw(session: Session, facts: GuideFacts, isMoved = false): PanelParts<never>['page'] {
    const { server } = session;
    const { issuer, service, isSandbox } = this.shown;
    const { host } = new URL(this.url);
    return guidePage({
      server: { name: server.name, url: shownUrl(server) },
      host: hostOf(issuer) ?? host,
      notice: noticeFor(session),
      isMoved,
      ...facts,
      service,
      isSandbox,
      settings: server.oauth === false ? {} : server.oauth,
    });
  }

  private async answer(request: GuideRequest): Promise<void> {
    switch (request.kind) {
      case 'copy': {
        const uri = this.shown.uris[request.index]?.uri;
        if (uri === undefined) return;
        await this.parts.copy(uri);
        this.post({ kind: 'copied', index: request.index });
        return;
      }
      case 'open': {
        const { issuer, service, isSandbox } = this.shown;
        const page = service?.registrationPage;
        if (isSandbox && issuer !== undefined) await this.parts.openSandboxPage(issuer);
        else if (page !== undefined) await this.parts.openExternal(page);
        return;
      }
      case 'save':
        await this.save(request);
    }
  }

  private async save(request: SaveRequest): Promise<void> {
    const session = this.session();
    if (this.isBusy || session === undefined) return;
    if (!isAbout(this.shown.issuer, session)) {
      await this.move(session);
      return;
    }
    this.isBusy = true;
    try {
      this.post({ kind: 'working', text: messages.saving() });
      const problem = await new ClientEntry(this.parts).save(session.server, request, {
        issuer: this.shown.issuer,
        redirectPort: this.portFor(request),
      });
      // The settings may have made another session of it.
      const saved = this.session();
      if (problem === undefined && saved !== undefined) {
        this.post({ kind: 'working', text: messages.signingIn() });
        await this.signIn(saved);
      } else {
        this.post(problem ?? { kind: 'done', text: '' });
      }
    } finally {
      this.isBusy = false;
    }
  }

  /** From what was shown: the page itself names no port. */
  private portFor({ redirect }: SaveRequest): number | undefined {
    return this.shown.uris.find(
      ({ kind, portToSet }) => portToSet !== undefined && [kind, 'all'].includes(redirect),
    )?.portToSet;
  }

  private async signIn(session: Session): Promise<void> {
    const result = await this.parts.signIn(session, undefined, {}, () => this.isOpen);
    if (result instanceof AuthError) {
      this.post({ kind: 'problem', text: messages.signInFailed(failureSentence(result)) });
    } else if (result === 'granted') {
      this.dispose();
    } else {
      const text = result === 'cancelled' ? messages.cancelled() : messages.notNeeded();
      this.post({ kind: 'done', text });
    }
  }

  private session(): Session | undefined {
    const session = this.parts.sessions.find(this.name);
    return session?.server.url === this.url && signInBarrier(session.server) === undefined
      ? session
      : undefined;
  }

  private post(news: GuideNews): void {
    this.page.post(news);
  }
}
