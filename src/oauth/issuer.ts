/**
 * The authorization server's document: RFC 8414 and OpenID Connect Discovery addresses in the order of the
 * specification (checklist 3). `issuerJudgement.ts` has the checks that make it trustworthy.
 */
import { AuthError, mismatch } from './authError.ts';
import { busyError, type DocumentCache, type DocumentReader, type Wanted } from './documentCache.ts';
import {
  judgeIssuer,
  type FoundIssuer,
  type IssuerCandidate,
  type IssuerSettings,
} from './issuerJudgement.ts';
import { requireSecureUrl, type UrlPolicy } from './secureUrl.ts';
import { isBusy, type Transport } from './transport.ts';
import { readIssuerDocument, readProtectedResources, type IssuerDocument } from './wire/issuerDocument.ts';

/**
 * The document of one authorization server that a person named.
 * @throws AuthError as {@link findIssuer}.
 */
export async function discoverIssuer(
  transport: Transport,
  documents: DocumentCache,
  issuer: string,
  settings: IssuerSettings,
  signal: AbortSignal,
): Promise<IssuerDocument> {
  const reader = documents.readerFor(issuer, transport, signal);
  return (await findIssuer(reader, issuer, settings)).document;
}

/**
 * @param issuer as the protected resource document spells it; compared as a string, never normalised.
 * @throws AuthError of the transport, `server_busy`, `issuer_metadata_missing`, `issuer_metadata_invalid`,
 * `issuer_mismatch`, `pkce_unsupported`, `insecure_url`.
 */
export async function findIssuer(
  reader: DocumentReader,
  issuer: string,
  settings: IssuerSettings,
): Promise<FoundIssuer> {
  const { found, failure } = await search(reader, metadataAddresses(issuer, reader.policy));
  if (found === undefined) throw failure ?? missing(issuer);
  return judgeIssuer(found, issuer, reader, settings, settings.serviceAt?.(issuer));
}

/**
 * One of several authorization servers (checklist 2.10): one that we are known at, else the first; the next only where
 * it has no document. They are judged each by itself.
 * @throws AuthError as {@link findIssuer}, of the first.
 */
export async function findOneOf(
  reader: DocumentReader,
  issuers: readonly [string, ...string[]],
  isKnownAt: (issuer: string) => boolean | Promise<boolean>,
  settings: IssuerSettings,
): Promise<FoundIssuer> {
  const [first, ...others] = issuers.slice(0, maxIssuers) as [string, ...string[]];
  if (others.length === 0) return findIssuer(reader, first, settings);
  const known = await Promise.all(
    [first, ...others].map(async (issuer) => ((await isKnownAt(issuer)) ? [issuer] : [])),
  );
  reader.decide({ id: 'issuers_offered', issuers: [first, ...others], known: known.flat() });
  let failure: AuthError | undefined;
  for (const issuer of new Set([...known.flat(), first, ...others])) {
    try {
      const found = await findIssuer(reader, issuer, settings);
      return failure === undefined
        ? found
        : { ...found, tolerances: [...found.tolerances, 'issuer_skipped'] };
    } catch (thrown) {
      if (!(thrown instanceof AuthError) || thrown.code !== 'issuer_metadata_missing') throw thrown;
      reader.decide({ id: 'issuer_without_document', issuer });
      failure ??= thrown;
    }
  }
  throw failure ?? missing(first);
}

/**
 * The authorization server that the person named (field case 10): at its own addresses, else, where it has none there, at
 * those of `elsewhere`, where only a document of that very issuer counts.
 * @throws AuthError as {@link findIssuer}.
 */
export async function findChosenIssuer(
  reader: DocumentReader,
  issuer: string,
  elsewhere: readonly string[],
  settings: IssuerSettings,
): Promise<FoundIssuer> {
  const own = await search(reader, metadataAddresses(issuer, reader.policy));
  if (own.found !== undefined)
    return judgeIssuer(own.found, issuer, reader, settings, settings.serviceAt?.(issuer), ['issuer_setting']);
  // Trouble passes: only where the issuer has no document of its own may somebody else say where its endpoints are.
  if (own.failure !== undefined) throw own.failure;
  const addresses = elsewhere
    .slice(0, maxIssuers)
    .flatMap((other) => metadataAddresses(other, reader.policy));
  const there = await search(reader, addresses, issuer);
  if (there.found !== undefined)
    return judgeIssuer(there.found, issuer, reader, settings, undefined, [
      'issuer_setting',
      'issuer_elsewhere',
    ]);
  throw there.refused ?? there.failure ?? missing(issuer);
}

