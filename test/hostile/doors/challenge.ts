/** `WWW-Authenticate` of every make, and what is concluded from it (checklist 2.1, field case 21). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseChallenge, readingOf } from '../../../src/oauth/challenge.ts';
import { judgeRefusal } from '../../../src/oauth/refusal.ts';
import type { Door } from '../door.ts';
import { challenge, text } from '../hostileText.ts';

interface Case {
  readonly header: string;
  readonly times: number;
  readonly status: number;
}

export const challengeDoor: Door<Case> = {
  name: 'challenge',
  share: 20,
  cases: fc.record({
    header: fc.oneof({ weight: 3, arbitrary: challenge }, text),
    times: fc.oneof({ weight: 20, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 20_000 })),
    status: fc.constantFrom(401, 403, 200),
  }),
  try({ header, times, status }) {
    const whole = header.repeat(Math.min(times, Math.ceil(100_000 / (header.length + 1))));
    const read = parseChallenge(whole);
    judgeRefusal({ status, challenge: read, nonce: undefined, accessToken: 'token' });
    readingOf(read, 'first_contact');
    if (read === undefined) return;
    assert.match(read.scheme, /^(bearer|dpop)$/);
    assert.ok(Number.isSafeInteger(read.maxAgeSeconds ?? 0) && (read.maxAgeSeconds ?? 0) >= 0);
    const plain = whole.replaceAll('\\', '');
    for (const part of [read.resourceMetadata, read.error, read.acrValues, ...(read.scopes ?? [])])
      assert.ok(part === undefined || plain.includes(part.replaceAll('\\', '')), part);
  },
};
