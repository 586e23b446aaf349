/**
 * The protected resource document (RFC 9728, checklist 2): where it lies, and whether it is about this server and of
 * use to us.
 */
import { AuthError, mismatch } from './authError.ts';
import type { Decide } from './decision.ts';
import { busyError, type DocumentReader, type Wanted } from './documentCache.ts';
import { parseUrl } from './secureUrl.ts';
import type { Tolerance } from './tolerance.ts';
import { isBusy } from './transport.ts';
import { readResourceDocument, type ResourceDocument } from './wire/resourceDocument.ts';

/** What of a person's settings bears on the resource. */
export interface ResourceSettings {
  /** The identifier to ask a token for, in place of the document's; false to name none. */
  readonly resource?: string | false;
}

/** Where the document lies when no challenge says so, path first (checklist 2.3, 2.4). */
export function wellKnownAddresses(serverUrl: string): [string, ...string[]] {
  const { origin, pathname, search } = new URL(serverUrl);
  const root = `${origin}/.well-known/oauth-protected-resource`;
  const path = pathname === '/' ? '' : pathname;
  return path + search === '' ? [root] : [root + path + search, root];
}

/** What stands for the server where no document names it (checklist 7.5): its address as it would name itself. */
export function canonicalResource(serverUrl: string): string {
  const { origin, pathname, search } = new URL(serverUrl);
  return origin + (pathname === '/' ? '' : pathname) + search;
}

/** What to ask the token for, byte for byte (checklist 7.5); undefined where none is to be named. */
export function chooseResource(
  serverUrl: string,
  document: ResourceDocument | undefined,
  settings: ResourceSettings,
  decide: Decide,
): string | undefined {
  const resource = settings.resource ?? document?.resource ?? canonicalResource(serverUrl);
  if (resource === false) {
    decide({ id: 'resource_omitted' });
    return undefined;
  }
  const named = document === undefined ? 'address' : 'document';
  decide({ id: 'resource_chosen', resource, by: settings.resource === undefined ? named : 'setting' });
  return resource;
}

/** Asks for the document that would be asked for first, so that it is there when the server has answered. */
export async function guessResourceDocument(reader: DocumentReader, serverUrl: string): Promise<void> {
  const guesses = wellKnownAddresses(serverUrl).map((address) => wanted(address, false));
  if (guesses.some((guess) => reader.isFresh(guess))) return;
  const [first] = guesses;
  // What goes wrong here is seen by who needs the document.
  if (first !== undefined) await reader.read(first).catch(() => undefined);
}

/**
 * The document at a well-known address; all else there is noise (checklist 2.6, field case 16).
 * @returns undefined where there is none.
 * @throws AuthError `server_busy` or of the transport where one of the addresses was in trouble and none has it.
 */
export async function findResourceDocument(
  reader: DocumentReader,
  serverUrl: string,
  revalidates: boolean,
): Promise<ResourceDocument | undefined> {
  const addresses = wellKnownAddresses(serverUrl).map((address) => wanted(address, revalidates));
  const isSpared = (one: Wanted) => !revalidates && reader.isFresh(one);
  const inOrder = [...addresses.filter(isSpared), ...addresses.filter((one) => !isSpared(one))];
  let failure: AuthError | undefined;
  for (const one of inOrder) {
    try {
      const answer = await reader.read(one);
      const { status, body } = answer;
      const document = readResourceDocument(body);
      if (document !== undefined) {
        reader.decide({ id: 'resource_document_found', address: one.address });
        return document;
      }
      reader.decide({ id: 'document_passed_over', address: one.address, status });
      if (isBusy(status)) failure ??= busyError(one, answer);
    } catch (thrown) {
      if (!(thrown instanceof AuthError)) throw thrown;
      reader.decide({ id: 'document_passed_over', address: one.address, failure: thrown.code });
      // Something of that size is no document, whatever it is.
      if (thrown.code !== 'response_too_large') failure ??= thrown;
    }
  }
  if (failure !== undefined) throw failure;
  reader.decide({ id: 'resource_document_absent' });
  return undefined;
}

/**
 * A document that the challenge names must be there: falling back would hide a broken server (checklist 2.18).
 * @throws AuthError of the transport, `server_busy`, `resource_metadata_invalid`.
 */
export async function readNamedDocument(
  reader: DocumentReader,
  serverUrl: string,
  named: string,
  revalidates: boolean,
): Promise<ResourceDocument> {
  // Some servers give a path alone (field case 21).
  const address = URL.canParse(named, serverUrl) ? new URL(named, serverUrl).href : undefined;
  if (address === undefined)
    throw new AuthError('resource_metadata_invalid', { host: new URL(serverUrl).host });
  const one = wanted(address, revalidates);
  const answer = await reader.read(one);
  const { status, body } = answer;
  const document = readResourceDocument(body);
  if (document !== undefined) {
    reader.decide({ id: 'resource_document_named', address });
    return document;
  }
  if (isBusy(status)) throw busyError(one, answer);
  throw new AuthError('resource_metadata_invalid', { host: new URL(address).host, status });
}

function wanted(address: string, revalidates: boolean): Wanted {
  return { purpose: 'resource_document', address, revalidates };
}

/**
 * Whether the document is about this server (checklist 2.7, 2.8): the same address, or the same origin with a path that
 * is a whole-segment prefix. A token for anything else would be a token for somebody else, unless the person says so.
 * @throws AuthError `resource_mismatch`.
 */
export function judgeResource(
  serverUrl: string,
  document: ResourceDocument,
  settings: ResourceSettings,
): readonly Tolerance[] {
  const { resource } = document;
  if (resource === serverUrl) return [];
  if (isAbove(serverUrl, resource)) return ['resource_prefix'];
  if (settings.resource === false || settings.resource === resource) return ['resource_setting'];
  throw new AuthError('resource_mismatch', mismatch(serverUrl, resource));
}

function isAbove(serverUrl: string, resource: string): boolean {
  const server = new URL(serverUrl);
  const named = parseUrl(resource);
  if (named === undefined) return false;
  const prefix = named.pathname.replace(/\/$/, '');
  return (
    named.protocol === server.protocol &&
    named.host === server.host &&
    named.username + named.password === '' &&
    // An empty fragment leaves no trace in `hash`.
    !resource.includes('#') &&
    (named.search === '' || named.search === server.search) &&
    (server.pathname === prefix || server.pathname.startsWith(`${prefix}/`))
  );
}

/**
 * Whether we can present a token as the server wants it (checklist 2.14, 2.15).
 * @throws AuthError `token_use_unsupported`.
 */
export function requireUsable(serverUrl: string, document: ResourceDocument): void {
  const isUsable =
    !document.requiresClientCertificate && document.bearerMethods?.includes('header') !== false;
  if (!isUsable) throw new AuthError('token_use_unsupported', { host: new URL(serverUrl).host });
}
