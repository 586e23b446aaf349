/**
 * The clients of the official SDKs on each transport, as they would be before any server: none knows of a sign-in. What
 * passes over their connections is noted down, since they show little of it.
 */
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as FormerClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as FormerSseTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as FormerTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const application = { name: 'interop', version: '1' };

/** At once and again and again: what is tried is whether a stream can be resumed, not how long a client waits. */
const reconnectionOptions = {
  initialReconnectionDelay: 1,
  maxReconnectionDelay: 1,
  reconnectionDelayGrowFactor: 1,
  maxRetries: 20,
};

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Asks for progress; what comes is in the traffic. */
  readonly aloud?: true;
}

export interface GatewayClient {
  readonly traffic: Traffic;
  connect(): Promise<void>;
  /** The revision of the protocol that was agreed on, where the client tells. */
  revision(): string | undefined;
  toolNames(): Promise<readonly string[]>;
  /** The structured result. */
  call(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  close(): Promise<void>;
}

export interface ClientKind {
  readonly name: string;
  readonly revision: string;
  /** Whether a stream that broke off can be resumed. */
  readonly resumes: boolean;
  /** Whether it takes the older HTTP+SSE transport. */
  readonly isOlder: boolean;
  readonly open: (gatewayUrl: URL) => GatewayClient;
}

export const clientKinds: readonly ClientKind[] = [
  {
    name: 'the client in the current revision, without sessions,',
    ...{ revision: '2026-07-28', resumes: false, isOlder: false },
    open: (url) => openCurrent(url, { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
  },
  {
    name: 'the client in the last revision with sessions',
    ...{ revision: '2025-11-25', resumes: true, isOlder: false },
    open: (url) => openCurrent(url, inSessions('2025-11-25')),
  },
  {
    name: 'the client in the revision before that',
    ...{ revision: '2025-06-18', resumes: true, isOlder: false },
    open: (url) => openCurrent(url, inSessions('2025-06-18')),
  },
  {
    name: 'the client of the generation before',
    ...{ revision: '2025-11-25', resumes: true, isOlder: false },
    open: (url) => {
      const traffic = new Traffic();
      const transport = new FormerTransport(url, { fetch: traffic.fetch, reconnectionOptions });
      return openFormer(transport, traffic, () => transport.protocolVersion);
    },
  },
  {
    name: 'the client on the older transport',
    ...{ revision: '2024-11-05', resumes: false, isOlder: true },
    open: (url) => {
      const traffic = new Traffic();
      const transport = new SSEClientTransport(url, { fetch: traffic.fetch });
      return openWith(new Client(application, inSessions('2024-11-05')), transport, traffic);
    },
  },
  {
    name: 'the client of the generation before on the older transport',
    ...{ revision: '2025-11-25', resumes: false, isOlder: true },
    open: (url) => {
      const traffic = new Traffic();
      const transport = new FormerSseTransport(url, { fetch: traffic.fetch });
      return openFormer(transport, traffic, () => undefined);
    },
  },
];

/** What a client sent and got. */
export class Traffic {
  /** The statuses of the answers. */
  readonly statuses: number[] = [];
  /** Headers that a client without a sign-in has no business to send. */
  readonly credentials: string[] = [];
  /** How often the client asked for the rest of a stream, after an event. */
  resumed = 0;
  /** What the client complained of, in its words. */
  readonly complaints: string[] = [];
  /** Progress in the order in which it came. */
  readonly steps: number[] = [];

  readonly fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers);
    const authorization = headers.get('authorization');
    if (authorization !== null) this.credentials.push(authorization);
    if (headers.has('last-event-id')) this.resumed += 1;
    const response = await fetch(url, init);
    this.statuses.push(response.status);
    return response;
  };

  /** A client tells its application of progress when it has time to, and forgets it once the result is there. */
  readonly note = (message: object): void => {
    if (!('method' in message) || message.method !== 'notifications/progress') return;
    const { params } = message as { readonly params?: { readonly progress?: number } };
    this.steps.push(params?.progress ?? Number.NaN);
  };
}

type ClientOptions = NonNullable<ConstructorParameters<typeof Client>[1]>;

function inSessions(revision: string): ClientOptions {
  return { versionNegotiation: { mode: 'legacy' }, supportedProtocolVersions: [revision] };
}

function openCurrent(url: URL, options: ClientOptions): GatewayClient {
  const traffic = new Traffic();
  const transport = new StreamableHTTPClientTransport(url, { fetch: traffic.fetch, reconnectionOptions });
  return openWith(new Client(application, options), transport, traffic);
}

function openWith(
  client: Client,
  transport: Parameters<Client['connect']>[0],
  traffic: Traffic,
): GatewayClient {
  return {
    traffic,
    async connect() {
      client.onerror = ({ message }) => traffic.complaints.push(message);
      await client.connect(transport);
      const { onmessage } = transport;
      transport.onmessage = (message, extra) => {
        traffic.note(message);
        onmessage?.(message, extra);
      };
    },
    revision: () => client.getNegotiatedProtocolVersion(),
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args = {}, options = {}) =>
      (await client.callTool({ name, arguments: args }, toSdk(options))).structuredContent,
    close: () => client.close(),
  };
}

function openFormer(
  transport: Parameters<FormerClient['connect']>[0],
  traffic: Traffic,
  revision: () => string | undefined,
): GatewayClient {
  const client = new FormerClient(application);
  return {
    traffic,
    async connect() {
      client.onerror = ({ message }) => traffic.complaints.push(message);
      await client.connect(transport);
      const { onmessage } = transport;
      transport.onmessage = (message, extra) => {
        traffic.note(message);
        onmessage?.(message, extra);
      };
    },
    revision,
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args = {}, options = {}) =>
      (await client.callTool({ name, arguments: args }, undefined, toSdk(options))).structuredContent,
    close: () => client.close(),
  };
}

function toSdk({ signal, aloud }: CallOptions): {
  readonly signal?: AbortSignal;
  readonly onprogress?: () => void;
} {
  return { ...(signal && { signal }), ...(aloud && { onprogress: () => undefined }) };
}
