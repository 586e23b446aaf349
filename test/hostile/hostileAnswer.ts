/** One answer of a server that means no good: a right one with a few members changed, or something else altogether. */
import fc from 'fast-check';
import { headers, headerValue, noise, rawMembers, written } from './hostileText.ts';

export interface HostileAnswer {
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  /** Members as they are written, in place of those of the right answer. */
  readonly members?: readonly (readonly [string, string])[];
  /** In place of all of it. */
  readonly body?: string;
  /** How it ends: by itself where nothing is said, in the middle, not at all, or far too late. */
  readonly ending?: 'broken' | 'silent' | 'huge' | 'refused';
}

export function answers(members: readonly string[]): fc.Arbitrary<HostileAnswer> {
  const status = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(200, 200, 201, 400, 401, 403) },
    { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
  );
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ members: rawMembers(members) }) },
    {
      weight: 3,
      arbitrary: fc.record({ members: rawMembers(members), status, headers }, { requiredKeys: ['members'] }),
    },
    { weight: 3, arbitrary: fc.record({ body: noise, status, headers }, { requiredKeys: ['body'] }) },
    {
      weight: 1,
      arbitrary: fc.record(
        { ending: fc.constantFrom('broken', 'silent', 'huge', 'refused'), status, headers },
        {
          requiredKeys: ['ending'],
        },
      ),
    },
  );
}

/** @param fill puts what was just sent in the place of the echoes. */
export function responseOf(
  { status, headers: listed = [], members, body, ending }: HostileAnswer,
  right: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: object;
  },
  fill: (text: string) => string,
  signal: AbortSignal | null | undefined,
  onPiece: (bytes: number) => void,
): Response {
  if (ending === 'refused') throw new TypeError('fetch failed');
  const code = status ?? right.status ?? 200;
  const all = new Headers({ 'content-type': 'application/json', ...right.headers });
  for (const [name, value] of listed) all.set(name, headerValue(fill(value)));
  const init = { status: code, headers: all };
  if (code === 204 || code === 205 || code === 304) return new Response(null, init);
  if (ending !== undefined) return new Response(endless(ending, signal, onPiece), init);
  return new Response(fill(body ?? written(right.body ?? {}, members ?? [])), init);
}

function endless(
  ending: 'broken' | 'silent' | 'huge',
  signal: AbortSignal | null | undefined,
  onPiece: (bytes: number) => void,
): ReadableStream {
  const piece = new Uint8Array(262_144).fill(0x20);
  return new ReadableStream({
    start(controller) {
      const end = () => controller.error(signal?.reason);
      if (ending === 'silent') signal?.addEventListener('abort', end, { once: true });
      if (ending === 'broken') controller.enqueue(new TextEncoder().encode('{"access_token":"'));
    },
    pull(controller) {
      if (ending === 'broken') controller.error(new TypeError('terminated'));
      if (ending !== 'huge') return;
      onPiece(piece.byteLength);
      controller.enqueue(piece);
    },
  });
}
