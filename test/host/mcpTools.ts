/** The tools of MCP servers, used as chat uses them: through VS Code's own MCP client. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, hands } from './extension.ts';
import { eventually } from '../support/deadline.ts';

/** Starts a server by hand, as a person does who wants its tools. */
export async function startMcpServer(server: string): Promise<void> {
  await hands.runCommand('MCP: List Servers');
  await hands.pickQuickItem(server);
  await hands.pickQuickItem('Start Server');
}

/** Starts a server as VS Code does with a chat message: nobody is asked anything. Fails as VS Code does. */
async function startQuietly(server: string): Promise<void> {
  const id = `${extension().id}/${server}`;
  await vscode.commands.executeCommand('workbench.mcp.startServer', id, { errorOnUserInteraction: true });
}

/** The same for a server that needs a person, which VS Code may have yet to hear of. */
export async function failToStartQuietly(server: string): Promise<void> {
  const failure = await eventually(
    20_000,
    () =>
      startQuietly(server).then(
        () => undefined,
        (thrown: unknown) => String(thrown),
      ),
    () => `VS Code did not fail to start “${server}”.`,
  );
  assert.match(failure, /User interaction required/);
}

/** The full name of a tool, once VS Code offers it. */
export function toolNamed(server: string, ending: string): Promise<string> {
  const names = () => vscode.lm.tools.map(({ name }) => name);
  return eventually(
    20_000,
    () => Promise.resolve(names().find((name) => name.startsWith(`mcp_${server}_`) && name.endsWith(ending))),
    () => `VS Code offers no tool “${ending}”, only: ${names().join(', ')}.`,
  );
}

/** Calls a tool and returns what it said. */
export async function callTool(name: string, input: object): Promise<string> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  assert.ok(result.content.length > 0);
  return result.content
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ''))
    .join('\n');
}
