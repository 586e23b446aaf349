/** The licence of each package in the bundles: one of those that let us ship its code, with the text that it asks to be kept. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, type BundledPackage } from './bundledPackages.ts';

export interface Licence {
  /** As SPDX names it. */
  readonly id: string;
  readonly text: string;
}

/** What asks for no more than that its text goes along. Anything else is for a person to read first. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/** Packages that come without a text: their licence as their repositories tell it, with the text in `licences/`. */
const withoutText: Readonly<Record<string, string>> = {
  '@cfworker/json-schema': 'MIT',
  'koa-compose': 'MIT',
};

const textFile = /^(?:licen[cs]e|copying|notice|third-party-notices)/i;

/** @throws Error that names the package whose licence is not known, not allowed or has no text. */
export function licenceOf({ name, version, folder, files }: BundledPackage): Licence {
  const isInstalled = existsSync(path.join(folder, 'package.json'));
  const id = isInstalled ? manifestOf(folder)['license'] : withoutText[name];
  if (typeof id !== 'string' || !allowed.has(id)) {
    throw new Error(`${name} ${version} is under ${String(id)}, which is not a licence that we may ship.`);
  }
  const texts = isInstalled ? textsIn(folder) : [];
  if (texts.length === 0 && withoutText[name] === id) texts.push(ownText(name));
  if (texts.length === 0) throw new Error(`${name} ${version} comes without the text of its licence.`);
  const text = texts.join('\n\n');
  const further = copyrightsIn(files).filter((line) => !comparable(text).includes(comparable(line)));
  return { id, text: [text, ...(further.length > 0 ? [further.join('\n')] : [])].join('\n\n') };
}

function textsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => textFile.test(name));
  return names.sort().map((name) => cleaned(readFileSync(path.join(folder, name), 'utf8')));
}

function ownText(name: string): string {
  const file = `${name.replaceAll('/', '+')}.txt`;
  return cleaned(readFileSync(path.join(import.meta.dirname, 'licences', file), 'utf8'));
}

function cleaned(text: string): string {
  return text.replaceAll(/[ \t]*\r?\n/g, '\n').trim();
}

/** Who is named in comments that ask to be kept: the bundles have no comments. */
function copyrightsIn(files: readonly string[]): readonly string[] {
  const lines = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\/\*!([\s\S]*?)\*\//g)].flatMap(([, comment = '']) =>
      [...comment.matchAll(/copyright\s*\(c\).*/gi)].map(([line]) => line.trim()),
    ),
  );
  return [...new Set(lines)];
}

function comparable(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');
}
