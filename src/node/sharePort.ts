/**
 * The port that shares are reached at. One window has it; the others look every few seconds whether it is free, and take
 * it over when that window has gone. A program that is none of ours and listens there is noticed and told of.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { request, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Clock } from '../oauth/clock.ts';
import type { Unsubscribe } from '../session/ports.ts';
import type { Shares } from '../session/shares.ts';
import { systemCode } from './exclusivePort.ts';
import { PortListener } from './portListener.ts';
import type { SharePlace, SharePlaces } from './sharePlace.ts';

export interface SharePortParts {
  readonly places: SharePlaces;
  readonly clock: Clock;
  /** Gets every request but the question of another window. */
  readonly listener: RequestListener;
  /** Called once for a port at which a program listens that is none of ours. */
  readonly onForeign: (port: number) => void;
  readonly onFault: (cause: unknown) => void;
}

const retryMs = 2_000;
const answerMs = 2_000;
/** So many looks in a row: a window that is just closing answers no more, and one that is busy not at once. */
const looksBeforeTelling = 3;
const question = /^\/whose\/([\w-]{43})$/;

export class SharePort {
  private readonly parts: SharePortParts;
  private isWanted = false;
  private held: { readonly listener: PortListener; readonly place: SharePlace } | undefined;
  private trying: Promise<void> | undefined;
  private stopTimer: () => void = () => undefined;
  private strange: { readonly port: number; readonly looks: number } | undefined;

  constructor(parts: SharePortParts) {
    this.parts = parts;
  }

  /** What `Host` has to say here; undefined while this window does not listen. */
  get host(): string | undefined {
    return this.held?.listener.address?.host;
  }

  /**
   * Where shares are reached, whichever window listens.
   * @throws what the file system throws.
   */
  async origin(): Promise<string> {
    const { port } = await this.parts.places.open();
    return `http://127.0.0.1:${port}`;
  }

  /** Listens as long as there is a share; nothing does without one. */
  follow(shares: Pick<Shares, 'all' | 'onDidChange'>): Unsubscribe {
    const decide = () => {
      if (shares.all.length > 0) void this.open();
      else this.close();
    };
    const stop = shares.onDidChange(decide);
    decide();
    return () => {
      stop();
      this.close();
    };
  }

  /** Listens as soon as no other window does. Resolves after the first look, which is the last one where it succeeds. */
  open(): Promise<void> {
    this.isWanted = true;
    this.trying ??= this.look().finally(() => (this.trying = undefined));
    return this.trying;
  }

  /** Nothing listens from now on, and open connections end. */
  close(): void {
    this.isWanted = false;
    this.letGo();
  }

  /**
   * Goes to another port, for good.
   * @returns false where another window has done so already.
   * @throws what the file system throws.
   */
  async move(busyPort: number): Promise<boolean> {
    const { port: before } = await this.parts.places.open();
    await this.parts.places.move(busyPort);
    this.letGo();
    await this.open();
    return before === busyPort;
  }

  private letGo(): void {
    this.stopTimer();
    this.held?.listener.close();
    this.held = undefined;
  }

  private async look(): Promise<void> {
    this.stopTimer();
    try {
      const place = await this.parts.places.open();
      // Another window may have moved.
      if (this.held !== undefined && this.held.place.port !== place.port) this.letGo();
      if (this.held === undefined) await this.take(place);
    } catch (thrown) {
      this.parts.onFault(thrown);
    }
    if (!this.isWanted) this.letGo();
    else if (this.held === undefined)
      this.stopTimer = this.parts.clock.after(retryMs, () => void this.open());
  }

  private async take(place: SharePlace): Promise<void> {
    const listener = new PortListener((incoming, response) => this.serve(place, incoming, response), {
      port: place.port,
    });
    try {
      await listener.open();
      this.held = { listener, place };
      this.strange = undefined;
    } catch (thrown) {
      // Windows says so of a port that is reserved.
      if (!['EADDRINUSE', 'EACCES'].includes(systemCode(thrown) ?? '')) throw thrown;
      if (await isOurs(place)) this.strange = undefined;
      else this.noteStrange(place.port);
    }
  }

  private noteStrange(port: number): void {
    const looks = this.strange?.port === port ? this.strange.looks + 1 : 1;
    this.strange = { port, looks };
    if (looks === looksBeforeTelling) this.parts.onForeign(port);
  }

  private serve(place: SharePlace, incoming: IncomingMessage, response: ServerResponse): void {
    const { host, origin } = incoming.headers;
    const [, nonce] = question.exec(incoming.url ?? '') ?? [];
    const isAsked = nonce !== undefined && host === this.host && origin === undefined;
    if (isAsked) response.writeHead(200, { 'content-type': 'text/plain' }).end(proof(place, nonce));
    else this.parts.listener(incoming, response);
  }
}

function proof({ secret }: SharePlace, nonce: string): string {
  return createHmac('sha256', secret).update(nonce).digest('base64url');
}

/** Whether a window of ours listens: only they can answer a question that is new each time. */
function isOurs(place: SharePlace): Promise<boolean> {
  const nonce = randomBytes(32).toString('base64url');
  const expected = Buffer.from(proof(place, nonce));
  return new Promise((resolve) => {
    const outgoing = request(
      { host: '127.0.0.1', port: place.port, path: `/whose/${nonce}`, agent: false },
      (incoming) => {
        incoming.once('data', (chunk: Buffer) => {
          resolve(chunk.length === expected.length && timingSafeEqual(chunk, expected));
          outgoing.destroy();
        });
        incoming.once('close', () => resolve(false));
      },
    );
    outgoing.setTimeout(answerMs, () => outgoing.destroy());
    outgoing.once('error', () => resolve(false)).end();
  });
}
