/** `npm run test:engine`: everything that needs no VS Code. */
import { addResults, resultLine, runLeg } from './support/resultLines.ts';

const leg = await runLeg('Engine', process.execPath, ['--test', 'test/engine/*.test.ts']);
console.log(resultLine(addResults([leg])));
process.exitCode = leg.failed === 0 ? 0 : 1;
