/** Editors made from VS Code are detected by what they can do: the extension starts in those that have less. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import esbuild from 'esbuild';
import type { registerMcpDefinitions } from '../../src/vscode/mcpDefinitions.ts';

/** An editor that is made from VS Code and has no part for MCP servers, as far as the module below asks for it. */
const leaner = {
  Disposable: class {
    readonly dispose: () => void;
    constructor(dispose: () => void) {
      this.dispose = dispose;
    }
  },
  EventEmitter: function (): never {
    throw new Error('Nothing is followed where nobody is told.');
  },
  ...{ Uri: {}, commands: {}, window: {} },
  l10n: { t: (message: string) => message },
};

describe('An editor without a part for MCP servers', () => {
  it('loads what would give it the servers, which then gives it none', async () => {
    const module = { exports: {} as { registerMcpDefinitions: typeof registerMcpDefinitions } };
    const load = vm.runInThisContext(
      `(module, require) => {${await built('src/vscode/mcpDefinitions.ts')}}`,
    ) as (given: typeof module, require: (id: string) => unknown) => void;
    load(module, () => leaner);
    const register: (...given: never[]) => { dispose(): unknown } = module.exports.registerMcpDefinitions;
    assert.doesNotThrow(() => register().dispose());
  });
});

/** As the editor loads it: CommonJS, in which a name that is missing is no more than undefined. */
async function built(file: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: path.resolve(import.meta.dirname, '../..'),
    entryPoints: [file],
    bundle: true,
    format: 'cjs',
    write: false,
    external: ['vscode'],
  });
  return outputFiles[0]?.text ?? '';
}
