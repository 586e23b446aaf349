/** A network in memory that takes down every request, and answers as a case says. */
import assert from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { reachOfHost } from '../../src/oauth/reach.ts';
import { maxResponseBytes, type Fetch, type Lookup } from '../../src/oauth/transport.ts';
import type { ManualClock } from '../engine/manualClock.ts';
import { responseOf, type HostileAnswer } from './hostileAnswer.ts';

export interface Sent {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface RightAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export class HostileNetwork {
  readonly sent: Sent[] = [];
  /** Bodies that were answered, with where. */
  readonly served: { readonly url: URL; readonly text: string }[] = [];
  /** How much of an answer without an end was read at the most. */
  longestBytes = 0;
  private readonly answer: (sent: Sent) => { readonly hostile: HostileAnswer; readonly right: RightAnswer };

  constructor(answer: HostileNetwork['answer']) {
    this.answer = answer;
  }

  readonly fetch: Fetch = async (address, init) => {
    assert.equal(init.redirect, 'manual', 'A redirect would be followed.');
    const { body } = init;
    const sent: Sent = {
      url: new URL(address),
      method: init.method ?? 'GET',
      headers: new Headers(init.headers),
      body: body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : '',
    };
    this.sent.push(sent);
    const { hostile, right } = this.answer(sent);
    const fill = (text: string) => {
      const filled = text
        .replaceAll('{{body}}', () => inJson(`${sent.body} ${decodedForm(sent.body)}`))
        .replaceAll('{{authorization}}', () => inJson(sent.headers.get('authorization') ?? ''))
        .replaceAll('{{address}}', () => inJson(address));
      this.served.push({ url: sent.url, text: filled });
      return filled;
    };
    await Promise.resolve();
    let bytes = 0;
    return responseOf(hostile, right, fill, init.signal, (more) => {
      bytes += more;
      this.longestBytes = Math.max(this.longestBytes, bytes);
    });
  };

  /** One name leads into the person's network; all others are somewhere in the world. */
  readonly lookup: Lookup = (name) =>
    Promise.resolve([
      name === 'near.example' ? '10.0.0.7' : name === 'cloud.example' ? '169.254.169.254' : '203.0.113.7',
    ]);

  /** Nothing was sent to where nothing may be for a server of the world, and no answer taken whole (checklist 3.11, 16.1). */
  requireNoNearRequest(): void {
    assert.ok(
      this.longestBytes <= 2 * maxResponseBytes,
      `${this.longestBytes} bytes of one answer were read.`,
    );
    for (const { url } of this.sent) {
      assert.equal(url.protocol, 'https:', url.href);
      assert.equal(url.username + url.password, '', url.href);
      assert.equal(reachOfHost(url.hostname), 'public', url.href);
      assert.ok(url.hostname !== 'near.example' && url.hostname !== 'cloud.example', url.href);
    }
  }

  /** Every request that has one of the secrets in it went to one of the places. */
  requireSentOnlyTo(secrets: readonly string[], isAllowed: (sent: Sent) => boolean): void {
    for (const sent of this.sent) {
      const parts = [
        sent.url.href,
        ...[...sent.headers].flat(),
        sent.body,
        decodedForm(sent.body),
        decodedBasic(sent),
      ];
      for (const secret of secrets)
        if (parts.some((part) => part.includes(secret) || part.includes(encodeURIComponent(secret))))
          assert.ok(isAllowed(sent), `${secret} went to ${sent.method} ${sent.url.href}`);
    }
  }
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function decodedForm(body: string): string {
  return [...new URLSearchParams(body).values()].join(' ');
}

function decodedBasic({ headers }: Sent): string {
  const [, credentials = ''] = /^Basic (.*)$/.exec(headers.get('authorization') ?? '') ?? [];
  return credentials === '' ? '' : Buffer.from(credentials, 'base64').toString('utf8');
}

/** Turns that everything in memory may take before time goes on. */
const quietTurns = 40;
const mostTurns = 20_000;

/**
 * Waits, and turns the clock on in growing steps where nothing else happens; who does not end by then never does. What
 * other threads do, such as signing, gets its time between the turns.
 */
export async function settled<Result>(
  work: Promise<Result>,
  clock: ManualClock,
  network: HostileNetwork,
): Promise<Result> {
  const over = new AbortController();
  const end = () => over.abort();
  work.then(end, end);
  let [quiet, before, stepMs] = [0, 0, 5_000];
  for (let turn = 0; !over.signal.aborted; turn += 1) {
    assert.ok(turn < mostTurns, 'It does not come to its end.');
    if (quiet < quietTurns || quiet % 8 !== 0) await setImmediate();
    else await setTimeout(1);
    const isQuiet = network.sent.length === before;
    before = network.sent.length;
    quiet = isQuiet ? quiet + 1 : 0;
    if (!isQuiet) stepMs = 5_000;
    if (quiet <= quietTurns + 1) continue;
    clock.advance(stepMs);
    stepMs = Math.min(stepMs * 1.5, 3_600_000);
  }
  return work;
}
