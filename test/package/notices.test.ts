/** The licences of what is in the bundles: all of them there, and a package with another one stops the build. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { readArchive } from './archive.ts';
import { bundledPackages, type BundledPackage } from './bundledPackages.ts';
import { licenceOf } from './licences.ts';
import { shippedBundles } from './vsix.ts';

const repository = path.resolve(import.meta.dirname, '../..');
let packages: readonly BundledPackage[];

before(() => {
  packages = bundledPackages(repository, shippedBundles);
});

/** A package of its own in a folder of its own. */
async function withPackage(
  manifest: object,
  files: Readonly<Record<string, string>>,
  use: (one: BundledPackage) => void,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-licence-'));
  try {
    await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    use({ name: 'stranger', version: '1.0.0', folder, files: [path.join(folder, 'package.json')] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('The notices of other people’s code', () => {
  it('name every package in the bundles, with the text of its licence', async () => {
    const archive = await readArchive(path.join(repository, 'mcp-oauth.vsix'));
    const notices = archive.get('extension/dist/THIRD-PARTY-NOTICES.txt')?.content.toString('utf8') ?? '';
    assert.ok(packages.length >= 40);
    for (const one of packages) {
      const { id, text } = licenceOf(one);
      assert.ok(notices.includes(`\n${one.name} ${one.version} (${id})`), one.name);
      assert.match(text, /copyright|Apache License/i);
      assert.ok(notices.includes(text), one.name);
    }
  });

  it('name those, too, that the manifest asks for at run time', () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const names = new Set(packages.map(({ name }) => name));
    assert.deepEqual(
      Object.keys(dependencies).filter((name) => !names.has(name)),
      [],
    );
  });

  it('name a package that another one carries inside its own files', () => {
    const carried = packages.filter(({ carriedBy }) => carriedBy !== undefined).map(({ name }) => name);
    assert.ok(carried.includes('@cfworker/json-schema'), carried.join());
  });

  it('use every text that this repository keeps for a package without one', () => {
    const kept = readdirSync(path.join(import.meta.dirname, 'licences')).map((file) =>
      file.replace(/\.txt$/, '').replaceAll('+', '/'),
    );
    const bare = packages.filter(
      ({ folder }) => !existsSync(folder) || !readdirSync(folder).some((file) => /^licen[cs]e/i.test(file)),
    );
    assert.deepEqual(kept.sort(), bare.map(({ name }) => name).sort());
  });

  it('stop the build for a licence that nobody has allowed', async () => {
    for (const license of ['GPL-3.0-only', 'SEE LICENSE IN LICENSE', '(MIT OR GPL-3.0-or-later)', undefined])
      await withPackage({ license }, { LICENSE: 'Copyright (c) Somebody' }, (stranger) => {
        assert.throws(
          () => licenceOf(stranger),
          /stranger 1\.0\.0 is under .* not a licence that we may ship/,
        );
      });
  });

  it('stop the build for a package without the text of its licence', async () => {
    await withPackage({ license: 'MIT' }, {}, (stranger) => {
      assert.throws(() => licenceOf(stranger), /stranger 1\.0\.0 comes without the text/);
    });
  });

  it('name who is named in comments alone, which the bundles do not keep', async () => {
    const source = '/*!\n * part\n * Copyright (c) 2011 Somebody Else\n */';
    await withPackage({ license: 'MIT' }, { LICENSE: 'Copyright (c) Somebody', 'part.js': source }, (one) => {
      const files = [path.join(one.folder, 'part.js')];
      assert.equal(
        licenceOf({ ...one, files }).text,
        'Copyright (c) Somebody\n\nCopyright (c) 2011 Somebody Else',
      );
    });
  });
});

describe('The bill of materials', () => {
  it('lists the packages in the bundles, with what each hashes to where it was installed', () => {
    const bill = JSON.parse(readFileSync(path.join(repository, 'dist/mcp-oauth.cdx.json'), 'utf8')) as {
      bomFormat: string;
      components: readonly { name: string; version: string; hashes?: readonly { content: string }[] }[];
    };
    assert.equal(bill.bomFormat, 'CycloneDX');
    assert.deepEqual(
      bill.components.map(({ name, version }) => `${name}@${version}`),
      packages.map(({ name, version }) => `${name}@${version}`),
    );
    const unhashed = bill.components.filter(({ hashes }) => hashes?.[0]?.content.length !== 128);
    const carried = packages.filter(({ carriedBy }) => carriedBy !== undefined);
    assert.deepEqual(
      unhashed.map(({ name }) => name),
      carried.map(({ name }) => name),
    );
  });
});
