/** What is in the package that was made: these files, nothing that tells of the machine, and all that the editor looks for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { readArchive, type ArchivedFile } from './archive.ts';
import { manifestOf } from './bundledPackages.ts';
import { isPreRelease, shipped } from './vsix.ts';

const repository = path.resolve(import.meta.dirname, '../..');
let files: ReadonlyMap<string, ArchivedFile>;

before(async () => {
  files = await readArchive(path.join(repository, 'mcp-oauth.vsix'));
});

function textOf(name: string): string {
  const file = files.get(`extension/${name}`);
  assert.ok(file, `${name} is not in the package.`);
  return file.content.toString('utf8');
}

/** The packager gives three files the names that the Marketplace looks for. */
const renamed: Readonly<Record<string, string>> = {
  'CHANGELOG.md': 'changelog.md',
  LICENSE: 'LICENSE.txt',
  'README.md': 'readme.md',
};

/** What no file may say: where it was built, and what would let somebody in. */
const telltales: readonly RegExp[] = [
  /sourceMappingURL/,
  /(?<![\w.])\/(?:work|home|tmp|root|Users|builds?|runner|private\/var)\/\w/,
  /\b[A-Z]:\\+(?:Users|a)\\/,
  /node_modules[\\/]/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[\w+/=]{16}/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bgh[opsur]_[A-Za-z0-9]{36}\b/,
  /\bgithub_pat_\w{22}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /_authToken/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
];

interface Manifest extends Record<string, unknown> {
  readonly main: string;
  readonly icon: string;
  readonly l10n: string;
  readonly engines: { readonly vscode: string };
}

function manifest(): Manifest {
  return JSON.parse(textOf('package.json')) as Manifest;
}

describe('The package', () => {
  it('holds exactly the files that it is to hold', () => {
    const expected = shipped.map((file) => `extension/${renamed[file] ?? file}`);
    assert.deepEqual(
      [...files.keys()],
      ['[Content_Types].xml', 'extension.vsixmanifest', ...expected].sort(),
    );
  });

  it('says nothing of the machine that built it, and has no secret in it', () => {
    const here = [repository, homedir()].map((folder) => `${folder}${path.sep}`);
    const found = [...files].flatMap(([name, { content }]) => {
      const text = content.toString('latin1');
      const said = telltales.map((telltale) => telltale.exec(text)?.[0]).filter((one) => one !== undefined);
      return [...said, ...here.filter((folder) => text.includes(folder))].map((one) => `${name}: ${one}`);
    });
    assert.deepEqual(found, []);
  });

  it('tells the Marketplace what it shows', () => {
    const {
      publisher,
      name,
      version,
      license,
      categories,
      keywords,
      repository: source,
      ...rest
    } = manifest();
    assert.equal(`${String(publisher)}.${String(name)}`, 'mcp-oauth.mcp-oauth');
    assert.match(String(version), /^\d+\.\d+\.\d+$/);
    assert.equal(license, 'MIT');
    for (const list of [categories, keywords]) assert.ok(Array.isArray(list) && list.length > 0);
    assert.match((source as { url: string }).url, /^https:\/\/\S+\.git$/);
    for (const key of ['displayName', 'description', 'homepage', 'bugs', 'galleryBanner', 'pricing'])
      assert.ok(rest[key], `“${key}” is missing.`);
  });

  it('is for the channel of its version', () => {
    const said = files.get('extension.vsixmanifest')?.content.toString('utf8') ?? '';
    assert.equal(said.includes('Microsoft.VisualStudio.Code.PreRelease'), isPreRelease());
  });

  it('has every file that its manifest names, and an icon of the size that the Marketplace wants', () => {
    const { main, icon, l10n, contributes } = manifest();
    const drawn = [...JSON.stringify(contributes).matchAll(/"(media\/[^"]+)"/g)].map(([, file]) => file);
    assert.ok(drawn.length > 0);
    for (const file of [main, icon, `${l10n}/bundle.l10n.de.json`, ...drawn])
      assert.ok(files.has(path.posix.join('extension', String(file))), `${String(file)} is missing.`);
    const png = files.get(`extension/${icon}`)?.content;
    // The width stands behind the signature and the head of the first chunk.
    assert.ok((png?.readUInt32BE(16) ?? 0) >= 128);
  });

  it('has a text for every key of the manifest, in each language, and none besides', () => {
    const keys = [...textOf('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    const languages = [...files.keys()].filter((name) =>
      /^extension\/package\.nls(\.\w+)?\.json$/.test(name),
    );
    assert.deepEqual(languages.length, 2);
    for (const language of languages) {
      const texts = JSON.parse(textOf(path.posix.basename(language))) as object;
      assert.deepEqual(Object.keys(texts).sort(), [...new Set(keys)].sort());
    }
  });

  it('asks for the oldest editor whose interface it was compiled against', () => {
    const types = manifestOf(path.join(repository, 'node_modules/@types/vscode'))['version'];
    const { devDependencies } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    assert.equal(devDependencies['@types/vscode'], types);
    assert.equal(manifest().engines.vscode, `^${String(types)}`);
  });
});
