/** What holds for every `WWW-Authenticate` there can be (checklist 2.1, field case 21). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseChallenge } from '../../src/oauth/challenge.ts';

const bounded = { numRuns: 300 };
const pieces = [
  'Bearer',
  'DPoP',
  'Basic',
  'realm',
  'resource_metadata',
  'scope',
  'error',
  'max_age',
  '__proto__',
];
const signs = [
  ' ',
  ', ',
  '=',
  '"',
  "'",
  '\\',
  '\t',
  '\n',
  '\0',
  '/',
  'abc==',
  'https://a.example/',
  '\u{1F511}',
];

/** Text that comes near to a challenge without being one. */
const likeness = fc.array(fc.constantFrom(...pieces, ...signs), { maxLength: 60 }).map((all) => all.join(''));
const bytes = fc.uint8Array({ maxLength: 400 }).map((all) => String.fromCharCode(...all));
const header = fc.oneof(fc.string({ unit: 'binary' }), bytes, likeness);

describe('Whatever a server writes as its challenge', { timeout: 30_000 }, () => {
  it('is read or passed over, and nothing in it was made up', () => {
    fc.assert(
      fc.property(header, (text) => {
        const challenge = parseChallenge(text);
        if (challenge === undefined) return;
        const { scheme, resourceMetadata, error, scopes = [], maxAgeSeconds = 0 } = challenge;
        assert.match(scheme, /^(bearer|dpop)$/);
        assert.ok(text.toLowerCase().includes(scheme));
        const plain = text.replaceAll('\\', '');
        for (const part of [resourceMetadata, error, ...scopes])
          assert.ok(part === undefined || plain.includes(part.replaceAll('\\', '')), part);
        assert.ok(Number.isSafeInteger(maxAgeSeconds) && maxAgeSeconds >= 0);
      }),
      bounded,
    );
  });

  it('is read as far as 16 kilobytes, however it goes on', () => {
    fc.assert(
      fc.property(likeness, fc.integer({ min: 1, max: 20_000 }), (text, times) => {
        const long = text.repeat(Math.min(times, Math.ceil(200_000 / (text.length + 1))));
        assert.deepEqual(parseChallenge(long), parseChallenge(long.slice(0, 16_384)));
      }),
      { numRuns: 100 },
    );
  });

  it('gives back what a server wrote by the rules, whatever stands beside it (RFC 9110 §11.2)', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', 'z', '0', '/', ':', '.', '?', '&', '=', ',', ';', '\\', '"', ' ', '%'),
      minLength: 1,
      maxLength: 40,
    });
    const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
    const beside = fc.constantFrom(
      '',
      'Negotiate, ',
      'Basic realm="a, b", ',
      'Negotiate YII==, ',
      'Custom x=y, ',
    );
    const name = fc.constantFrom('resource_metadata', 'Resource_Metadata', 'RESOURCE_METADATA');
    fc.assert(
      fc.property(beside, name, value, value, (before, spelling, address, words) => {
        const text = `${before}Bearer error_description=${quoted(words)}, ${spelling} = ${quoted(address)}`;
        const { resourceMetadata, errorDescription } = parseChallenge(text) ?? {};
        assert.deepEqual([resourceMetadata, errorDescription], [address, words]);
      }),
      bounded,
    );
  });
});
