/** `npm run package`: makes the vsix, checks what is in it, and says what it hashes to. */
import { sha256Of } from './package/archive.ts';
import { makePackage } from './package/vsix.ts';
import { addResults, resultLine, runLeg } from './support/resultLines.ts';

try {
  const vsix = await makePackage();
  const checked = await runLeg('Package', process.execPath, ['--test', 'test/package/*.test.ts']);
  const sum = addResults([{ passed: 1, failed: 0 }, checked]);
  console.log(`Packaged: ${vsix}\nSHA-256:  ${await sha256Of(vsix)}`);
  console.log(resultLine(sum));
  process.exitCode = sum.failed === 0 ? 0 : 1;
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  console.log(resultLine({ passed: 0, failed: 1 }));
  process.exitCode = 1;
}
