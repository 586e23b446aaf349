/** `npm run test:conformance`: the driver and the sandbox before the official conformance suite. */
import { addResults, resultLine, runLeg } from './support/resultLines.ts';

const leg = await runLeg('Conformance', process.execPath, ['--test', 'test/conformance/*.test.ts']);
console.log(resultLine(addResults([leg])));
process.exitCode = leg.failed === 0 ? 0 : 1;
