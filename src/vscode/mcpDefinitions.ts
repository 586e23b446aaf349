/** Gives every server to VS Code's MCP client, pointing at the gateway, which adds the token. */
import {
  commands,
  Disposable,
  EventEmitter,
  lm,
  McpHttpServerDefinition,
  Uri,
  window,
  type McpServerDefinitionProvider,
} from 'vscode';
import type { Server } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions, SessionsChange } from '../session/sessions.ts';
import { gatewayMessages } from './messages/states.ts';
import { ToolsVersions } from './toolsVersion.ts';

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

/**
 * Does nothing in an editor that takes no servers from extensions: signing in and shares work there all the same.
 * @param onStart VS Code is about to start a server; nothing says whether a person is there.
 */
export function registerMcpDefinitions(
  sessions: Sessions,
  gateway: GatewayAddress,
  onStart: (session: Session) => void,
): Disposable {
  const models = lm as Partial<typeof lm> | undefined;
  if (models?.registerMcpServerDefinitionProvider === undefined) return new Disposable(() => undefined);
  const changes = new EventEmitter<void>();
  const versions = new ToolsVersions();
  /** What VS Code was told of each server, in one string. */
  const told = new Map<Session, string>();
  const sight = (session: Session) =>
    `${gatewayUri(gateway, gateway.pathOf(session.server)).toString()} ${versions.basisOf(session)}`;
  const hasNews = (change: SessionsChange) => {
    const { all } = sessions;
    const isOther = (session: Session) => told.get(session) !== sight(session);
    return change.kind === 'state' ? isOther(change.session) : told.size !== all.length || all.some(isOther);
  };
  // VS Code looks at everything anew with each event, and a new token is no reason to.
  const stop = sessions.onDidChange((change) => {
    if (hasNews(change)) changes.fire();
  });
  let providing: Promise<McpHttpServerDefinition[]> = Promise.resolve([]);
  const provider: McpServerDefinitionProvider<McpHttpServerDefinition> = {
    onDidChangeMcpServerDefinitions: changes.event,
    provideMcpServerDefinitions() {
      told.clear();
      for (const session of sessions.all) told.set(session, sight(session));
      // One after another: what VS Code hears last has to be what is so.
      providing = providing.then(() =>
        Promise.all(sessions.all.map((session) => definitionOf(session, gateway, versions))),
      );
      return providing;
    },
    async resolveMcpServerDefinition(definition) {
      const session = sessions.find(definition.label);
      if (session !== undefined) onStart(session);
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

/**
 * Has VS Code start a server as it does by itself with a chat message: without a word where that fails. A server that
 * runs is left as it is.
 * @param extensionId ours, which VS Code's name of a server begins with.
 * @throws where VS Code could not start it, or knows the command no more.
 */
export async function startMcpServer(extensionId: string, { name }: Server): Promise<void> {
  const id = `${extensionId.toLowerCase()}/${name}`;
  await commands.executeCommand('workbench.mcp.startServer', id, { errorOnUserInteraction: true });
}

async function definitionOf(
  session: Session,
  gateway: GatewayAddress,
  versions: ToolsVersions,
): Promise<McpHttpServerDefinition> {
  const { server } = session;
  // The gateway adds the token of the moment and the configured headers to each request: none are given away here.
  return new McpHttpServerDefinition(
    server.name,
    gatewayUri(gateway, gateway.pathOf(server)),
    {},
    await versions.of(session),
  );
}

/** VS Code's convention: the socket as the path, the request's path as the fragment. */
export function gatewayUri(
  { kind, socketPath }: Pick<GatewayAddress, 'kind' | 'socketPath'>,
  path: string,
): Uri {
  return Uri.from({ scheme: kind, path: socketPath, fragment: path });
}
