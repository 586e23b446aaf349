/** Editors made from VS Code are detected by what they can do: the extension starts in those that have less. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import type { registerMcpDefinitions } from '../../src/vscode/mcpDefinitions.ts';

const repository = path.resolve(import.meta.dirname, '../..');

/** An editor that is made from VS Code and has no part for MCP servers, as far as the module below asks for it. */
const leaner = `
export class Disposable { constructor(dispose) { this.dispose = dispose; } }
export class EventEmitter { constructor() { throw new Error('Nothing is followed where nobody is told.'); } }
export const [Uri, commands, window] = [{}, {}, {}];
export const l10n = { t: (message) => message };
`;

/** The module as the editor links it, with that editor behind the name `vscode`. */
async function linkedWith(editor: string, file: string): Promise<unknown> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: repository,
    entryPoints: [file],
    bundle: true,
    format: 'esm',
    write: false,
    external: ['vscode'],
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-editor-'));
  try {
    const text = (outputFiles[0]?.text ?? '').replaceAll('from "vscode"', 'from "./vscode.mjs"');
    await writeFile(path.join(folder, 'vscode.mjs'), editor);
    await writeFile(path.join(folder, 'linked.mjs'), text);
    return await import(pathToFileURL(path.join(folder, 'linked.mjs')).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('An editor without a part for MCP servers', () => {
  it('loads what would give it the servers, which then gives it none', async () => {
    const linked = (await linkedWith(leaner, 'src/vscode/mcpDefinitions.ts')) as {
      registerMcpDefinitions: (...given: unknown[]) => ReturnType<typeof registerMcpDefinitions>;
    };
    linked.registerMcpDefinitions().dispose();
  });

  it('is nowhere asked for that part by a name that it may not have', () => {
    const files = globSync('src/**/*.ts', { cwd: repository });
    const asking = files.filter((file) =>
      [
        ...readFileSync(path.join(repository, file), 'utf8').matchAll(/^import \{([^}]*)\} from 'vscode'/gm),
      ].some(([, names = '']) => /(?<!type )\b(?:lm|chat|Mcp\w+|LanguageModel\w+)\b/.test(names)),
    );
    assert.ok(files.length > 100);
    assert.deepEqual(asking, []);
  });
});
