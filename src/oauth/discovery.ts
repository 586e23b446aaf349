/**
 * All that has to be known before a sign-in can start: whether the server wants one, for which resource, and which
 * authorization server gives it (checklist 2, 3, 13). `resource.ts` and `issuer.ts` are its two halves.
 */
import { AuthError } from './authError.ts';
import { readingOf } from './challenge.ts';
import type { Clock } from './clock.ts';
import type { DocumentCache, DocumentReader } from './documentCache.ts';
import { contactServer } from './firstContact.ts';
import type { Habit, KnownService } from './habits.ts';
import { findChosenIssuer, findLegacyIssuer, findOneOf } from './issuer.ts';
import type { FoundIssuer, IssuerSettings } from './issuerJudgement.ts';
import {
  chooseResource,
  findResourceDocument,
  guessResourceDocument,
  judgeResource,
  readNamedDocument,
  requireUsable,
  type ResourceSettings,
} from './resource.ts';
import type { Tolerance } from './tolerance.ts';
import { withDeadline, type Transport } from './transport.ts';
import type { Challenge } from './wire/challenge.ts';
import { assumedIssuerDocument, type IssuerDocument } from './wire/issuerDocument.ts';
import type { ResourceDocument } from './wire/resourceDocument.ts';

/** What of a person's settings bears on discovery. */
export interface DiscoverySettings extends ResourceSettings, IssuerSettings {
  /** The authorization server to use, in place of the one that the server names. */
  readonly issuer?: string;
  /** True to use the endpoints of the revision 2025-03-26 where the server publishes nothing. */
  readonly legacyEndpoints?: boolean;
}

export interface DiscoveryRequest {
  readonly serverUrl: string;
  /** Sent with the first contact, and to no other address (field case 17). */
  readonly headers: Readonly<Record<string, string>>;
  readonly settings: DiscoverySettings;
  /** A challenge that the server sent just now: it need not be asked for one. */
  readonly challenge?: Challenge;
  /** Whether we are known at an issuer already (checklist 2.10: preferred of several). */
  readonly isKnownAt: (issuer: string) => boolean | Promise<boolean>;
}

export type Discovery =
  /** The server answers anybody. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'sign_in';
      /** What to ask the token for, byte for byte (checklist 7.5); undefined where none is to be named. */
      readonly resource: string | undefined;
      /** Verified, and from now on the only one that an answer is taken from. */
      readonly issuer: IssuerDocument;
      readonly challenge: Challenge | undefined;
      /** Of the resource document. */
      readonly scopesSupported: readonly string[] | undefined;
      /** Whether the server takes only tokens that are bound to a key (RFC 9449). */
      readonly bindsTokens: boolean;
      readonly notes: readonly Tolerance[];
      /** What the authorization server is known as, where its habits are followed. */
      readonly service: KnownService | undefined;
      /** Those that were followed so far. */
      readonly habits: readonly Habit[];
    };

/** For all of it together, beside the limit of each request. */
export const discoveryTimeoutMs = 60_000;

/**
 * @param documents learns what was found, and forgets what is known of the server where it fails.
 * @throws AuthError of the transport, `server_busy`, `server_failed`, `resource_metadata_missing`,
 * `resource_metadata_invalid`, `resource_mismatch`, `token_use_unsupported`, and those of `issuer.ts`; the signal's
 * reason when aborted.
 */
