// An authorization server whose proofs, clock and inner faults a test can reach, behind a real port.
import { randomBytes, scryptSync } from 'node:crypto';
import { EventEmitter, once } from 'node:events';

import type { AdapterFactory } from 'oidc-provider';
import { Provider } from 'oidc-provider';

import { configure, makeKey } from '../../src/sandbox/authorization/configuration.ts';
import { generateSigningKey } from '../../src/sandbox/authorization/signingKey.ts';
import { createConsentMiddleware } from '../../src/sandbox/consent/consentDesk.ts';
import type { PassphraseHash, Passkey, ProofStore } from '../../src/sandbox/consent/proofs.ts';
import { openDatabase } from '../../src/sandbox/data/database.ts';
import { createRecordStores } from '../../src/sandbox/data/recordStore.ts';
import { FaultSwitches } from '../../src/sandbox/faults/faultSwitches.ts';
import { openListener } from '../../src/sandbox/http/listener.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { csrfOf, Visitor } from './sandboxVisitor.ts';

/** The passphrase of every house that has one. */
export const passphrase = 'open sesame';

/** Proofs in memory. */
export class MemoryProofs implements ProofStore {
  passphrase: PassphraseHash | undefined;
  readonly passkeys = new Map<string, Passkey>();
  failuresAtMs: number[] = [];

  constructor(text?: string) {
    if (text !== undefined) this.passphrase = hashCheaply(text);
  }

  readPassphrase(): PassphraseHash | undefined {
    return this.passphrase;
  }

  writePassphrase(hash: PassphraseHash): void {
    this.passphrase = hash;
  }

  readPasskeys(): readonly Passkey[] {
    return [...this.passkeys.values()];
  }

  writePasskey(passkey: Passkey): void {
    this.passkeys.set(passkey.id, passkey);
  }

  removePasskey(id: string): void {
    this.passkeys.delete(id);
  }

  countFailures(sinceMs: number): number {
    return this.failuresAtMs.filter((atMs) => atMs >= sinceMs).length;
  }

  addFailure(atMs: number): void {
    this.failuresAtMs.push(atMs);
  }
}

/** An open house. */
export interface House extends Sandbox {
  readonly proofs: MemoryProofs;
  /** What went wrong inside. */
  readonly innerFaults: readonly Error[];
  /** Says when it begins to serve a request and when it is done, with the error that nobody inside took care of. */
  readonly requests: EventEmitter<{ begun: []; done: [unknown] }>;
  /** The records of oidc-provider, by kind. */
  readonly stores: AdapterFactory;
  /** Lets it know a client, as if its metadata document had been read. */
  learn(clientId: string, redirectUri: string, clientName?: string): Promise<Visitor>;
  /** Moves the clock of the consent page on. */
  pass(seconds: number): void;
}

/** How a house differs from an ordinary one, which has a passphrase and its pages at an IP address. */
export interface HousePlan {
  readonly proofs?: MemoryProofs;
  readonly host?: string;
  readonly pagesHost?: string;
  readonly answerSeconds?: number;
}

