/** The sentences for people as they read in English: their files need an editor, for which plain words stand in. */
import path from 'node:path';
import esbuild from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Everything that files of `src/vscode/messages/` export.
 * @param files their names, without an ending.
 */
export async function loadMessages(...files: readonly string[]): Promise<unknown> {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: files.map((name) => `export * from './src/vscode/messages/${name}.ts';`).join('\n'),
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
