// Every rule that binds this client is held by a test that cites its number, and no test cites a number that there is
// not.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { citedNumbers, compareReadme, filesByNumber, readChecklist, readCitations } from './checklist.ts';

const checklist = await readChecklist();
const citations = await readCitations();
const files = filesByNumber(citations);

test('citations are read one by one, as lists and as ranges', () => {
  assert.deepEqual(citedNumbers('is told (checklist 2.3, 2.4, field case 8)'), ['2.3', '2.4', 'case 8']);
  assert.deepEqual(citedNumbers('is told (checklist 9.1-9.3)'), ['9.1', '9.2', '9.3']);
  assert.deepEqual(citedNumbers('is told (field cases 13 and 14)'), ['case 13', 'case 14']);
  assert.deepEqual(citedNumbers('is told (field cases 1-3)'), ['case 1', 'case 2', 'case 3']);
  assert.deepEqual(citedNumbers('the checklist is long'), []);
});

test('every must and must not has a test that cites it, or a reason why none can', () => {
  const missing = checklist.rows
    .filter(({ keys }) => keys.includes('M') || keys.includes('MN'))
    .filter(({ number, elsewhere }) => elsewhere === undefined && !files.has(number))
    .map(({ number, rule }) => `${number} ${rule}`);
  assert.deepEqual(missing, []);
});

test('every case from the field has a test that cites it, or is one of a part to come', () => {
  const missing = checklist.fieldCases
    .filter(({ number, later }) => later !== true && !files.has(`case ${number}`))
    .map(({ number, case: name }) => `${number} ${name}`);
  assert.deepEqual(missing, []);
});

test('no title cites a number that there is not', () => {
  const known = new Set([
    ...checklist.sections.map(String),
    ...checklist.rows.map(({ number }) => number),
    ...checklist.fieldCases.map(({ number }) => `case ${number}`),
  ]);
  const unknown = citations.flatMap(({ file, title, numbers }) =>
    numbers.filter((number) => !known.has(number)).map((number) => `${number} in ${file}: ${title}`),
  );
  assert.deepEqual(unknown, []);
});

test('the tables of test/README.md are what the titles give; `node test/checklist.ts` writes them', async () => {
  const { is, should } = await compareReadme();
  assert.ok(is === should, 'The tables are of another day: node test/checklist.ts');
});
