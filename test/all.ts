/** `npm test`: every leg; the last line adds them up. */
import { addResults, resultLine, runLeg, type Results } from './support/resultLines.ts';

const legs = {
  Check: 'test/check.ts',
  Engine: 'test/engine.ts',
  Conformance: 'test/conformance.ts',
  Interop: 'test/interop.ts',
  'Hostile input': 'test/hostile.ts',
  Soak: 'test/soak.ts',
  Package: 'test/package.ts',
  Installed: 'test/installed.ts',
  'Real VS Code': 'test/host.ts',
};

const results: Results[] = [];
for (const [name, script] of Object.entries(legs))
  results.push(await runLeg(name, process.execPath, [script]));
const sum = addResults(results);
console.log(`\n${resultLine(sum)}`);
process.exitCode = sum.failed === 0 ? 0 : 1;
