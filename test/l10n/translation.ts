/** The files of a translation: what each has to say, and what it says. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spokenMessages } from './spokenMessages.ts';

export interface Sentence {
  readonly key: string;
  readonly english: string;
  /** Where the English stands. */
  readonly where: string;
}

/** Texts by key; an empty one is still to be written. */
export type Texts = Readonly<Record<string, string>>;

export interface TranslationFile {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly sentences: readonly Sentence[];
  readonly translated: Texts;
}

const root = path.resolve(import.meta.dirname, '../..');

/** The sentences of the code, and the texts of the manifest. @param language as the editor spells it. */
export function translationFiles(language: string): readonly TranslationFile[] {
  const bundle = `l10n/bundle.l10n.${language}.json`;
  const manifest = `package.nls.${language}.json`;
  return [
    { file: bundle, sentences: sentencesOfCode(), translated: readTexts(bundle) },
    { file: manifest, sentences: sentencesOfManifest(), translated: readTexts(manifest) },
  ];
}

/** The translation with exactly the sentences that there are, in their order. */
export function arranged({ sentences, translated }: TranslationFile): Texts {
  return Object.fromEntries(sentences.map(({ key }) => [key, translated[key] ?? '']));
}

export function writeTexts(file: string, texts: Texts): void {
  writeFileSync(path.join(root, file), `${JSON.stringify(texts, undefined, 2)}\n`);
}

/** Each once, where it is said first. */
function sentencesOfCode(): readonly Sentence[] {
  const byKey = new Map<string, Sentence>();
  for (const { key, message, where } of spokenMessages().messages)
    if (!byKey.has(key)) byKey.set(key, { key, english: message, where });
  return [...byKey.values()];
}

function sentencesOfManifest(): readonly Sentence[] {
  const where = 'package.nls.json';
  return Object.entries(readTexts(where)).map(([key, english]) => ({ key, english, where }));
}

function readTexts(file: string): Texts {
  const place = path.join(root, file);
  return existsSync(place) ? (JSON.parse(readFileSync(place, 'utf8')) as Texts) : {};
}
