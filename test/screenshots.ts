/** `npm run screenshots`: makes the pictures of the README from the real VS Code, so that they cannot grow old. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pictureNames } from './pictures/pictureNames.ts';
import { onStage } from './support/stage.ts';

const media = path.resolve(import.meta.dirname, '../media');
const folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-pictures-'));
process.env['MCP_OAUTH_SCREENSHOTS'] = folder;

process.exitCode = await onStage({ tests: 'dist/test/pictures.cjs', servers: () => ({}) });
// What was on the screen stays to be looked at where it did not end well.
if (process.exitCode === 0) {
  for (const name of pictureNames) {
    await copyFile(path.join(folder, `${name}.png`), path.join(media, `${name}.png`));
  }
  await rm(folder, { recursive: true });
  console.log(`\nDone: ${pictureNames.map((name) => `media/${name}.png`).join(', ')}`);
}
