/** The guides that are open, one for each server. */
import type { Disposable } from 'vscode';
import { signInBarrier } from '../../servers/server.ts';
import type { Session } from '../../session/session.ts';
import { ClientGuide, readFacts, type GuideParts } from './clientGuide.ts';

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
    const facts = await readFacts(session, this.parts);
    const now = this.parts.sessions.find(server.name);
    if (now === undefined) return;
    if (now !== session) {
      await this.show(now);
      return;
    }
    const open = this.guides.get(server.name);
    if (open !== undefined) {
      open.showAgain(session, facts);
      return;
    }
    const guide = new ClientGuide(this.parts, session, facts, () => {
      if (this.guides.get(server.name) === guide) this.guides.delete(server.name);
    });
    this.guides.set(server.name, guide);
  }

  dispose(): void {
    this.stop();
    for (const guide of this.guides.values()) guide.dispose();
  }
}
