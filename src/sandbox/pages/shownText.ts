// Text from outside as a page may show it. Escaping keeps it from being HTML; this keeps it from looking like
// something else: from turning its neighbours round, hiding them or pushing them off the page.

/** White space of any width, line breaks among it. */
const gaps = /\s+/gu;
/** Control, format and unassigned characters (U+202E and its like), fillers, and the empty Braille pattern. */
const invisible = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Marks pile up above and below their letter; no language needs more than four on one. */
const piledMarks = /(\p{M}{4})\p{M}+/gu;

/** More than any script needs on average. */
const codePointsPerCharacter = 4;

const splitter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** One line of at most `limit` characters, with an ellipsis where it was cut; empty if there is nothing to see. */
export function toLine(text: string, limit: number): string {
  const line = text
    .replace(gaps, ' ')
    .replace(invisible, '')
    .replace(piledMarks, '$1')
    .replace(gaps, ' ')
    .trim();
  // One character to the eye can be made of any number of code points.
  const short = Array.from(line)
    .slice(0, limit * codePointsPerCharacter)
    .join('');
  const characters = Array.from(splitter.segment(short), ({ segment }) => segment);
  if (characters.length <= limit && short === line) return line;
  const start = characters.slice(0, limit - 1).join('');
  return `${start.trimEnd()}…`;
}
