/** The entry that the extension host runs: all host tests, with mocha, in the order of a person's day. */
import Mocha from 'mocha';
import { hands } from './extension.ts';

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, slow: 20_000, retries: 1 });
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, '', mocha);
  await import('./activation.test.ts');
  await import('./manifest.test.ts');
  await import('./walkthrough.test.ts');
  await import('./signIn.test.ts');
  await import('./addServer.test.ts');
  await import('./serverSources.test.ts');
  await import('./takenOver.test.ts');
  await import('./untrusted.test.ts');
  await import('./accountsMenu.test.ts');
  await import('./accounts.test.ts');
  await import('./statusBar.test.ts');
  await import('./serverList.test.ts');
  await import('./palette.test.ts');
  await import('./secrets.test.ts');
  await import('./otherExtensions.test.ts');
  await import('./consent.test.ts');
  await import('./mcpClient.test.ts');
  await import('./localClients.test.ts');
  await import('./blockedServers.test.ts');
  await import('./runningServer.test.ts');
  await import('./olderTransport.test.ts');
  await import('./proxy.test.ts');
  await import('./connectionTest.test.ts');
  await import('./trace.test.ts');
  await import('./sandboxCommand.test.ts');
  await import('./oddServers.test.ts');
  await import('./treeRows.test.ts');
  await import('./redirectLadder.test.ts');
  await import('./clientSecret.test.ts');
  await import('./guide.test.ts');
  await import('./pasteCallback.test.ts');
  await import('./deviceCode.test.ts');
  await import('./deviceCodePage.test.ts');
  await import('./signInProgress.test.ts');
  await import('./moreAccess.test.ts');
  await import('./keyboard.test.ts');
  await import('./accessibility.test.ts');
  await import('./twoWindows.test.ts');
  await import('./sharedSignIn.test.ts');
  await import('./german.test.ts');
  let pictures = 0;
  let isShown = true;
  mocha.suite.afterEach(async () => {
    if (isShown) return;
    isShown = true;
    pictures += 1;
    // What stands there is gone by the end of the run.
    const picture = await hands.screenshot(`failed-${pictures}`).catch(String);
    console.log(`      on the screen: ${picture}`);
  });
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const note = (sign: string) => (test: Mocha.Runnable, error: Error) => {
      isShown = false;
      console.log(`    ${sign} ${test.title}: ${error.message}`);
    };
    // At once, beside what the editor prints, and again in the summary.
    // The editor does things of its own at any time; what needed a second look is not hidden.
    runner.on('retry', note('↻')).on('fail', note('✖'));
  });
  if (failed > 0) throw new Error(`${failed} of the host tests failed.`);
}
