/** `npm run test:interop`: clients that others wrote before the sandbox, the engine before servers that others wrote. */
import { addResults, resultLine, runLeg } from './support/resultLines.ts';

// Two of the files mostly wait for tokens to end, and may do so at the same time.
const args = ['--test', '--test-concurrency=2', 'test/interop/*.test.ts'];
const leg = await runLeg('Interop', process.execPath, args);
console.log(resultLine(addResults([leg])));
process.exitCode = leg.failed === 0 ? 0 : 1;
