// The client that the suite starts for everything that a revision requires: an MCP client of the official SDK that
// knows nothing of OAuth, before the gateway of a driver that stays. Scenarios of authorization are the driver's alone.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

import * as z from 'zod';

const driver = path.resolve(import.meta.dirname, '../../dist/driver.mjs');
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const revision = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] ?? '';
const serverUrl = process.argv[2] ?? '';

type Call = Parameters<Client['callTool']>[0];

const Context = z.object({
  toolCalls: z.array(z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) })),
});

/** What a scenario wants to see beyond a list of the tools. */
const scripts: Readonly<Record<string, (client: Client) => Promise<void>>> = {
  tools_call: (client) => callAll(client, [{ name: 'add_numbers', arguments: { a: 2, b: 3 } }]),
  'sep-2322-client-request-state': async (client) => {
    const names = ['test_mrtr_echo_state', 'test_mrtr_unrelated', 'test_mrtr_no_state'];
    await callAll(
      client,
      names.map((name) => ({ name })),
    );
    // The SDK refuses the answer to this one; what counts is that it does not ask a second time.
    await client.callTool({ name: 'test_mrtr_no_result_type' }).catch(() => undefined);
  },
  'http-standard-headers': useEverything,
  'http-custom-headers': (client) =>
    callAll(client, Context.parse(JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '')).toolCalls),
  'http-invalid-tool-headers': async (client) => {
    const { tools } = await client.listTools();
    await callAll(
      client,
      tools.map(({ name }) => ({ name, arguments: { region: 'us-west1' } })),
    );
  },
  'json-schema-2020-12-preservation': async (client) => {
    const { tools } = await client.listTools();
    const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
    await callAll(client, [{ name: 'json_schema_echo', arguments: { schema } }]);
  },
};

if (scenario.startsWith('auth/')) {
  process.exitCode = spawnSync(process.execPath, [driver, serverUrl], { stdio: 'inherit' }).status ?? 1;
} else {
  const gateway = spawn(process.execPath, [driver, '--serve', serverUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await speak(await firstLine(gateway));
  } finally {
    gateway.kill();
  }
}

async function speak(gatewayUrl: string): Promise<void> {
  const client = new Client(
    { name: 'conformance', version: '1' },
    {
      capabilities: { elicitation: {} },
      versionNegotiation: { mode: revision >= '2026-07-28' ? { pin: revision } : 'legacy' },
    },
  );
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { confirmed: true } }));
  await client.connect(new StreamableHTTPClientTransport(new URL(gatewayUrl)));
  await client.listTools();
  await scripts[scenario]?.(client);
  await client.close();
}

async function callAll(client: Client, calls: readonly Call[]): Promise<void> {
  for (const call of calls) await client.callTool(call);
}

async function useEverything(client: Client): Promise<void> {
  const [{ tools }, { resources }, { prompts }] = [
    await client.listTools(),
    await client.listResources(),
    await client.listPrompts(),
  ];
  await callAll(client, tools);
  for (const { uri } of resources) await client.readResource({ uri });
  for (const { name } of prompts) await client.getPrompt({ name });
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('The driver ended before it said where its gateway is.');
}
