/** The table of checks that mutations take out: it follows the source, so that it cannot grow old unseen. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { checks } from '../mutations/checks.ts';
import { mutated, testFile } from '../mutations/securityCheck.ts';

const repository = path.resolve(import.meta.dirname, '../..');

describe('Each check of security that a mutation takes out', () => {
  it('stands in the source once, word for word', async () => {
    const faults = await Promise.all(
      checks.map((check) => mutated(repository, check).then(() => undefined, String)),
    );
    assert.deepEqual(
      faults.filter((fault) => fault !== undefined),
      [],
    );
  });

  it('has a name of its own, and tests that are there', () => {
    assert.equal(new Set(checks.map(({ name }) => name)).size, checks.length);
    const tests = new Set(checks.flatMap(({ tests }) => tests));
    assert.deepEqual(
      [...tests].filter((test) => !existsSync(path.join(repository, testFile(test)))),
      [],
    );
  });

  it('is one of many', () => {
    assert.ok(checks.length >= 60);
  });
});
