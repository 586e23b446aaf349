/** Texts of the shell as they read in English, from files that need no more of the editor than its translations. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Everything that files of `src/vscode/` export.
 * @param files their paths there, without an ending.
 */
export function loadShellTexts(...files: readonly string[]): Promise<unknown> {
  return load('src/driver/plainWords.ts', pathsOf(files));
}

/**
 * The same of files that draw or ask, and what they did that with: everything that `plainEditor.ts` exports. Classes are
 * others than those that a test imports itself.
 */
export function loadShell(...files: readonly string[]): Promise<unknown> {
  const editor = path
    .relative(root, fileURLToPath(import.meta.resolve('./plainEditor.ts')))
    .replaceAll('\\', '/');
  return load(editor, [...pathsOf(files), `./${editor}`]);
}

function pathsOf(files: readonly string[]): readonly string[] {
  return files.map((name) => `./src/vscode/${name}.ts`);
}

async function load(editor: string, files: readonly string[]): Promise<unknown> {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: files.map((file) => `export * from '${file}';`).join('\n'),
      resolveDir: root,
    },
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    write: false,
    alias: { vscode: `./${editor}` },
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
