/** `node test/checklist.ts`: writes the tables of `test/README.md` anew from the titles of the tests. */
import { writeReadme } from './engine/checklist.ts';

await writeReadme();
