/** The guides that are open, one for each server: what is shown, and what becomes of what a person enters. */
import { env, type Disposable } from 'vscode';
import { AuthError, quotable } from '../../oauth/authError.ts';
import type { FindService, KnownService } from '../../oauth/habits.ts';
import { parseUrl } from '../../oauth/secureUrl.ts';
import { signInBarrier, type Server } from '../../servers/server.ts';
import type { Log } from '../../session/ports.ts';
import type { Session } from '../../session/session.ts';
import type { Sessions } from '../../session/sessions.ts';
import { holdsGrant, resting } from '../../session/state.ts';
import { failureSentence } from '../messages/failures.ts';
import { guideMessages as messages } from '../messages/guide.ts';
import type { RegistrableUri, Redirects } from '../redirects.ts';
import type { signInWithPerson } from '../signInCommand.ts';
import { ClientEntry, type ClientEntryParts } from './clientEntry.ts';
import { guideIssuer, noticeFor } from './guideFacts.ts';
import { guidePage } from './guidePage.ts';
import { readGuideRequest, type GuideNews, type GuideRequest, type SaveRequest } from './guideRequests.ts';
import { PagePanel } from './pagePanel.ts';

export interface GuideParts extends ClientEntryParts {
  readonly sessions: Sessions;
  /** The address as it stands in the settings: what stands for a variable may be a secret. */
  readonly writtenUrl: (server: string) => string | undefined;
  readonly redirects: Pick<Redirects, 'toRegister'>;
  /** Whether a secret is kept for the client of the settings. */
  readonly isSecretKept: (server: Server) => Promise<boolean>;
  readonly findService: FindService;
  readonly signIn: typeof signInWithPerson;
  readonly log: Log;
  readonly openExternal: (url: string) => Promise<boolean>;
}

export class ClientGuides implements Disposable {
  private readonly parts: GuideParts;
  private readonly guides = new Map<string, ClientGuide>();
  private readonly stop: () => void;

  constructor(parts: GuideParts) {
    this.parts = parts;
    this.stop = parts.sessions.onDidChange(() => {
      for (const guide of this.guides.values()) guide.follow();
    });
  }

  /** Opens the guide for a server, or brings the one that is open to the front. */
  async show(session: Session): Promise<void> {
    const { server } = session;
    if (signInBarrier(server) !== undefined || server.oauth === false) return;
    if (this.reveal(session)) return;
    const { redirects, isSecretKept } = this.parts;
    const [uris, isKept] = await Promise.all([
      redirects.toRegister(server.oauth),
      isSecretKept(server).catch(() => false),
    ]);
    // Asked for twice at once, or gone meanwhile.
    if (this.reveal(session) || this.parts.sessions.find(server.name) === undefined) return;
    const guide = new ClientGuide(this.parts, session, { uris, isSecretKept: isKept }, () => {
      if (this.guides.get(server.name) === guide) this.guides.delete(server.name);
    });
    this.guides.set(server.name, guide);
  }

  dispose(): void {
    this.stop();
    for (const guide of this.guides.values()) guide.dispose();
  }

  private reveal(session: Session): boolean {
    const guide = this.guides.get(session.server.name);
    if (guide === undefined) return false;
    if (guide.isAbout(session)) {
      guide.reveal(session);
      return true;
    }
    // Nothing that was typed for one authorization server is left for another.
    guide.dispose();
    return false;
  }
}

class ClientGuide implements Disposable {
  private readonly parts: GuideParts;
  private readonly name: string;
  /** What was entered for one address must never go to another (invariant 2). */
  private readonly url: string;
  /** Whom the page names; the client is entered for that one alone. */
  private readonly issuer: string | undefined;
  private readonly uris: readonly RegistrableUri[];
  private readonly service: KnownService | undefined;
  private readonly panel: PagePanel<GuideRequest>;
  private heldGrant: boolean;
  private isBusy = false;

  constructor(
    parts: GuideParts,
    session: Session,
    facts: { readonly uris: readonly RegistrableUri[]; readonly isSecretKept: boolean },
    onClose: () => void,
  ) {
    const { server } = session;
    this.parts = parts;
    this.name = server.name;
    this.url = server.url;
    this.uris = facts.uris;
    this.heldGrant = holdsGrant(resting(session.state));
    const serverHost = new URL(server.url).host;
    const settings = server.oauth === false ? {} : server.oauth;
    this.issuer = guideIssuer(session);
    const asked = this.issuer === undefined ? undefined : parseUrl(this.issuer)?.host;
    this.service = parts.findService(asked, serverHost);
    this.panel = new PagePanel({
      viewType: 'mcpOAuth.clientGuide',
      tab: messages.tab(quotable(server.name) ?? ''),
      page: guidePage({
        server: { name: server.name, url: parts.writtenUrl(server.name) ?? serverHost },
        host: asked ?? serverHost,
        notice: noticeFor(session),
        ...facts,
        service: this.service,
        settings,
      }),
      preserveFocus: false,
      read: readGuideRequest,
      onMessage: (request) => {
        this.answer(request).catch((thrown: unknown) => {
          parts.log.error('guide_request_failed', { server: server.name }, thrown);
          // So that the person can try again.
          this.post({ kind: 'done', text: '' });
        });
      },
      onClose,
    });
  }

  isAbout(session: Session): boolean {
    return guideIssuer(session) === this.issuer;
  }

  /** Shows it again, with the reason why it is asked for this time. */
  reveal(session: Session): void {
    this.post({ kind: 'notice', ...noticeFor(session) });
    this.panel.reveal();
  }

  /** A sign-in that works needs no guide, and neither does a server that is gone or elsewhere now. */
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
  }

  dispose(): void {
    this.panel.dispose();
  }

  private async answer(request: GuideRequest): Promise<void> {
    switch (request.kind) {
      case 'copy': {
        const uri = this.uris[request.index]?.uri;
        if (uri === undefined) return;
        await env.clipboard.writeText(uri);
        this.post({ kind: 'copied', index: request.index });
        return;
      }
      case 'open': {
        const page = this.service?.registrationPage;
        if (page !== undefined) await this.parts.openExternal(page);
        return;
      }
      case 'save':
        await this.save(request);
    }
  }

  private async save(request: SaveRequest): Promise<void> {
    const session = this.session();
    if (this.isBusy || session === undefined) return;
    this.isBusy = true;
    try {
      this.post({ kind: 'working', text: messages.saving() });
      const { issuer } = this;
      const redirectPort = this.portFor(request);
      const problem = await new ClientEntry(this.parts).save(session.server, request, {
        issuer,
        redirectPort,
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
    return this.uris.find(
      ({ kind, portToSet }) => portToSet !== undefined && [kind, 'all'].includes(redirect),
    )?.portToSet;
  }

  private async signIn(session: Session): Promise<void> {
    const result = await this.parts.signIn(session);
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
    this.panel.post(news);
  }
}
