/** `npm run test:host`: the extension in a real VS Code. */
import { onStage } from './support/stage.ts';

process.exitCode = await onStage({
  tests: 'dist/test/host.cjs',
  extensionFolders: ['examples/notes-reader'],
  servers: ({ sandbox, brief }) => ({
    sandbox: { url: sandbox.mcpUrl },
    brief: { url: brief.mcpUrl },
    'own-header': { url: sandbox.mcpUrl, headers: { Authorization: 'Bearer mine' } },
    'not-a-server': { url: 'mcp.example' },
  }),
});
