/**
 * Lets the windows of one user talk to each other: each listens on a socket or pipe of its own and announces itself in a
 * folder that all of them share. A window that is gone is cleared away, one that does not answer holds nobody up.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../oauth/clock.ts';
import { systemCode } from './exclusivePort.ts';
import { SocketListener } from './socketListener.ts';
import { WindowAnnouncements, type PeerWindow } from './windowAnnouncements.ts';
import { LinkFault, post, readJson } from './windowRequest.ts';

export interface LinkParts {
  /** The folder that all windows share; theirs is made below it. */
  readonly folder: string;
  readonly clock: Clock;
  /** Another window did not answer, or not well; or the folder cannot be used. */
  onFault(cause: unknown): void;
}

export interface Listening {
  /** Answers a message of another window; what it throws is told there as a refusal, and here as a fault. */
  answer(message: unknown): Promise<unknown>;
  /**
   * A window that was passed over has answered after all.
   * @param hasMissed whether there were messages meanwhile that it was not sent.
   */
  onLateAnswer(answer: unknown, hasMissed: boolean): void;
}

/** How long a window is waited for: storing a record takes well below a tenth of a second. */
const patienceMs = 2000;
const maxMessageBytes = 4_194_304;
/** How long a message may stand still on its way in. */
const idleMs = 10_000;

export class WindowLink {
  private readonly parts: LinkParts;
  private readonly listening: Listening;
  private readonly announcements: WindowAnnouncements;
  private readonly path = `/${randomBytes(32).toString('base64url')}`;
  private readonly listener = new SocketListener((request, response) => {
    this.serve(request, response).catch((thrown: unknown) => {
      // A window that goes away in the middle is nobody's fault.
      if (request.destroyed && !request.complete) return;
      this.parts.onFault(thrown);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  private readonly closing = new AbortController();
  /** Windows that were passed over and still owe an answer: nobody waits for them again before it has come. */
  private readonly absent = new Map<string, { hasMissed: boolean }>();

  private constructor(parts: LinkParts, listening: Listening) {
    this.parts = parts;
    this.listening = listening;
    this.announcements = new WindowAnnouncements(parts.folder);
  }

  /**
   * Listens first and is announced then: whoever finds the announcement can reach us.
   * @throws what the file system or `node:net` throws.
   */
  static async open(parts: LinkParts, listening: Listening): Promise<WindowLink> {
    const link = new WindowLink(parts, listening);
    await link.listener.open();
    try {
      await link.announcements.announce({ address: link.listener.address, path: link.path });
    } catch (thrown) {
      link.listener.close();
      throw thrown;
    }
    return link;
  }

  /** Sends a message to all other windows; resolves with the answers once each has answered or was passed over. */
  async ask(message: unknown): Promise<readonly unknown[]> {
    if (this.closing.signal.aborted) return [];
    let peers: readonly PeerWindow[];
    try {
      peers = await this.announcements.others();
    } catch (thrown) {
      this.parts.onFault(thrown);
      return [];
    }
    if (peers.length === 0) return [];
    const text = JSON.stringify(message);
    const answers = await Promise.all(peers.map((peer) => this.askPeer(peer, text)));
    return answers.filter((answer) => answer !== undefined);
  }

  /** At once; who is waited for is waited for no longer. */
  close(): void {
    this.closing.abort();
    this.announcements.retract();
    this.listener.close();
  }

  private askPeer(peer: PeerWindow, text: string): Promise<unknown> {
    const absence = this.absent.get(peer.file);
    if (absence !== undefined) {
      absence.hasMissed = true;
      return Promise.resolve(undefined);
    }
    const { promise, resolve } = Promise.withResolvers<unknown>();
    let isLate = false;
    const stopWaiting = this.parts.clock.after(patienceMs, () => {
      isLate = true;
      this.absent.set(peer.file, this.absent.get(peer.file) ?? { hasMissed: false });
      this.parts.onFault(new LinkFault('no_answer', 'Another window did not answer in time.'));
      resolve(undefined);
    });
    // The request of a window that is late stays open: its answer shows that the window is back.
    void this.exchange(peer, text).then((answer) => {
      stopWaiting();
      resolve(answer);
      if (!isLate) return;
      const hasMissed = this.absent.get(peer.file)?.hasMissed ?? false;
      this.absent.delete(peer.file);
      if (answer !== undefined) this.listening.onLateAnswer(answer, hasMissed);
    });
    return promise;
  }

  /** Undefined where there is no answer, for whatever reason. */
  private async exchange(peer: PeerWindow, text: string): Promise<unknown> {
    try {
      return await post(peer, text, this.closing.signal);
    } catch (thrown) {
      if (this.closing.signal.aborted) return undefined;
      if (!isGone(thrown)) this.parts.onFault(thrown);
      else await this.announcements.clear(peer).catch((cause: unknown) => this.parts.onFault(cause));
      return undefined;
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.admits(request)) {
      response.writeHead(404, { connection: 'close' }).end();
      return;
    }
    request.setTimeout(idleMs, () => request.destroy());
    const message = await readJson(request, maxMessageBytes);
    // To answer may take as long as the editor needs to store a record.
    request.setTimeout(0);
    if (message === undefined) {
      response.writeHead(400, { connection: 'close' }).end();
      return;
    }
    const answer = (await this.listening.answer(message)) ?? null;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  /** Host and Origin keep web pages out, should one find a way to a socket; the path keeps out who was not told it. */
  private admits({ method, url, headers }: IncomingMessage): boolean {
    const isFromPage = headers.origin !== undefined || headers.host !== 'localhost';
    return method === 'POST' && url === this.path && !isFromPage;
  }
}

/** Whether nothing listens there any more. */
function isGone(thrown: unknown): boolean {
  const code = systemCode(thrown);
  return code === 'ECONNREFUSED' || code === 'ENOENT';
}
