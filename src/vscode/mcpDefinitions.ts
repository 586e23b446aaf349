/** Gives every server to VS Code's MCP client, pointing at the gateway, which adds the token. */
import {
  Disposable,
  EventEmitter,
  lm,
  McpHttpServerDefinition,
  Uri,
  type McpServerDefinitionProvider,
} from 'vscode';
import type { Sessions } from '../session/sessions.ts';

/** Declared in the manifest. */
export const definitionProviderId = 'mcp-oauth.servers';

/** Where the gateway answers for a server. */
export interface GatewayAddress {
  readonly kind: 'unix' | 'pipe';
  readonly socketPath: string;
  pathOf(serverName: string): string;
  /** Starts the gateway with the first call; before, nothing listens. */
  open(): Promise<void>;
}

export function registerMcpDefinitions(sessions: Sessions, gateway: GatewayAddress): Disposable {
  const changes = new EventEmitter<void>();
  // A state that changed needs no new definition: the gateway adds the token of the moment to each request.
  const stop = sessions.onDidChange(({ kind }) => {
    if (kind === 'servers') changes.fire();
  });
  const provider: McpServerDefinitionProvider<McpHttpServerDefinition> = {
    onDidChangeMcpServerDefinitions: changes.event,
    provideMcpServerDefinitions: () =>
      sessions.all.map(
        ({ server }) => new McpHttpServerDefinition(server.name, gatewayUri(gateway, server.name)),
      ),
    async resolveMcpServerDefinition(definition) {
      await gateway.open();
      return definition;
    },
  };
  const registration = lm.registerMcpServerDefinitionProvider(definitionProviderId, provider);
  return Disposable.from(registration, changes, { dispose: stop });
}

/** VS Code's convention: the socket as the path, the request's path as the fragment. */
function gatewayUri(gateway: GatewayAddress, serverName: string): Uri {
  return Uri.from({ scheme: gateway.kind, path: gateway.socketPath, fragment: gateway.pathOf(serverName) });
}