/**
 * The revision 2025-03-26: the server's origin publishes the authorization server (checklist 13.2). The document's own
 * issuer counts, since nothing else names one; it has to be of that origin.
 * @returns undefined where there is no such document.
 * @throws AuthError as {@link findIssuer}.
 */
export async function findLegacyIssuer(
  reader: DocumentReader,
  origin: string,
  settings: IssuerSettings,
): Promise<FoundIssuer | undefined> {
  const { found, failure } = await search(reader, metadataAddresses(origin, reader.policy), undefined, {
    'mcp-protocol-version': '2025-03-26',
  });
  if (found === undefined && failure !== undefined) throw failure;
  if (found === undefined) return undefined;
  const { issuer } = found.document;
  // The address is checked again as every issuer is, query and fragment included.
  metadataAddresses(issuer, reader.policy);
  const called = new URL(issuer).origin === origin ? issuer : origin;
  return judgeIssuer(found, called, reader, settings, settings.serviceAt?.(origin), ['legacy_metadata']);
}

/** Nobody has more; a list without end would keep us asking. */
const maxIssuers = 8;

/** Checklist 3.1, 3.2, 3.4: insertion first, then the two OpenID Connect forms. */
export function metadataAddresses(issuer: string, policy: UrlPolicy): string[] {
  const url = requireSecureUrl(issuer, policy);
  // An empty query or fragment leaves no trace in the parsed address.
  if (/[?#]/.test(issuer)) throw new AuthError('issuer_metadata_invalid', { host: url.host });
  const path = url.pathname.replace(/\/$/, '');
  return [
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
    `${url.origin}/.well-known/openid-configuration${path}`,
    ...(path === '' ? [] : [`${url.origin}${path}/.well-known/openid-configuration`]),
  ];
}

interface Search {
  readonly found?: IssuerCandidate;
  /** A document was there, of another issuer than the one that alone counts. */
  readonly refused?: AuthError;
  /** An address was in trouble. */
  readonly failure?: AuthError;
}

/** The first usable document; a fault at one address lets the next one be tried, since many servers have only one. */
async function search(
  reader: DocumentReader,
  addresses: readonly string[],
  onlyIssuer?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Search> {
  let refused: AuthError | undefined;
  let failure: AuthError | undefined;
  const wanted = addresses.map((address): Wanted => ({ purpose: 'issuer_document', address, headers }));
  const fresh = wanted.filter((one) => reader.isFresh(one));
  for (const one of new Set([...fresh, ...wanted])) {
    try {
      const answer = await reader.read(one);
      const { status, body } = answer;
      const document = readIssuerDocument(body);
      const counts = onlyIssuer === undefined || document?.issuer === onlyIssuer;
      const { address } = one;
      if (document !== undefined && counts) {
        const kind = address.includes('/openid-configuration') ? 'openid' : 'oauth';
        reader.decide({ id: 'issuer_document_found', address, kind });
        return { found: { document, protectedResources: readProtectedResources(body) } };
      }
      reader.decide({ id: 'document_passed_over', address, status });
      if (document !== undefined && onlyIssuer !== undefined)
        refused ??= new AuthError('issuer_mismatch', mismatch(onlyIssuer, document.issuer));
      if (isBusy(status)) failure ??= busyError(one, answer);
    } catch (thrown) {
      if (!(thrown instanceof AuthError)) throw thrown;
      reader.decide({ id: 'document_passed_over', address: one.address, failure: thrown.code });
      failure ??= thrown;
    }
  }
  return { ...(refused && { refused }), ...(failure && { failure }) };
}

function missing(issuer: string): AuthError {
  return new AuthError('issuer_metadata_missing', { host: new URL(issuer).host });
}