/** Opens a house on a free port. */
export async function openHouse(plan: HousePlan = {}): Promise<House> {
  const { proofs = new MemoryProofs(passphrase), answerSeconds = 600, pagesHost } = plan;
  const log = () => undefined;
  const listener = await openListener({ name: 'house', host: plan.host ?? '127.0.0.1', port: 0, log });
  const { origin: issuer } = listener;
  const pagesOrigin = pagesHost === undefined ? issuer : `http://${pagesHost}:${new URL(issuer).port}`;
  const mcpUrl = `${issuer}/mcp`;
  const scopes = ['openid', 'profile', 'offline_access', 'notes:read', 'notes:write'];
  const terms = {
    issuer,
    resource: mcpUrl,
    isResource: (indicator: string) => indicator === mcpUrl,
    resourceName: 'Sandbox Notes',
    scopes,
    accessTokenSeconds: 3600,
    refreshTokens: true,
    answerSeconds,
    resourceServer: { clientId: 'mcp', clientSecret: makeKey() },
    clientDocuments: {},
  };
  const keys = { signing: await generateSigningKey(), cookie: makeKey(), dpopNonce: makeKey() };
  const database = openDatabase();
  const faults = new FaultSwitches();
  const stores = createRecordStores(database);
  const provider = new Provider(issuer, configure(terms, scopes, keys, stores, faults));
  const innerFaults: Error[] = [];
  provider.on('server_error', (_ctx, error) => innerFaults.push(error));
  const requests: House['requests'] = new EventEmitter();
  provider.use((_ctx, next) => {
    requests.emit('begun');
    const done = next();
    done.then(
      () => requests.emit('done', undefined),
      (error: unknown) => requests.emit('done', error),
    );
    return done;
  });
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  provider.use(createConsentMiddleware(provider, { ...terms, proofs, pagesOrigin, now }));
  listener.serve(provider.callback());
  const house: House = {
    issuer,
    mcpUrl,
    sseUrl: new URL('/sse', mcpUrl).href,
    counts: { running: 0, finished: 0, stopped: 0 },
    pagesOrigin,
    passphrase: proofs.passphrase && passphrase,
    passphraseKind: proofs.passphrase ? 'given' : 'none',
    faults,
    control: { url: '', key: '' },
    proofs,
    innerFaults,
    requests,
    stores,
    pass: (seconds) => {
      aheadMs += seconds * 1000;
    },
    learn: async (clientId, redirectUri, clientName = 'Notes App') => {
      const metadata = { client_id: clientId, client_name: clientName, redirect_uris: [redirectUri] };
      const store = stores('Client');
      await store.upsert(clientId, { ...metadata, token_endpoint_auth_method: 'none' }, 3600);
      return Visitor.known(house, clientId, redirectUri);
    },
    close: async () => {
      await listener.close();
      database.close();
    },
  };
  return house;
}

/** Posts half a form in a browser, which goes away then, and returns what nobody in the house took care of. */
export async function breakOff(house: House, visitor: Visitor, address: string): Promise<unknown> {
  const leaving = new AbortController();
  const [begun, done] = [once(house.requests, 'begun'), once(house.requests, 'done')];
  const half = new ReadableStream({
    start: (stream) => {
      stream.enqueue(new TextEncoder().encode('csrf='));
    },
  });
  const post = { method: 'POST', body: half, duplex: 'half', signal: leaving.signal } as const;
  const gone = visitor.open(address, post).then(
    () => false,
    () => true,
  );
  await begun;
  leaving.abort();
  if (!(await gone)) throw new Error('There was an answer to half a form.');
  return ((await done) as [unknown])[0];
}

/** A consent page that is open in a browser of its own. */
export class OpenPage {
  readonly visitor: Visitor;
  readonly url: string;
  readonly text: string;
  readonly state: string;

  private constructor(visitor: Visitor, state: string, url: string, text: string) {
    this.visitor = visitor;
    this.state = state;
    this.url = url;
    this.text = text;
  }

  /** Registers an application and goes as far as its consent page. */
  static async open(house: Sandbox): Promise<OpenPage> {
    const visitor = await Visitor.register(house);
    const attempt = visitor.begin();
    const { url, text } = await visitor.consentPage(attempt);
    return new OpenPage(visitor, attempt.state, url, text);
  }

  /** Posts the form; what is not given is as in a form that was left alone. */
  answer(fields: Readonly<Record<string, string>>): Promise<Response> {
    return this.visitor.submit(this.url, { csrf: csrfOf(this.text), account: 'ada', ...fields });
  }

  allow(fields: Readonly<Record<string, string>>): Promise<Response> {
    return this.answer({ decision: 'allow', ...fields });
  }
}

/** The parameters with which the browser is sent back to the application. */
export function sentBack(response: Response): URLSearchParams {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`The browser stayed where it was: ${response.status}`);
  return new URL(location).searchParams;
}

/** The value of an attribute of the form for passkeys. */
export function attributeOf(page: string, name: string): string {
  return new RegExp(`data-${name}="([^"]*)"`).exec(page)?.[1] ?? '';
}

/** As the real one, but so that a hundred tries cost nothing. */
function hashCheaply(text: string): PassphraseHash {
  const [salt, cost, blockSize, parallelization] = [randomBytes(16), 16, 1, 1];
  const hash = scryptSync(text, salt, 32, { cost, blockSize, parallelization });
  return {
    salt: salt.toString('base64url'),
    hash: hash.toString('base64url'),
    cost,
    blockSize,
    parallelization,
  };
}
