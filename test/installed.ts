/**
 * `npm run test:installed`: the package that `npm run package` made, in a VS Code that knows nothing else. It is not built
 * anew: what is tried here is what is published.
 */
import { existsSync } from 'node:fs';
import { addResults, resultLine, runLeg } from './support/resultLines.ts';

if (!existsSync('mcp-oauth.vsix')) throw new Error('There is no mcp-oauth.vsix: npm run package makes it.');
const leg = await runLeg('Installed', process.execPath, ['--test', 'test/installed/*.test.ts']);
console.log(resultLine(addResults([leg])));
process.exitCode = leg.failed === 0 ? 0 : 1;
