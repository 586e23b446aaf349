/** `npm run package`: makes the vsix and checks what is in it. */
import { makePackage } from './package/vsix.ts';
import { resultLine } from './support/resultLines.ts';

try {
  console.log(`Packaged: ${makePackage()}`);
  console.log(resultLine({ passed: 1, failed: 0 }));
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  console.log(resultLine({ passed: 0, failed: 1 }));
  process.exitCode = 1;
}
