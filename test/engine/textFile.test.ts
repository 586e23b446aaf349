import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readTextFile } from '../../src/node/textFile.ts';

describe('A file that a person named', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is read whole', async () => {
    const file = path.join(folder, 'token');
    await writeFile(file, 'a.b.c\n');
    assert.equal(await readTextFile(file), 'a.b.c\n');
  });

  it('is refused where it cannot hold a token: too large, a folder, a device without end, or none', async () => {
    const large = path.join(folder, 'large');
    await writeFile(large, 'x'.repeat(70_000));
    for (const file of [large, folder, '/dev/zero', path.join(folder, 'none')])
      await assert.rejects(readTextFile(file), file);
  });
});
