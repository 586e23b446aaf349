// The clients of the official SDKs behind one face: the current generation in either revision of the protocol, and the
// one before it.
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { UnauthorizedError as FormerUnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as FormerClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FormerTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import type { SignInMemory } from './signInMemory.ts';

const application = { name: 'interop', version: '1' };

/** One connection. A client that was turned away is not used again, as the SDKs want it. */
export interface SdkConnection {
  /** Throws what the SDK throws where the person has to sign in first. */
  connect(): Promise<void>;
  /** Trades the answer that the browser brought for tokens. */
  finishSignIn(answer: URL): Promise<void>;
  /** The revision of the protocol that was agreed on. */
  revision(): string | undefined;
  toolNames(): Promise<readonly string[]>;
  /** The structured result of a tool without arguments. */
  call(tool: string): Promise<unknown>;
  close(): Promise<void>;
}

/** A kind of client: how it connects, and how it says that the person has to sign in. */
export interface SdkKind {
  readonly name: string;
  readonly revision: string;
  readonly open: (mcpUrl: string, memory: SignInMemory) => SdkConnection;
  readonly isTurnedAway: (error: unknown) => boolean;
}

export const sdkKinds: readonly SdkKind[] = [
  {
    name: 'the client in the current revision',
    revision: '2026-07-28',
    open: (mcpUrl, memory) => openCurrent(mcpUrl, memory, { pin: '2026-07-28' }),
    isTurnedAway: (error) => error instanceof UnauthorizedError,
  },
  {
    name: 'the client in the revision with sessions',
    revision: '2025-11-25',
    open: (mcpUrl, memory) => openCurrent(mcpUrl, memory, 'legacy'),
    isTurnedAway: (error) => error instanceof UnauthorizedError,
  },
  {
    name: 'the client of the generation before',
    revision: '2025-11-25',
    open: openFormer,
    isTurnedAway: (error) => error instanceof FormerUnauthorizedError,
  },
];

function openCurrent(
  mcpUrl: string,
  memory: SignInMemory,
  mode: 'legacy' | { readonly pin: string },
): SdkConnection {
  const client = new Client(application, { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: memory });
  return {
    connect: () => client.connect(transport),
    finishSignIn: (answer) => transport.finishAuth(answer.searchParams),
    revision: () => client.getNegotiatedProtocolVersion(),
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (tool) => (await client.callTool({ name: tool })).structuredContent,
    close: () => client.close(),
  };
}

function openFormer(mcpUrl: string, memory: SignInMemory): SdkConnection {
  const client = new FormerClient(application);
  const transport = new FormerTransport(new URL(mcpUrl), { authProvider: memory });
  return {
    connect: () => client.connect(transport),
    finishSignIn: (answer) => transport.finishAuth(answer.searchParams.get('code') ?? ''),
    revision: () => transport.protocolVersion,
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (tool) => (await client.callTool({ name: tool })).structuredContent,
    close: () => client.close(),
  };
}
