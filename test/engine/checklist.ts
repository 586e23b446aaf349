// Which test holds which rule: the rules are numbered in `checklist.json`, the titles of tests cite the numbers, and
// `test/README.md` shows both as tables.
import fs from 'node:fs/promises';
import path from 'node:path';

import prettier from 'prettier';
import ts from 'typescript';
import * as z from 'zod';

const folder = path.resolve(import.meta.dirname, '..');
const readme = path.join(folder, 'README.md');
const itsOwnTest = 'engine/checklistCoverage.test.ts';

const Checklist = z.object({
  sections: z.array(z.number()),
  rows: z.array(
    z.object({
      number: z.string(),
      /** M must, MN must not, S should, Y may, DEC a decision of this project; none for a mere fact. */
      keys: z.array(z.enum(['M', 'MN', 'S', 'Y', 'DEC'])),
      rule: z.string(),
      /** Why no test here can hold the rule. */
      elsewhere: z.string().optional(),
    }),
  ),
  fieldCases: z.array(
    z.object({
      number: z.number(),
      case: z.string(),
      /** Decided by a part that is still to come. */
      later: z.boolean().optional(),
    }),
  ),
});
export type Checklist = z.infer<typeof Checklist>;

/** A title of a test and the numbers that it cites, `9.1` of the checklist or `case 7` of the cases from the field. */
export interface Citation {
  readonly file: string;
  readonly title: string;
  readonly numbers: readonly string[];
}

export async function readChecklist(): Promise<Checklist> {
  const text = await fs.readFile(path.join(folder, 'engine/checklist.json'), 'utf8');
  return Checklist.parse(JSON.parse(text));
}

/** All titles of the test files that cite anything, with their files relative to this folder of tests. */
export async function readCitations(): Promise<readonly Citation[]> {
  const files = (await fs.readdir(folder, { recursive: true }))
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules/') && file !== itsOwnTest)
    .sort();
  const found = await Promise.all(
    files.map(async (file) => citationsIn(file, await fs.readFile(path.join(folder, file), 'utf8'))),
  );
  return found.flat();
}

/** A title is any text of a test file, since tables of cases hold theirs apart from the call; comments are none. */
function citationsIn(file: string, source: string): readonly Citation[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) titles.push(node.text);
    else if (ts.isTemplateExpression(node))
      titles.push(
        [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('…'),
      );
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
  return titles
    .map((title) => ({ file, title, numbers: citedNumbers(title) }))
    .filter(({ numbers }) => numbers.length > 0);
}

/** `checklist 2.3, 2.4`, `checklist 9.1-9.3`, `field case 7`, `field cases 13, 14`, and both after one another. */
export function citedNumbers(title: string): readonly string[] {
  const rules = [...title.matchAll(/\bchecklist ((?:\d+(?:\.\d+)?(?:-\d+\.\d+)?(?:, (?:and )?| and )?)+)/g)];
  const cases = [...title.matchAll(/\bfield cases? ((?:\d+(?:-\d+)?(?:, (?:and )?| and )?)+)/g)];
  return [
    ...rules.flatMap(([, list = '']) => numbersOf(list)),
    ...cases.flatMap(([, list = '']) => numbersOf(list).map((number) => `case ${number}`)),
  ];
}

function numbersOf(list: string): readonly string[] {
  return list.split(/, and |, | and /).flatMap((part) => {
    const [first = '', last] = part.split('-');
    if (last === undefined) return first === '' ? [] : [first];
    const section = /^\d+\./.exec(first)?.[0] ?? '';
    const [from, to] = [first, last].map((number) => Number(number.slice(section.length)));
    return Array.from(
      { length: (to ?? 0) - (from ?? 0) + 1 },
      (_, index) => `${section}${(from ?? 0) + index}`,
    );
  });
}

/** The files that hold each number; those of the sandbox hold what a server owes, which proves nothing of the client. */
export function filesByNumber(citations: readonly Citation[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const { file, numbers } of citations.filter(({ file }) => !file.startsWith('engine/sandbox')))
    for (const number of numbers) files.set(number, [...new Set([...(files.get(number) ?? []), file])]);
  return files;
}

/** `test/README.md` as it is, and as it should be. */
export async function compareReadme(): Promise<{ readonly is: string; readonly should: string }> {
  const is = await fs.readFile(readme, 'utf8');
  const files = filesByNumber(await readCitations());
  const { rows, fieldCases } = await readChecklist();
  const links = (number: string): string =>
    (files.get(number) ?? []).map((file) => `\`${file.replace(/\.test\.ts$/, '')}\``).join(', ');
  const rules = rows
    .filter(({ keys }) => keys.some((key) => key === 'M' || key === 'MN' || key === 'S'))
    .map(({ number, keys, rule, elsewhere }) => [
      number,
      keys.join(' '),
      rule,
      [links(number), elsewhere === undefined ? '' : `– ${elsewhere}`]
        .filter((part) => part !== '')
        .join(' '),
    ]);
  const cases = fieldCases.map(({ number, case: name, later }) => [
    String(number),
    name,
    links(`case ${number}`) || (later === true ? 'later' : ''),
  ]);
  const tables = {
    rules: table(['number', 'key', 'rule', 'tests'], rules),
    cases: table(['number', 'case', 'tests'], cases),
  };
  const filled = Object.entries(tables).reduce(
    (text, [name, lines]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- end -->)`),
        (_all, start: string, end: string) => `${start}\n\n${lines}\n\n${end}`,
      ),
    is,
  );
  const options = await prettier.resolveConfig(readme);
  return { is, should: await prettier.format(filled, { ...options, parser: 'markdown' }) };
}

export async function writeReadme(): Promise<void> {
  await fs.writeFile(readme, (await compareReadme()).should);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
