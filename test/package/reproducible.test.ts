/** Whoever builds the package from the same source gets the same bytes, and can compare them with what was published. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readArchive, sha256Of } from './archive.ts';
import { makePackage } from './vsix.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const sources = [
  ...['.vscodeignore', 'CHANGELOG.md', 'LICENSE', 'README.md', 'package-lock.json', 'package.json'],
  ...['package.nls.de.json', 'package.nls.json', 'tsconfig.json', 'l10n', 'media', 'src'],
];

describe('The package', () => {
  it('has the same bytes when it is built elsewhere, at another time of another zone, with other rights', async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-package-'));
    const { TZ } = process.env;
    const umask = process.umask(0o077);
    try {
      for (const source of sources)
        await cp(path.join(repository, source), path.join(elsewhere, source), { recursive: true });
      await symlink(path.join(repository, 'node_modules'), path.join(elsewhere, 'node_modules'), 'junction');
      process.env['TZ'] = 'Pacific/Chatham';
      const again = await makePackage(elsewhere);
      const first = path.join(repository, 'mcp-oauth.vsix');
      if ((await sha256Of(again)) !== (await sha256Of(first))) await explain(first, again);
      assert.equal(await sha256Of(again), await sha256Of(first));
    } finally {
      process.umask(umask);
      if (TZ === undefined) delete process.env['TZ'];
      else process.env['TZ'] = TZ;
      await rm(elsewhere, { recursive: true, force: true, maxRetries: 3 });
    }
  });

  it('does not say when it was built', async () => {
    const files = [...(await readArchive(path.join(repository, 'mcp-oauth.vsix'))).values()];
    const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? Date.UTC(1980, 0, 1) / 1000);
    // Zip files know even seconds alone.
    assert.ok(files.every(({ writtenAtMs }) => Math.abs(writtenAtMs - seconds * 1000) < 2000));
    assert.ok(files.every(({ mode }) => mode === 0o100644));
  });
});

/** Names the files that differ, which the hashes do not. */
async function explain(first: string, again: string): Promise<void> {
  const [before, after] = [await readArchive(first), await readArchive(again)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const differing = names.filter((name) => {
    const [one, other] = [before.get(name)?.content, after.get(name)?.content];
    return one === undefined || other === undefined || !one.equals(other);
  });
  assert.deepEqual(differing, []);
}
