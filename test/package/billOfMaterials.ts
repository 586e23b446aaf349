/** What the bundles are made of, for machines: a CycloneDX document of the packages whose code ships. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, type BundledPackage } from './bundledPackages.ts';
import { licenceOf } from './licences.ts';

/** @param root of the repository, whose lock file knows what each package has to hash to. */
export function billOfMaterials(root: string, packages: readonly BundledPackage[]): string {
  const { name, version } = manifestOf(root) as { name: string; version: string };
  const locked = (
    JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version?: string; integrity?: string }>;
    }
  ).packages;
  const components = packages.map((one) => {
    const place = one.folder.slice(one.folder.replaceAll('\\', '/').indexOf('node_modules/'));
    const entry = locked[place.replaceAll('\\', '/')];
    const integrity = entry?.version === one.version ? entry.integrity : undefined;
    return {
      ...component('library', one),
      licenses: [{ license: { id: licenceOf(one).id } }],
      ...hash(integrity),
    };
  });
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: { ...component('application', { name, version }), licenses: [{ license: { id: 'MIT' } }] },
    },
    components,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function component(type: 'application' | 'library', { name, version }: { name: string; version: string }) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { type, 'bom-ref': purl, name, version, purl };
}

function hash(integrity: string | undefined) {
  const [, base64] = /^sha512-(\S+)$/.exec(integrity ?? '') ?? [];
  if (base64 === undefined) return {};
  return { hashes: [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }] };
}
