/** Takes the tour in a real VS Code without a screen, and says where the pictures are. */
import { screenshotsFolder } from '../support/hands/tabs.ts';
import { onStage } from '../support/stage.ts';

export async function runTour(): Promise<void> {
  process.exitCode = await onStage({
    tests: 'dist/test/tour.cjs',
    // Long enough for a slow machine to call a tool, short enough to wait until it is replaced.
    accessTokenSeconds: 45,
    servers: ({ sandbox }) => ({ sandbox: { url: sandbox.mcpUrl } }),
  });
  console.log(
    process.exitCode === 0
      ? `\nDone. Screenshots: ${screenshotsFolder()}`
      : '\nThe tour did not end well; see above.',
  );
}
