/**
 * Visits a server as an MCP client does that knows nothing of OAuth: says hello, asks which tools there are, and leaves.
 * No tool is called. What comes back is the server's own text, as it sent it.
 */
import {
  Client,
  ProtocolError,
  SdkHttpError,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';

export interface Visit {
  readonly url: URL;
  readonly fetch: (address: string | URL, init?: RequestInit) => Promise<Response>;
  /** What the server is told of who comes. */
  readonly visitor: { readonly name: string; readonly version: string };
  readonly signal: AbortSignal;
}

export interface VisitedTool {
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
}

export interface VisitedServer {
  readonly name: string;
  readonly title: string | undefined;
  readonly version: string;
  /** The revision of MCP that was agreed on, a date. */
  readonly revision: string;
  readonly transport: 'streamable_http' | 'sse';
  readonly capabilities: readonly string[];
  readonly tools: readonly VisitedTool[];
  /** How long the last question took to be answered, in milliseconds. */
  readonly answeredInMs: number;
}

export type VisitResult =
  | { readonly kind: 'met'; readonly server: VisitedServer }
  /** The server answered, and like no MCP server does. */
  | {
      readonly kind: 'failed';
      /** Of HTTP, where that is what it answered with. */
      readonly status: number | undefined;
      /** The server's own words, where they are part of MCP. */
      readonly words: string | undefined;
      readonly cause: unknown;
    };

type Transport = StreamableHTTPClientTransport | SSEClientTransport;

/** With these a server of the older transport answers a client of the newer one (MCP, backwards compatibility). */
const olderAnswers = new Set([400, 404, 405]);

/** For all answers together: the tools of the largest servers take a small part of it. */
const mostBytes = 16_000_000;

/** @throws the signal's reason. */
export async function visit(visit: Visit): Promise<VisitResult> {
  const { url } = visit;
  const fetch = bounded(visit.fetch);
  try {
    const transport = new StreamableHTTPClientTransport(url, { fetch });
    return { kind: 'met', server: await visitOver(visit, transport, 'streamable_http') };
  } catch (thrown) {
    visit.signal.throwIfAborted();
    const failure = failureOf(thrown);
    if (failure.status === undefined || !olderAnswers.has(failure.status)) return failure;
    try {
      const transport = new SSEClientTransport(url, { fetch });
      return { kind: 'met', server: await visitOver(visit, transport, 'sse') };
    } catch {
      visit.signal.throwIfAborted();
      return failure;
    }
  }
}

async function visitOver(
  { visitor, signal }: Visit,
  transport: Transport,
  kind: VisitedServer['transport'],
): Promise<VisitedServer> {
  const mode = kind === 'sse' ? 'legacy' : 'auto';
  const client = new Client({ ...visitor }, { versionNegotiation: { mode } });
  try {
    return await unlessAborted(signal, meet(client, transport, kind, signal));
  } finally {
    await leave(client, transport, signal);
  }
}

async function meet(
  client: Client,
  transport: Transport,
  kind: VisitedServer['transport'],
  signal: AbortSignal,
): Promise<VisitedServer> {
  let askedAtMs = performance.now();
  await client.connect(transport, { signal });
  const capabilities = client.getServerCapabilities() ?? {};
  let tools: readonly VisitedTool[] = [];
  if (capabilities.tools !== undefined) {
    askedAtMs = performance.now();
    const listed = await client.listTools(undefined, { signal });
    tools = listed.tools.map(({ name, title, description }) => ({ name, title, description }));
  }
  const { name = '', title, version = '' } = client.getServerVersion() ?? {};
  return {
    ...{ name, title, version, transport: kind, tools },
    revision: client.getNegotiatedProtocolVersion() ?? '',
    capabilities: Object.keys(capabilities),
    answeredInMs: Math.round(performance.now() - askedAtMs),
  };
}

/** A session that nobody needs any more is ended, where there is one and the server lets it. */
async function leave(client: Client, transport: Transport, signal: AbortSignal): Promise<void> {
  if (transport instanceof StreamableHTTPClientTransport)
    await unlessAborted(signal, transport.terminateSession()).catch(() => undefined);
  await client.close();
}

/** The SDK does not give up everything that it waits for, such as the first event of a stream. */
function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop));
}

/** Answers fail as soon as they have brought more together than anybody keeps: they are read as a whole. */
function bounded(fetch: Visit['fetch']): Visit['fetch'] {
  let left = mostBytes;
  return async (...asked) => {
    const answer = await fetch(...asked);
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        left -= piece.byteLength;
        if (left < 0) controller.error(new Error('The server sent too much.'));
        else controller.enqueue(piece);
      },
    });
    const { status, statusText, headers, body } = answer;
    return body === null ? answer : new Response(body.pipeThrough(count), { status, statusText, headers });
  };
}

function failureOf(cause: unknown): Extract<VisitResult, { kind: 'failed' }> {
  return {
    kind: 'failed',
    status: cause instanceof SdkHttpError ? cause.status : undefined,
    words: cause instanceof ProtocolError ? cause.message : undefined,
    cause,
  };
}
