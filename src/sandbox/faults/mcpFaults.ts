// Every fault of the MCP server, by name. To add one: an entry in the file of its kind, and its line in the tests.
import { challengeFaults } from './mcpChallengeFaults.ts';
import { documentFaults } from './mcpDocumentFaults.ts';
import type { McpFault } from './mcpFault.ts';
import { noiseFaults } from './mcpNoiseFaults.ts';
import { runtimeFaults } from './mcpRuntimeFaults.ts';

/** The faults of the MCP server. Any of them may be on together. */
export const mcpFaults: readonly McpFault[] = [
  ...challengeFaults,
  ...documentFaults,
  ...noiseFaults,
  ...runtimeFaults,
];
