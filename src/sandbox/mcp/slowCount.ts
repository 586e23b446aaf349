// A tool that takes its time and tells how far it is: for streams, for cancelling, for tokens that end meanwhile.
import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

import type { Clock } from './clock.ts';
import type { Counts } from './counts.ts';

const countLimit = 1_000;
const intervalLimitMs = 10_000;

/** Adds `count_slowly`: one progress notification per step, if the caller asked for progress. */
export function registerSlowCount(server: McpServer, counts: Counts, clock: Clock): void {
  server.registerTool(
    'count_slowly',
    {
      title: 'Count Slowly',
      description: 'Counts up to a number, tells each step as progress, and stops when it is cancelled.',
      inputSchema: z.object({
        to: z.number().int().min(1).max(countLimit).default(5).describe('How far to count'),
        intervalMs: z
          .number()
          .int()
          .min(0)
          .max(intervalLimitMs)
          .default(500)
          .describe('Milliseconds between two steps; with 0 all steps come at once'),
      }),
      outputSchema: z.object({ counted: z.number() }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ to, intervalMs }, { mcpReq }) =>
      counts.run(async () => {
        // In a session this comes with a notification alone: whoever lost the connection may come back for the rest.
        // Without sessions, and in the older transport, it comes when the connection ends, too.
        const { signal, _meta } = mcpReq;
        const progressToken = _meta?.progressToken;
        for (let counted = 1; counted <= to; counted += 1) {
          if (intervalMs > 0) await clock.wait(intervalMs, signal);
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
      }),
  );
}
