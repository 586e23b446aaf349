/** The words of a command line, as it stands in documentation for one shell or another. */

/**
 * As a shell takes a line apart: quotes, and the marks with which a line goes on in the next one; undefined for a quote that
 * stays open. Where a text was pasted into a field of one line, a blank stands for each line break.
 */
export function wordsOf(text: string): readonly string[] | undefined {
  const line = text.replaceAll(/[\\^`][ \t]*\r?\n/g, ' ');
  const words: string[] = [];
  const word = /(?:\s|[\\^`](?=\s))*((?:'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^\s]|[^\s'"\\])+)/y;
  while (word.lastIndex < line.length) {
    const at = word.lastIndex;
    const found = word.exec(line)?.[1];
    if (found === undefined) return line.slice(at).trim() === '' ? words : undefined;
    words.push(found.replaceAll(/'([^']*)'|"((?:\\[^]|[^"\\])*)"|\\([^])/g, unquoted));
  }
  return words;
}

function unquoted(_: string, single?: string, double?: string, escaped?: string): string {
  return single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? '';
}
