import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import esbuild from 'esbuild';
import { loadedFiles } from '../package/loadedFiles.ts';

const root = path.resolve(import.meta.dirname, '../..');
const src = path.join(root, 'src');

/** Which folders, packages and hosts each folder may import; `src` is the composition root. */
const allowed: Record<string, readonly string[]> = {
  oauth: ['oauth4webapi', 'zod'],
  servers: ['oauth', 'zod', 'jsonc-parser', 'smol-toml'],
  session: ['oauth', 'servers', 'zod'],
  gateway: ['session', 'oauth', 'servers', 'node:'],
  node: ['session', 'oauth', 'node:'],
  vscode: ['session', 'oauth', 'servers', 'vscode'],
  driver: [
    'gateway',
    'node',
    'session',
    'oauth',
    'servers',
    'vscode-messages',
    'node:',
    '@modelcontextprotocol',
  ],
  mcpClient: ['@modelcontextprotocol'],
  sandbox: ['node:', 'oidc-provider', 'jose', '@modelcontextprotocol', '@passwordless-id', 'zod'],
  '.': [
    ...['vscode', 'vscode-messages', 'vscode-folder', 'mcpClient'],
    ...['gateway', 'node', 'session', 'oauth', 'servers'],
  ],
};

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(path.join(src, file), 'utf8');
  const folder = path.dirname(file).split(path.sep)[0] ?? '.';
  return specifiersIn(text).map((specifier) => ({ file, folder, target: targetOf(file, specifier) }));
});

/** What is imported, at once or later. */
function specifiersIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:\bfrom\s|\bimport|\brequire\()\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    ([, specifier = '']) => specifier,
  );
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:';
  if (!specifier.startsWith('.'))
    return specifier.startsWith('@') ? (specifier.split('/')[0] ?? '') : (specifier.split('/')[0] ?? '');
  const target = path.relative(src, path.resolve(src, path.dirname(file), specifier)).split(path.sep);
  const folder = target.length === 1 ? '.' : (target[0] ?? '.');
  if (folder === 'vscode' && target[1] === 'messages') return 'vscode-messages';
  return folder === 'vscode' ? 'vscode-folder' : folder;
}

/** At the top of a file, or in an object there. */
const makesSchema =
  /^(?:(?:export )?const \w+[^=\n]*= (?:z\.(?!lazy\()|orElse\()| {2}\w+: z\.(?!lazy\(|\w+<))/m;

describe('The architecture, derived from the source', () => {
  it('has every folder that it speaks of, and no other', () => {
    const folders = new Set(files.map((file) => path.dirname(file).split(path.sep)[0]));
    assert.deepEqual([...folders].sort(), Object.keys(allowed).sort());
  });

  it('has its arrows in one direction', () => {
    const wrong = imports.filter(({ folder, target }) => {
      const own = folder === 'vscode' ? 'vscode-folder' : folder;
      // The sentences are the shell's own.
      if (folder === 'vscode' && target === 'vscode-messages') return false;
      return target !== own && allowed[folder]?.includes(target) !== true;
    });
    assert.deepEqual(wrong, []);
  });

  it('overlooks no import that is made later', () => {
    const texts = files.map((file) =>
      readFileSync(path.join(src, file), 'utf8').replace(/^ *(\*|\/\/).*$/gm, ''),
    );
    const later = texts.flatMap((text) => [...text.matchAll(/\bimport\s*\(/g)]);
    const named = texts.flatMap((text) => [...text.matchAll(/\bimport\s*\(\s*(['"])[^'"]+\1,?\s*\)/g)]);
    assert.ok(later.length > 0);
    assert.equal(named.length, later.length);
    assert.ok(specifiersIn("await import(\n'./later.ts',\n)").includes('./later.ts'));
  });

  it('starts up without the protocol, the sandbox and what only a sign-in needs', () => {
    const { atStartUp, later } = loadedFiles(root, 'src/extension.ts');
    const heavy =
      /oauth4webapi|session\/signIn\.ts$|\/renewal\.ts$|\/sandbox|loopbackReceiver|linkedRecords|jsonc-parser|smol-toml|shareDoor|gateway\/gateway\.ts$|\/exchange\.ts$/;
    assert.deepEqual(
      atStartUp.filter((file) => heavy.test(file)),
      [],
    );
    assert.ok(later.some((file) => file.includes('oauth4webapi')));
  });

  it('makes no schema until something is read with it: a start would wait for each', () => {
    const eager = loadedFiles(root, 'src/extension.ts').atStartUp.filter(
      (file) => file.startsWith('src/') && makesSchema.test(readFileSync(path.join(root, file), 'utf8')),
    );
    assert.deepEqual(eager, []);
    assert.match('export const Account = z.object({', makesSchema);
    assert.match("const Kind: z.ZodMiniType = z.enum(['a']);", makesSchema);
    assert.match('  schema: z.object({ secret: z.string() }),', makesSchema);
  });

  it('lets nobody import the sandbox', () => {
    assert.deepEqual(
      imports.filter(({ folder, target }) => target === 'sandbox' && folder !== 'sandbox'),
      [],
    );
  });

  it('keeps the rule off in no file of the source', () => {
    const silenced = files.filter((file) =>
      readFileSync(path.join(src, file), 'utf8').includes('eslint-disable no-restricted'),
    );
    assert.deepEqual(silenced, []);
  });

  it('has an engine that bundles for a platform that is neither Node nor an editor', async () => {
    const engine = files
      .filter((file) => /^(oauth|session|servers)[\\/]/.test(file))
      .map((file) => path.join(src, file));
    const built = await esbuild.build({
      entryPoints: engine,
      bundle: true,
      platform: 'neutral',
      mainFields: ['module', 'main'],
      write: false,
      outdir: 'out',
      logLevel: 'silent',
    });
    assert.ok(built.outputFiles.length > 0);
    await assert.rejects(
      esbuild.build({
        stdin: { contents: "import 'node:fs'", resolveDir: src },
        bundle: true,
        platform: 'neutral',
        write: false,
        logLevel: 'silent',
      }),
      'The fence itself: a stray import has to fail.',
    );
  });

  it('spells wire names in one folder (invariant 3)', () => {
    const names =
      /\b(client_id|client_secret|client_name|redirect_uris?|grant_types?|response_types?|access_token|refresh_token|id_token|token_type|expires_in|code_verifier|code_challenge\w*|error_description|authorization_servers|scopes_supported|\w+_endpoint|application_type|software_id|preferred_username|resource_metadata)\b(?=['"]?\s*[:=\]),])/;
    const spelling = files.filter((file) => {
      const folder = path.dirname(file).split(path.sep)[0];
      if (path.dirname(file) === path.join('oauth', 'wire')) return false;
      const code = readFileSync(path.join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      return folder !== 'sandbox' && names.test(code);
    });
    assert.deepEqual(spelling, []);
  });

  it('keeps sentences for people in one folder, and only what fills them in outside (invariant 3)', () => {
    const speaking = files.filter((file) => readFileSync(path.join(src, file), 'utf8').includes('l10n'));
    const outside = speaking.filter((file) => path.dirname(file) !== path.join('vscode', 'messages'));
    assert.deepEqual(outside, [path.join('driver', 'plainWords.ts')]);
  });

  it('has no file over 300 lines and none whose name says nothing', () => {
    const long = files.filter((file) => readFileSync(path.join(src, file), 'utf8').split('\n').length > 300);
    assert.deepEqual(long, []);
    assert.deepEqual(
      files.filter((file) => /(manager|hub|utils?|helpers?|common|misc)[^/\\]*$/i.test(file)),
      [],
    );
  });
});
