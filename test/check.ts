/** `npm run check`: types, lint, format and dead code; each counts as one test. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { addResults, resultLine, type Results } from './support/resultLines.ts';

const checks: Record<string, readonly string[]> = {
  'Types (tsc)': ['typescript/bin/tsc', '--project', '.'],
  'Lint (eslint)': ['eslint/bin/eslint.js', '--max-warnings', '0', '.'],
  'Format (prettier)': ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  'Dead code (knip)': ['knip/bin/knip.js', '--no-config-hints'],
};

const results = Object.entries(checks).map(([name, [script = '', ...args]]): Results => {
  try {
    execFileSync(process.execPath, [path.join('node_modules', script), ...args], { stdio: 'inherit' });
    console.log(`✔ ${name}`);
    return { passed: 1, failed: 0 };
  } catch {
    console.error(`✖ ${name}`);
    return { passed: 0, failed: 1 };
  }
});
const sum = addResults(results);
console.log(resultLine(sum));
process.exitCode = sum.failed === 0 ? 0 : 1;
