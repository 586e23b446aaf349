/** Builds what `activate` returns: the interface for other extensions. */
import { CancellationError, EventEmitter, type Disposable } from 'vscode';
import { shownUrl, type Server } from '../servers/server.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type {
  McpOAuthAccessOptions,
  McpOAuthApi,
  McpOAuthGatewayAddress,
  McpOAuthToken,
  McpOAuthTokenOptions,
} from './api.ts';
import { askerOf, type ExtensionAccess } from './apiAccess.ts';
import type { Asker } from './apiConsents.ts';
import { ApiError, apiErrorOf } from './apiError.ts';
import { describeServer, tokenOf } from './apiServers.ts';
import { providerId } from './authenticationProviders.ts';
import { gatewayUri } from './mcpDefinitions.ts';
import { signInMessages } from './messages/signIn.ts';
import { extensionAccessMessages as messages } from './messages/extensionAccess.ts';
import { failureSentence } from './messages/failures.ts';
import {
  freshen,
  grantsFor,
  obtain,
  wishAfter,
  wishFor,
  type SignInWithPerson,
  type TokenWish,
} from './tokenWish.ts';

/** The gateway as the interface gives it out. */
export interface GatewayDoor {
  readonly kind: 'unix' | 'pipe';
  readonly socketPath: string;
  /** The path of an extension's own to a server. */
  pathFor(asker: Asker, server: Server): string;
  /** Starts the gateway with the first call. */
  open(): Promise<void>;
}

export interface ApiParts {
  readonly sessions: Sessions;
  readonly access: ExtensionAccess;
  readonly signIn: SignInWithPerson;
  readonly gateway: GatewayDoor;
}

export class ExtensionApi implements Disposable {
  /** Plain properties and functions: nothing of the editor's own can be reached from it. */
  readonly exported: McpOAuthApi;
  private readonly parts: ApiParts;
  private readonly changes = new EventEmitter<void>();
  private readonly stop: () => void;
  /** What was told of the servers last, in one string; of no interest before somebody listens. */
  private told: string | undefined;

  constructor(parts: ApiParts) {
    this.parts = parts;
    const describe = () => Object.freeze(parts.sessions.all.map((session) => describeSession(session)));
    this.stop = parts.sessions.onDidChangeSum(() => {
      if (this.told === undefined) return;
      const now = JSON.stringify(describe());
      if (now === this.told) return;
      this.told = now;
      this.changes.fire();
    });
    const getToken = (serverUrl: string, options: McpOAuthTokenOptions) => this.token(serverUrl, options);
    const getGatewayAddress = (serverUrl: string, options: McpOAuthAccessOptions) =>
      this.gatewayAddress(serverUrl, options);
    this.exported = Object.freeze({
      version: 1,
      get servers() {
        return describe();
      },
      onDidChangeServers: (...listener: Parameters<typeof this.changes.event>) => {
        this.told ??= JSON.stringify(describe());
        return this.changes.event(...listener);
      },
      // Undefined comes of `silent` alone, which the overloads say and the implementation cannot.
      getToken: getToken as McpOAuthApi['getToken'],
      getGatewayAddress: getGatewayAddress as McpOAuthApi['getGatewayAddress'],
    });
  }

  dispose(): void {
    this.stop();
    this.changes.dispose();
  }

  private async token(serverUrl: string, options: McpOAuthTokenOptions): Promise<McpOAuthToken | undefined> {
    const { silent = false } = options;
    const asker = askerOf(options.extension);
    const session = this.find(serverUrl, options);
    const { name } = session.server;
    const notNeeded = () => new ApiError('not_needed', signInMessages.notNeeded(name));
    if (session.state.kind === 'no_auth') {
      if (silent) return undefined;
      throw notNeeded();
    }
    if (!(await this.parts.access.admit(asker, session, silent))) return undefined;
    const wish = wishOf(options);
    const held = await usable(session, wish, silent);
    if (held === undefined && silent) return undefined;
    const grant = held ?? (await obtain(session, wish, this.parts.signIn));
    if (grant === 'cancelled') throw new CancellationError();
    if (grant === 'not_needed') throw notNeeded();
    if (grant === 'not_covered')
      throw new ApiError('scopes_missing', signInMessages.scopesMissing(name, wish.scopes.join(' ')));
    if (grant instanceof Error) throw apiErrorOf(grant, failureSentence(grant));
    const token = tokenOf(grant);
    if (token === undefined) throw new ApiError('token_bound', messages.tokenBound(name));
    return token;
  }

  private async gatewayAddress(
    serverUrl: string,
    options: McpOAuthAccessOptions,
  ): Promise<McpOAuthGatewayAddress | undefined> {
    const { gateway, access } = this.parts;
    const asker = askerOf(options.extension);
    const session = this.find(serverUrl, options);
    const { server } = session;
    if (!(await access.admit(asker, session, options.silent ?? false))) return undefined;
    try {
      await gateway.open();
    } catch {
      throw new ApiError('gateway_unavailable', messages.gatewayNotOpened(server.name));
    }
    const { kind, socketPath } = gateway;
    const path = gateway.pathFor(asker, server);
    return Object.freeze({ kind, socketPath, path, uri: gatewayUri(gateway, path) });
  }

  /** @throws ApiError `unknown_server`. */
  private find(serverUrl: string, { server: name }: McpOAuthAccessOptions): Session {
    const found = this.parts.sessions.all.find(
      ({ server }) =>
        [server.url, shownUrl(server)].includes(serverUrl) && (name === undefined || server.name === name),
    );
    if (found === undefined) throw new ApiError('unknown_server', messages.unknownServer());
    return found;
  }
}

function describeSession(session: Session) {
  return describeServer(session, providerId(session.server.name));
}

function wishOf({ scopes = [], account, wwwAuthenticate }: McpOAuthTokenOptions): TokenWish {
  if (wwwAuthenticate === undefined) return wishFor(scopes, account?.id);
  const wish = wishAfter(wwwAuthenticate, [], account?.id);
  return { ...wish, scopes: [...new Set([...wish.scopes, ...scopes])] };
}

/**
 * What may be sent now, of the account that is used or was named.
 * @throws ApiError where a new token is not to be had just now, and a person could not help.
 */
async function usable(session: Session, wish: TokenWish, silent: boolean) {
  await freshen(session, wish);
  const isMeant = ({ isActive }: { readonly isActive: boolean }) => isActive || wish.accountId !== undefined;
  const held = grantsFor(session, wish).find(isMeant);
  if (held === undefined) return undefined;
  const authorization = await session.authorization(held.key);
  if (authorization.kind === 'unavailable' && !silent)
    throw apiErrorOf(authorization.error, failureSentence(authorization.error));
  return authorization.kind === 'token' ? grantsFor(session, wish).find(isMeant) : undefined;
}
