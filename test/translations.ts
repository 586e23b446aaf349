/**
 * `npm run l10n`: brings the German files in line with the English sentences. What is said no longer is dropped, and
 * what is new stands there with an empty text to fill in; both are printed.
 */
import { arranged, translationFiles, writeTexts } from './l10n/translation.ts';

for (const translation of translationFiles('de')) {
  const { file, sentences, translated } = translation;
  const texts = arranged(translation);
  writeTexts(file, texts);
  const missing = sentences.filter(({ key }) => texts[key] === '');
  const dropped = Object.entries(translated).filter(
    ([key, text]) => !Object.hasOwn(texts, key) && text !== '',
  );
  console.log(
    `${file}: ${sentences.length} sentences, ${missing.length} to write, ${dropped.length} dropped`,
  );
  // As they stand in the file, so that they can be filled in here and put there.
  for (const { key, english, where } of missing)
    console.log(`  ${JSON.stringify(key)}: "", // ${where}${key === english ? '' : ` ${english}`}`);
  for (const [key, text] of dropped)
    console.log(`  dropped: ${JSON.stringify(key)}: ${JSON.stringify(text)}`);
}
