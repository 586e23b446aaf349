// A tool that takes its time and tells how far it is: for streams, for cancelling, for tokens that end meanwhile.
import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

import type { Clock } from './clock.ts';

const countLimit = 100;
const intervalLimitMs = 10_000;

/** Adds `count_slowly`: one progress notification per step, if the caller asked for progress. */
export function registerSlowCount(server: McpServer, clock: Clock): void {
  server.registerTool(
    'count_slowly',
    {
      title: 'Count Slowly',
      description: 'Counts up to a number, tells each step as progress, and stops when nobody waits for it.',
      inputSchema: z.object({
        to: z.number().int().min(1).max(countLimit).default(5).describe('How far to count'),
        intervalMs: z
          .number()
          .int()
          .min(1)
          .max(intervalLimitMs)
          .default(500)
          .describe('Milliseconds between two steps'),
      }),
      outputSchema: z.object({ counted: z.number() }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ to, intervalMs }, { mcpReq, http }) => {
      // A session outlives its connections, so that the SDK cancels on a notification alone. Without stored events
      // nobody could fetch what is counted for a connection that is gone.
      const signals = [mcpReq.signal, http?.req?.signal].filter((signal) => signal !== undefined);
      const signal = AbortSignal.any(signals);
      const { progressToken } = mcpReq._meta ?? {};
      for (let counted = 1; counted <= to; counted += 1) {
        await clock.wait(intervalMs, signal);
        if (progressToken === undefined) continue;
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress: counted, total: to, message: `Counted to ${counted}.` },
        });
      }
      return {
        content: [{ type: 'text', text: `Counted to ${to}.` }],
        structuredContent: { counted: to },
      };
    },
  );
}
