/** Texts of the shell as they read in English, from files that need no more of the editor than its translations. */
import path from 'node:path';
import esbuild from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Everything that files of `src/vscode/` export.
 * @param files their paths there, without an ending.
 */
export async function loadShellTexts(...files: readonly string[]): Promise<unknown> {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: files.map((name) => `export * from './src/vscode/${name}.ts';`).join('\n'),
      resolveDir: root,
    },
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    write: false,
    alias: { vscode: './src/driver/plainWords.ts' },
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
