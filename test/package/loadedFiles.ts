/** Which files an extension is made of, as they import each other: the source, or what was built from it. */
import esbuild from 'esbuild';

export interface LoadedFiles {
  /** The entry and all that it cannot be loaded without. */
  readonly atStartUp: readonly string[];
  /** What is loaded when something asks for it. */
  readonly later: readonly string[];
}

/**
 * @param root of the repository.
 * @param entry what the editor loads; as every path here, relative to the root.
 */
export function loadedFiles(root: string, entry: string): LoadedFiles {
  const { inputs } = esbuild.buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['vscode'],
    metafile: true,
    write: false,
    outdir: 'out',
  }).metafile;
  const atStartUp = new Set([entry]);
  for (const file of atStartUp) {
    for (const { path, kind, external } of inputs[file]?.imports ?? [])
      if (external !== true && kind !== 'dynamic-import') atStartUp.add(path);
  }
  return {
    atStartUp: [...atStartUp],
    later: Object.keys(inputs).filter((file) => !atStartUp.has(file)),
  };
}
