/** What a small MCP server says to a message: enough for every client to shake hands and to call its one tool. */

interface Message {
  readonly id?: string | number;
  readonly method?: string;
}

export interface McpAnswer {
  readonly status: number;
  readonly body?: object;
}

const results: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'counting', version: '1' },
  },
  ping: {},
  'tools/list': { tools: [{ name: 'whoami', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'ada' }], structuredContent: { account: 'ada' } },
};

export function answerTo(text: string): McpAnswer {
  const { id, method = '' } = JSON.parse(text) as Message;
  if (id === undefined) return { status: 202 };
  const result = results[method];
  const answer = result === undefined ? { error: { code: -32_601, message: 'No such method.' } } : { result };
  return { status: 200, body: { jsonrpc: '2.0', id, ...answer } };
}
