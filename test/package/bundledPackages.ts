/**
 * Which packages of others are in the bundles, as esbuild tells it in `dist/inputs.json`. A package may carry the code of
 * another inside its own files; that one is found by the marks that its bundler left there.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Where it is installed; one that is carried by another may not be. Absolute. */
  readonly folder: string;
  /** Its files in the bundles; absolute. */
  readonly files: readonly string[];
  /** The name of the package that has its code inside. */
  readonly carriedBy?: string;
}

/**
 * @param root of the repository, where the bundles were made for production.
 * @param bundles relative to the root.
 */
export function bundledPackages(root: string, bundles: readonly string[]): readonly BundledPackage[] {
  const inputs = JSON.parse(readFileSync(path.join(root, 'dist/inputs.json'), 'utf8')) as Record<
    string,
    readonly string[]
  >;
  const byFolder = new Map<string, Set<string>>();
  for (const bundle of bundles) {
    const files = inputs[bundle];
    if (files === undefined) throw new Error(`Nothing tells what ${bundle} was made from.`);
    for (const file of files) {
      const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? [];
      if (folder === undefined) continue;
      const of = byFolder.get(folder) ?? new Set();
      byFolder.set(folder, of.add(path.resolve(root, file)));
    }
  }
  const direct = [...byFolder].map(([folder, files]) => installed(path.resolve(root, folder), [...files]));
  const found = new Map<string, BundledPackage>();
  for (const one of [...direct, ...direct.flatMap((carrier) => carried(root, carrier))]) {
    const key = `${one.name}@${one.version}`;
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}

function installed(folder: string, files: readonly string[]): BundledPackage {
  const { name, version } = manifestOf(folder) as { name: string; version: string };
  return { name, version, folder, files };
}

export function manifestOf(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
}

/** `//#region ../../node_modules/.pnpm/content-type@1.0.5/node_modules/content-type/index.js` */
const mark = /^\/\/#region .*\/\.pnpm\/[^/]*?@(\d[^/_(]*)[^/]*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm;

function carried(root: string, { name: carriedBy, files }: BundledPackage): readonly BundledPackage[] {
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(mark)].map(([, version = '', name = '']) => ({
      ...{ name, version, carriedBy },
      folder: path.join(root, 'node_modules', name),
      files: [],
    })),
  );
}
