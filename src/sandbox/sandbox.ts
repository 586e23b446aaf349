// The sandbox: an authorization server and an MCP server that trusts it, to try and test a client against. Two
// separate HTTP servers on this computer, as in the field.
import type { DatabaseSync } from 'node:sqlite';

import { createAuthorizationServer } from './authorization/authorizationServer.ts';
import { makeKey } from './authorization/configuration.ts';
import { issuerPath, serveBelowPath } from './authorization/issuerWithPath.ts';
import { routes } from './authorization/routes.ts';
import { notesScopes } from './authorization/scopes.ts';
import { ClientTickets } from './clients/clientTickets.ts';
import type { PreparedPassphrase } from './consent/preparePassphrase.ts';
import { preparePassphrase } from './consent/preparePassphrase.ts';
import { openDatabase } from './data/database.ts';
import { openProofStore } from './data/proofStore.ts';
import { startSweep } from './data/sweep.ts';
import { checkFaultNames } from './faults/faults.ts';
import { FaultSwitches } from './faults/faultSwitches.ts';
import { issuersNamed, pathDocuments } from './faults/issuerFaults.ts';
import { controlPath, serveControl } from './http/control.ts';
import type { Handler, Listener } from './http/listener.ts';
import { bothLoopbacks, openListener } from './http/listener.ts';
import { originAt, requirePagesHost } from './http/pagesHost.ts';
import { describeFailure } from './http/requestLog.ts';
import type { CountsSoFar } from './mcp/counts.ts';
import { createMcpServer } from './mcp/mcpServer.ts';
import { olderResource, resourceIdentifiers, resourceName } from './mcp/protectedResource.ts';

/** How a sandbox runs. Hosts must be loopback addresses; port 0 takes a free one. */
export interface SandboxOptions {
  readonly authorizationHost?: string;
  readonly authorizationPort?: number;
  readonly mcpHost?: string;
  readonly mcpPort?: number;
  /** How long an access token lives. An hour by default. */
  readonly accessTokenSeconds?: number;
  /** How long the MCP server believes what it learned about a token. Not at all by default. */
  readonly tokenCacheSeconds?: number;
  /** Whether refresh tokens are issued to clients that registered for them. On by default. */
  readonly refreshTokens?: boolean;
  /** The scopes of the MCP server, beside `openid`, `profile` and `offline_access`. */
  readonly scopes?: readonly string[];
  /** The file that keeps clients, grants and proofs; without one they are kept in memory. */
  readonly dataFile?: string;
  /** What a person proves with that they are there. Without one the kept one holds, else one is made up. */
  readonly passphrase?: string;
  /** Makes up no passphrase: until one is set up, nobody can be asked, and every sign-in says so. */
  readonly withoutPassphrase?: boolean;
  /** The host name of the pages that a person sees, where it is another than the authorization server's: passkeys need a name. */
  readonly pagesHost?: string;
  /** How long a person has to answer. Ten minutes by default. */
  readonly answerSeconds?: number;
  /** A certificate authority (PEM) that client metadata documents may be served with, beside those of the system. */
  readonly clientDocumentAuthority?: string;
  /** Names of faults to begin with; see `faults/faults.ts`. */
  readonly faults?: readonly string[];
  /** Takes one line for each request and for what went wrong inside; no line holds a secret. */
  readonly log?: (line: string) => void;
}

/** A running sandbox: the authorization server's issuer identifier and the MCP server's address. */
export interface Sandbox {
  readonly issuer: string;
  readonly mcpUrl: string;
  /** The same server over the older HTTP+SSE transport, as a resource of its own. */
  readonly sseUrl: string;
  /** The origin of the pages that a person sees. */
  readonly pagesOrigin: string;
  /** The passphrase of the consent page, where its text is known: one that is only kept is known as a hash. */
  readonly passphrase: string | undefined;
  /** Where the passphrase comes from; with `none` nobody can be asked. */
  readonly passphraseKind: PreparedPassphrase['kind'];
  /** The faults that are on; may be changed at any time. */
  readonly faults: FaultSwitches;
  /** How the counts of the slow tool fare: whether a cancellation arrived, for one. */
  readonly counts: CountsSoFar;
  /** Where whoever holds the key may switch faults, over HTTP. */
  readonly control: { readonly url: string; readonly key: string };
  close(): Promise<void>;
}

