/** The file that ships with the bundles and says whose code is in them. */
import type { BundledPackage } from './bundledPackages.ts';
import { licenceOf } from './licences.ts';

/** Packages with the same text share it. */
export function noticesFor(packages: readonly BundledPackage[]): string {
  const byText = new Map<string, string[]>();
  for (const one of packages) {
    const { id, text } = licenceOf(one);
    const inside = one.carriedBy === undefined ? '' : `, inside ${one.carriedBy}`;
    byText.set(text, [...(byText.get(text) ?? []), `${one.name} ${one.version} (${id})${inside}`]);
  }
  const notices = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}`);
  return [`MCP OAuth has code of these packages in it.`, ...notices].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}
