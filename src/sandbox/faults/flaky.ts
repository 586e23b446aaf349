// The fault of servers that fail now and then, at both of them under one name: each counts its requests for itself.
import { json, breakOff, page } from '../mcp/reply.ts';
import type { AuthorizationFault } from './authorizationFault.ts';
import { answer, answerPage, atToken, breakConnection } from './authorizationFault.ts';
import type { FaultEntry } from './faultSwitches.ts';
import type { McpFault } from './mcpFault.ts';

const entry: FaultEntry = {
  name: 'flaky',
  about:
    'Fails every fifth request for tokens or to the MCP endpoint, unread: in turn 500, 502 with a page, 429 with Retry-After, a broken connection.',
  source: 'field case 3',
};

const period = 5;
const troubles = ['error', 'page', 'wait', 'break'] as const;
const wait = { 'retry-after': '1' };

/** Counts one request at a place; the trouble that it gets, or none where it is to go its usual way. */
function nextTrouble(
  place: 'token' | 'mcp',
  notes: Map<string, unknown>,
): (typeof troubles)[number] | undefined {
  const count = Number(notes.get(place) ?? 0) + 1;
  notes.set(place, count);
  return count % period === 0 ? troubles[(count / period - 1) % troubles.length] : undefined;
}

export const flakyToken: AuthorizationFault = {
  ...entry,
  at: atToken,
  instead: (ctx, { notes }) => {
    const trouble = nextTrouble('token', notes);
    if (trouble === undefined) return false;
    if (trouble === 'error') answer(ctx, 500, 'Internal Server Error');
    if (trouble === 'page') answerPage(ctx, 502, 'Bad Gateway');
    if (trouble === 'wait') answer(ctx, 429, { error: 'slow_down' }, wait);
    if (trouble === 'break') breakConnection(ctx);
    return true;
  },
};

export const flakyMcp: McpFault = {
  ...entry,
  answer: ({ url, resource }, notes) => {
    if (url !== resource.url) return undefined;
    switch (nextTrouble('mcp', notes)) {
      case 'error':
        return json(500, { error: 'internal_error' });
      case 'page':
        return page(502, 'Bad Gateway');
      case 'wait':
        return json(429, { error: 'too_many_requests' }, wait);
      case 'break':
        return breakOff;
      case undefined:
        return undefined;
    }
  },
};