/**
 * Starts both servers and returns when they answer.
 *
 * @throws PortTakenError, and Error with a sentence for people if a host is not loopback, a fault is unknown or the
 * data file cannot be used.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const faults = new FaultSwitches(checkFaultNames(options.faults ?? []));
  if (options.pagesHost !== undefined) requirePagesHost(options.pagesHost);
  const house = new House(options);
  try {
    const database = house.openData(options.dataFile);
    const proofs = openProofStore(database);
    const log = options.log ?? ignore;

    // Whoever else had the port under that name would be handed the passphrase.
    const alsoOn = options.pagesHost === undefined ? [] : bothLoopbacks;
    const authorization = await house.listen(
      'authorization',
      options.authorizationHost,
      options.authorizationPort,
      alsoOn,
    );
    const mcp = await house.listen('mcp', options.mcpHost, options.mcpPort);
    const mcpUrl = `${mcp.origin}/mcp`;
    const scopes = options.scopes ?? Object.values(notesScopes);
    const resourceServer = { clientId: 'sandbox-mcp-server', clientSecret: makeKey() };
    const resource = { url: mcpUrl, scopes };
    const { url: sseUrl } = olderResource(resource);
    const resources = [mcpUrl, sseUrl];
    const isResource = (indicator: string) =>
      resources.includes(indicator) ||
      (faults.active.length > 0 && resources.flatMap(resourceIdentifiers).includes(indicator));

    const found = (issuer: string, data: DatabaseSync, clientTickets?: ClientTickets): Promise<Handler> => {
      const pagesOrigin = originAt(new URL(issuer).origin, options.pagesHost);
      const terms = {
        issuer,
        resource: mcpUrl,
        isResource,
        resourceName,
        scopes,
        accessTokenSeconds: options.accessTokenSeconds ?? 3600,
        refreshTokens: options.refreshTokens ?? true,
        answerSeconds: options.answerSeconds ?? 600,
        resourceServer,
        clientDocuments:
          options.clientDocumentAuthority === undefined
            ? {}
            : { certificateAuthority: options.clientDocumentAuthority },
      };
      return createAuthorizationServer(terms, {
        ...{ database: data, proofs, faults, pagesOrigin, clientTickets, log },
      });
    };

    const issuer = authorization.origin;
    const control = { url: issuer + controlPath, key: makeKey() };
    // The other two authorization servers know nothing of the first one's clients, and are built when they are named.
    const tenant = once(() => found(issuer + issuerPath, house.openData()));
    const second = once(async () => {
      const listener = await house.listen('second authorization', options.authorizationHost, 0, alsoOn);
      listener.serve(await found(listener.origin, house.openData()));
      return listener.origin;
    });
    const tickets = new ClientTickets(Date.now);
    const root = await found(issuer, database, tickets);
    const published = () => (issuersNamed(faults).includes('path') ? pathDocuments(faults) : []);
    const issuers = { first: () => issuer, second, path: () => issuer + issuerPath };
    const mcpServer = createMcpServer(resource, {
      faults,
      tokenCacheSeconds: options.tokenCacheSeconds ?? 0,
      authorizationServers: () =>
        Promise.all(
          issuersNamed(faults).map(async (choice) => {
            const named = await issuers[choice]();
            return { issuer: named, introspectionEndpoint: named + routes.introspection, ...resourceServer };
          }),
        ),
    });
    house.closers.push(() => mcpServer.close());
    // Not before everything else went well: a start that fails leaves the passphrase as it was.
    const prepared = await preparePassphrase(proofs, options);
    authorization.serve(
      serveControl(
        { faults, key: control.key, log, counts: () => mcpServer.counts, issueTicket: () => tickets.issue() },
        serveBelowPath(root, tenant, published),
      ),
    );
    mcp.serve(mcpServer.handler);
    return {
      issuer,
      mcpUrl,
      sseUrl,
      pagesOrigin: originAt(issuer, options.pagesHost),
      passphrase: 'text' in prepared ? prepared.text : undefined,
      passphraseKind: prepared.kind,
      faults,
      get counts() {
        return mcpServer.counts;
      },
      control,
      close: () => house.close(),
    };
  } catch (error) {
    await house.close();
    throw error;
  }
}

/** What a sandbox has opened, to be closed in the opposite order. */
class House {
  readonly closers: (() => Promise<void> | void)[] = [];
  readonly #log: (line: string) => void;
  #closing: Promise<void> | undefined;

  constructor({ log = ignore }: SandboxOptions) {
    this.#log = log;
  }

  openData(file?: string): DatabaseSync {
    const database = openDatabase(file);
    this.closers.push(() => database.close(), startSweep(database, this.#log));
    return database;
  }

  async listen(
    name: string,
    host = '127.0.0.1',
    port = 0,
    alsoOn: readonly string[] = [],
  ): Promise<Listener> {
    const listener = await openListener({ name, host, port, alsoOn, log: this.#log });
    this.closers.push(() => listener.close());
    return listener;
  }

  /** Closes everything, also when something does not close well. */
  close(): Promise<void> {
    return (this.#closing ??= this.#closeAll());
  }

  async #closeAll(): Promise<void> {
    for (let close = this.closers.pop(); close; close = this.closers.pop()) {
      try {
        await close();
      } catch (error) {
        this.#log(describeFailure(error));
      }
    }
  }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return async () => {
    made ??= make();
    try {
      return await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
}

function ignore(): void {
  // Nobody listens.
}
