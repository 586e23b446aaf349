// The end of a token, as the MCP server sees it.
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { callMcp, initialize } from '../engine/sandboxVisitor.ts';
import { eventually } from '../support/deadline.ts';

/** How long tokens live whose end is waited for: long enough for a slow computer to use a fresh one. */
export const briefSeconds = 4;

/** Waits until the MCP server takes the token no longer. */
export async function untilEnded(sandbox: Sandbox, token: string): Promise<void> {
  await eventually(
    60_000,
    async () => (await callMcp(sandbox, token, initialize)).status === 401 || undefined,
    () => 'The MCP server still takes the token.',
  );
}
