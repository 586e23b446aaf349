// Uses the sign-ins of MCP OAuth in each of the ways that there are; docs/extension-api.md explains them.
import * as vscode from 'vscode';
import { callTool } from './callTool';
import type { McpOAuthApi, McpOAuthError, McpOAuthToken } from './mcpOAuth';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const api = await openApi();

  /** Speaks MCP with a server; no token is ever seen. */
  async function readNotes(serverUrl: string): Promise<string> {
    const address = await api.getGatewayAddress(serverUrl, { extension: context.extension });
    return callTool(address, 'list_notes');
  }

  /** Sends a request of its own, and once more if the server refuses the token. */
  async function fetchDirectly(serverUrl: string, init: RequestInit): Promise<Response> {
    const options = { extension: context.extension };
    const send = ({ accessToken }: McpOAuthToken) => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${accessToken}`);
      return fetch(serverUrl, { ...init, headers });
    };

    const response = await send(await api.getToken(serverUrl, options));
    const wwwAuthenticate = response.headers.get('www-authenticate');
    if (wwwAuthenticate === null) return response;
    return send(await api.getToken(serverUrl, { ...options, wwwAuthenticate }));
  }

  context.subscriptions.push(
    api.onDidChangeServers(() => {
      const signedOut = api.servers.filter(({ state }) => state === 'needs_auth' || state === 'expired');
      void vscode.commands.executeCommand('setContext', 'notesReader.signedOut', signedOut.length);
    }),
    vscode.commands.registerCommand('notesReader.showServers', () => api.servers),
    vscode.commands.registerCommand('notesReader.readNotes', tellingFailures(readNotes)),
    vscode.commands.registerCommand('notesReader.fetchDirectly', fetchDirectly),
    vscode.commands.registerCommand('notesReader.useSession', useSession),
  );
}

/** The interface, once the extension is running. */
async function openApi(): Promise<McpOAuthApi> {
  const extension = vscode.extensions.getExtension<McpOAuthApi>('mcp-oauth.mcp-oauth');
  if (extension === undefined) throw new Error('Install the extension “MCP OAuth” first.');
  const api = await extension.activate();
  const { version }: { readonly version: number } = api;
  if (version !== 1) throw new Error('This version of “MCP OAuth” is not supported.');
  return api;
}

/** The same sign-in as VS Code's own interface gives it; needs neither the interface above nor the dependency. */
async function useSession(serverName: string): Promise<vscode.AuthenticationSession> {
  return vscode.authentication.getSession(`mcp-oauth:${serverName}`, ['mcp'], { createIfNone: true });
}

/** Says what went wrong, and nothing where the person cancelled. */
function tellingFailures<Arguments extends unknown[], Result>(
  run: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result | undefined> {
  return async (...args) => {
    try {
      return await run(...args);
    } catch (thrown) {
      if (thrown instanceof vscode.CancellationError) return undefined;
      if (!isMcpOAuthError(thrown)) throw thrown;
      void vscode.window.showErrorMessage(thrown.message);
      return undefined;
    }
  };
}

function isMcpOAuthError(thrown: unknown): thrown is McpOAuthError {
  return thrown instanceof Error && thrown.name === 'McpOAuthError';
}
