/** What can be wrong with a translated sentence that a reader of the other language alone would not see. */
import type { Texts } from './translation.ts';

/** What the sentences may refer to, by the English name. */
export interface Names {
  /** Titles of the commands, English to translated. */
  readonly commands: ReadonlyMap<string, string>;
  /** Sentences of more than a few words that are the same in both languages. */
  readonly same: ReadonlySet<string>;
}

/** So long a text is hardly ever the same in two languages. */
const shortLength = 20;

/** A word or two for each fault; none for a sentence that is right. */
export function translationFaults(english: string, translated: string, names: Names): readonly string[] {
  if (translated === '') return ['is missing'];
  const faults: string[] = [];
  for (const [what, found] of Object.entries(keptAsTheyAre))
    if (differ(found(english), found(translated))) faults.push(`has other ${what}`);
  if (english === translated && english.length > shortLength && !names.same.has(english))
    faults.push('is not translated');
  if (/[”"]/.test(translated.replaceAll(/`[^`]*`|\{ "[^}]*\}/g, '')) || !isPaired(translated))
    faults.push('has quotes of another language');
  if (ending(english) !== ending(translated)) faults.push('ends in another way');
  for (const title of commandsNamed(english, names.commands)) {
    const expected = names.commands.get(title);
    if (expected === undefined) faults.push(`names a command that is not there: ${title}`);
    else if (!translated.includes(expected)) faults.push(`calls a command something else than ${expected}`);
  }
  return faults;
}

/** Titles by the English ones. */
export function commandTitles(english: Texts, translated: Texts): ReadonlyMap<string, string> {
  const keys = Object.keys(english).filter((key) => key.startsWith('command.'));
  return new Map(keys.map((key) => [english[key] ?? '', translated[key] ?? '']));
}

/** What means something to a program, or has a name of its own; which is told, and how often is left to the language. */
const keptAsTheyAre: Record<string, (text: string) => readonly string[]> = {
  placeholders: (text) => text.match(/\{\w+\}/g) ?? [],
  'command links': (text) => text.match(/\]\([^)]*\)/g) ?? [],
  addresses: (text) => text.match(/https?:\/\/[^\s)”“`"]*[^\s)”“`".,]/g) ?? [],
  'names in backticks': (text) => text.match(/`[^`]*`/g) ?? [],
  'names of settings': (text) => text.match(/\b(?:mcpOAuth|oauth)\.\w+(?:\.\w+)*/g) ?? [],
  icons: (text) => text.match(/\$\([\w~-]+\)/g) ?? [],
};

function differ(one: readonly string[], other: readonly string[]): boolean {
  const sorted = (texts: readonly string[]) => [...new Set(texts)].sort().join('\n');
  return sorted(one) !== sorted(other);
}

/** German opens with „ and closes with “. */
function isPaired(text: string): boolean {
  return text.split('„').length === text.split('“').length;
}

function ending(text: string): string {
  return /[.…?:!]$/.exec(text)?.[0] ?? '';
}

/** Behind the category, as the palette has them; or in quotes alone, where the quote is the title of one. */
function commandsNamed(text: string, titles: ReadonlyMap<string, string>): readonly string[] {
  const withCategory = [...text.matchAll(/MCP OAuth: (.+?)(?=[”*]|$)/g)].map(([, title = '']) => title);
  const alone = [...text.matchAll(/“([^”]+)”/g)].flatMap(([, title = '']) =>
    titles.has(title) ? [title] : [],
  );
  return [...withCategory, ...alone];
}
