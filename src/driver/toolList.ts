/** An MCP client that knows nothing of OAuth: all it has is the gateway's address. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** The first revision without sessions, which a server has to be spoken to in from the first word. */
const firstStateless = '2026-07-28';

/** A request may wait for a person who signs in, which takes ten minutes at most. */
const patience = { timeout: 660_000 };

export interface ToolListing {
  /** The revision of MCP to speak; undefined for whichever the server knows. */
  readonly revision: string | undefined;
  /** Whether to call the first tool too: some servers ask for more only then. */
  readonly callsFirst: boolean;
}

/** @throws what the MCP client makes of any failure. */
export async function listTools(gatewayUrl: string, listing: ToolListing): Promise<readonly string[]> {
  const { revision, callsFirst } = listing;
  const client = new Client(
    { name: 'mcp-oauth-driver', version: '1' },
    { versionNegotiation: modeFor(revision) },
  );
  const transport = new StreamableHTTPClientTransport(new URL(gatewayUrl));
  try {
    await client.connect(transport, patience);
    const { tools } = await client.listTools(undefined, patience);
    const [first] = tools;
    if (callsFirst && first !== undefined)
      await client.callTool({ name: first.name, arguments: {} }, patience);
    return tools.map(({ name }) => name);
  } finally {
    await client.close();
  }
}

function modeFor(revision: string | undefined) {
  if (revision === undefined) return { mode: 'auto' } as const;
  return revision < firstStateless ? ({ mode: 'legacy' } as const) : { mode: { pin: revision } };
}
