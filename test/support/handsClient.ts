// The hands as tests inside the extension host hold them: each call is one request to the process that has the browser.
import type { Hands, HandsRequest, HandsResponse } from './hands/hands.ts';

export type * from './hands/hands.ts';

/** The hands; the deadline is for each wait of an operation. */
export function connectHands({ deadlineMs = 15_000 }: { readonly deadlineMs?: number } = {}): Hands {
  return new Proxy({} as Hands, {
    get: (_, operation) =>
      // Nothing but operations is asked for by name, except by `await`, which looks for a `then`.
      typeof operation === 'symbol' || operation === 'then'
        ? undefined
        : (...args: readonly unknown[]) => ask({ operation, args, deadlineMs } as HandsRequest),
  });
}

async function ask(request: HandsRequest): Promise<unknown> {
  // The launcher puts it into the environment; there is none in a desktop VS Code.
  const address = process.env['MCP_OAUTH_HANDS'];
  if (!address) throw new Error('MCP_OAUTH_HANDS is not set: there are no hands outside of runInVSCode.');
  const called = `${request.operation}(${request.args.map(shown).join(', ')})`;
  const answer = await post(address, request).catch((cause: unknown): never => {
    throw new Error(`${called}: the hands did not answer.`, { cause });
  });
  if (answer.outcome === 'failed') throw new Error(`${called}: ${answer.message}`);
  return answer.value;
}

async function post(address: string, request: HandsRequest): Promise<HandsResponse> {
  const response = await fetch(address, {
    method: 'POST',
    body: JSON.stringify(request),
    // Several waits may make up one operation.
    signal: AbortSignal.timeout(request.deadlineMs * 4),
  });
  return (await response.json()) as HandsResponse;
}

function shown(argument: unknown): string {
  return JSON.stringify(argument);
}
