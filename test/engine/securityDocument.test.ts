import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');
const rows = readFileSync(path.join(root, 'SECURITY.md'), 'utf8')
  .split(/^## Threats.*$/m)[1]
  ?.split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:threat|-)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('SECURITY.md', () => {
  it('names for each threat a file that is there and what shows it', () => {
    assert.ok(rows !== undefined && rows.length > 30);
    for (const [, threat, met = '', shown = ''] of rows) {
      assert.ok(met !== '' && /`(?:test\/|npm run )/.test(shown), `“${threat}” lacks its file or its test.`);
      const named = [...`${met} ${shown}`.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, file = '']) => file);
      assert.deepEqual(
        named.filter((file) => !existsSync(path.join(root, file))),
        [],
        threat,
      );
    }
  });
});
