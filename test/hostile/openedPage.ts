/** Pages that a browser was sent to: what of them is secret, and what has to be so of each (checklist 7). */
import assert from 'node:assert/strict';
import { requireHidden } from './door.ts';

/** State, and verifiers of attempts that wait. */
export function secretsOfPages(
  pages: readonly URL[],
  records: ReadonlyMap<string, string>,
): readonly string[] {
  const verifiers = [...records.values()].flatMap((record) =>
    [...record.matchAll(/"codeVerifier":"([^"]+)"/g)].map(([, verifier = '']) => verifier),
  );
  const states = pages.map((page) => page.searchParams.get('state') ?? '');
  return [...verifiers, ...states].filter((secret) => secret !== '');
}

export function requireSoundPage(page: URL, hidden: readonly string[]): void {
  assert.equal(page.protocol, 'https:');
  if (page.searchParams.has('request_uri')) return;
  assert.equal(page.searchParams.get('code_challenge_method'), 'S256');
  assert.match(page.searchParams.get('code_challenge') ?? '', /^[\w-]{43}$/);
  assert.equal(page.searchParams.getAll('state').length, 1);
  assert.equal(page.searchParams.getAll('redirect_uri').length, 1);
  requireHidden(hidden, page.href);
}
