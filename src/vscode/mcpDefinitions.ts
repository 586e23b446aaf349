/** Gives every server to VS Code's MCP client, pointing at the gateway, which adds the token. */
import {
  Disposable,
  EventEmitter,
  lm,
  McpHttpServerDefinition,
  Uri,
  window,
  type McpServerDefinitionProvider,
} from 'vscode';
import type { Server } from '../servers/server.ts';
import type { Sessions } from '../session/sessions.ts';
import { gatewayMessages } from './messages/states.ts';

/** Declared in the manifest. */
export const definitionProviderId = 'mcp-oauth.servers';

/** Where the gateway answers for a server. */
export interface GatewayAddress {
  readonly kind: 'unix' | 'pipe';
  readonly socketPath: string;
  /** New for an edited server, so that nothing of the old one is carried over to it. */
  pathOf(server: Server): string;
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
      sessions.all.map(({ server }) => new McpHttpServerDefinition(server.name, gatewayUri(gateway, server))),
    async resolveMcpServerDefinition(definition) {
      try {
        await gateway.open();
        return definition;
      } catch (thrown) {
        // VS Code shows nothing of a definition that cannot be resolved.
        void window.showErrorMessage(gatewayMessages.notOpened(definition.label));
        throw thrown;
      }
    },
  };
  const registration = lm.registerMcpServerDefinitionProvider(definitionProviderId, provider);
  return Disposable.from(registration, changes, { dispose: stop });
}

/** VS Code's convention: the socket as the path, the request's path as the fragment. */
function gatewayUri(gateway: GatewayAddress, server: Server): Uri {
  return Uri.from({ scheme: gateway.kind, path: gateway.socketPath, fragment: gateway.pathOf(server) });
}