export async function discover(
  transport: Transport,
  documents: DocumentCache,
  request: DiscoveryRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<Discovery> {
  const { host } = new URL(request.serverUrl);
  const work = (within: AbortSignal) => runSearch({ transport, documents, request, signal: within });
  try {
    return await withDeadline(clock, discoveryTimeoutMs, host, signal, work);
  } catch (thrown) {
    if (thrown instanceof AuthError) documents.forget(request.serverUrl);
    throw thrown;
  }
}

interface Search {
  readonly transport: Transport;
  readonly documents: DocumentCache;
  readonly request: DiscoveryRequest;
  readonly signal: AbortSignal;
}

async function runSearch(search: Search): Promise<Discovery> {
  const { transport, documents, request, signal } = search;
  const { serverUrl, headers, challenge } = request;
  const over = new AbortController();
  const reader = documents.readerFor(serverUrl, transport, AbortSignal.any([signal, over.signal]));
  const needsContact = challenge === undefined && documents.contactOf(serverUrl, headers)?.isFresh !== true;
  // Beside the first contact, and not after it: most servers have their document where it is guessed.
  const guess = needsContact ? guessResourceDocument(reader, serverUrl) : Promise.resolve();
  try {
    const demand = await (challenge === undefined
      ? learnDemand(search, reader)
      : learnFrom(challenge, search, reader));
    return demand === undefined ? { kind: 'none' } : await answerDemand(demand, request, reader);
  } finally {
    // Nothing of a search goes on after its end.
    over.abort();
    await guess;
  }
}

interface Demand {
  readonly challenge: Challenge | undefined;
  /** Undefined where the server publishes none: one of 2025-03-26, or one that the person knows better. */
  readonly document: ResourceDocument | undefined;
}

/** What the server says to a request without credentials, or said to one lately; undefined where it lets anybody in. */
async function learnDemand(
  { transport, documents, request, signal }: Search,
  reader: DocumentReader,
): Promise<Demand | undefined> {
  const { serverUrl, headers } = request;
  const before = documents.contactOf(serverUrl, headers);
  if (before?.isFresh === true) {
    reader.decide(readingOf(before.challenge, 'remembered'));
    return {
      challenge: before.challenge,
      document: await documentFor(before.challenge, serverUrl, reader, false),
    };
  }
  const contact = await contactServer(transport, serverUrl, headers, signal);
  if (contact.kind === 'open') return openDemand(serverUrl, reader);
  const { challenge } = contact;
  reader.decide(readingOf(challenge, 'first_contact'));
  documents.rememberContact(serverUrl, headers, challenge);
  const saysOther = before !== undefined && JSON.stringify(before.challenge) !== JSON.stringify(challenge);
  return { challenge, document: await documentFor(challenge, serverUrl, reader, saysOther) };
}

/** A server that answers anybody may still offer a sign-in for more: its document says so. */
async function openDemand(serverUrl: string, reader: DocumentReader): Promise<Demand | undefined> {
  const document = await findResourceDocument(reader, serverUrl, false).catch((thrown: unknown) => {
    if (thrown instanceof AuthError) return undefined;
    throw thrown;
  });
  reader.decide({ id: document === undefined ? 'server_open' : 'server_offers_sign_in' });
  return document && { challenge: undefined, document };
}

/** Checklist 2.11: a challenge of just now may mean that the document has changed since; it is asked for again. */
async function learnFrom(
  challenge: Challenge,
  { transport, documents, request, signal }: Search,
  reader: DocumentReader,
): Promise<Demand> {
  const { serverUrl, headers } = request;
  const before = documents.contactOf(serverUrl, headers)?.challenge?.resourceMetadata;
  const { resourceMetadata = before } = challenge;
  reader.decide(readingOf(challenge, 'refused_request'));
  if (before !== undefined && resourceMetadata !== before) documents.forget(serverUrl);
  // Whoever wants more scopes takes the token, and so the server that gave it.
  const isStepUp = challenge.error === 'insufficient_scope' && challenge.resourceMetadata === undefined;
  const document = await documentFor({ ...challenge, resourceMetadata }, serverUrl, reader, !isStepUp);
  if (document !== undefined || resourceMetadata !== undefined) return { challenge, document };
  // A refusal may leave out what the first contact says: where the document lies.
  const contact = await contactServer(transport, serverUrl, headers, signal);
  const named = contact.kind === 'closed' ? contact.challenge?.resourceMetadata : undefined;
  if (named === undefined) return { challenge, document: undefined };
  return { challenge, document: await readNamedDocument(reader, serverUrl, named, true) };
}

/** The document that the challenge names and no other (checklist 2.2), else the one at a well-known address (2.3). */
function documentFor(
  challenge: Challenge | undefined,
  serverUrl: string,
  reader: DocumentReader,
  revalidates: boolean,
): Promise<ResourceDocument | undefined> {
  const named = challenge?.resourceMetadata;
  return named === undefined
    ? findResourceDocument(reader, serverUrl, revalidates)
    : readNamedDocument(reader, serverUrl, named, revalidates);
}

async function answerDemand(
  { challenge, document }: Demand,
  request: DiscoveryRequest,
  reader: DocumentReader,
): Promise<Discovery> {
  const { serverUrl, settings } = request;
  const tolerances = document === undefined ? [] : judgeResource(serverUrl, document, settings);
  if (document !== undefined) requireUsable(serverUrl, document);
  const found = await findIssuerFor(document, request, reader);
  const resource = chooseResource(serverUrl, document, settings, reader.decide);
  const { protectedResources = [] } = found;
  const isListed =
    resource === undefined || protectedResources.length === 0 || protectedResources.includes(resource);
  return {
    kind: 'sign_in',
    resource,
    issuer: found.document,
    challenge,
    scopesSupported: document?.scopesSupported,
    bindsTokens: document?.requiresDpop === true || challenge?.scheme === 'dpop',
    notes: [...tolerances, ...found.tolerances, ...(isListed ? [] : (['resource_not_listed'] as const))],
    service: found.service,
    habits: found.habits,
  };
}

/** Checklist 2.5, 2.10, 13.2, 13.3: whom the person named, whom the document lists, or the server's own origin. */
async function findIssuerFor(
  document: ResourceDocument | undefined,
  { serverUrl, settings, isKnownAt }: DiscoveryRequest,
  reader: DocumentReader,
): Promise<FoundIssuer> {
  const { origin, host } = new URL(serverUrl);
  if (settings.issuer !== undefined)
    return findChosenIssuer(reader, settings.issuer, document?.issuers ?? [origin], settings);
  if (document !== undefined) return findOneOf(reader, document.issuers, isKnownAt, settings);
  const legacy = await findLegacyIssuer(reader, origin, settings);
  if (legacy !== undefined) return legacy;
  if (settings.legacyEndpoints !== true) throw new AuthError('resource_metadata_missing', { host });
  return {
    document: assumedIssuerDocument(origin),
    protectedResources: undefined,
    tolerances: ['legacy_endpoints'],
    service: undefined,
    habits: [],
  };
}
