// Faults of the resource document (RFC 9728): what stands in it, where it is found, and how it is sent.
import { rootDocumentPath } from '../mcp/protectedResource.ts';
import { withParameter } from '../mcp/challenge.ts';
import type { Clock } from '../mcp/clock.ts';
import { withoutPointer } from './mcpChallengeFaults.ts';
import type { McpFault } from './mcpFault.ts';

const manyScopes = 26;
const hugeBytes = 16 * 1024 * 1024;
const slowPieceMs = 1_000;

export const documentFaults: readonly McpFault[] = [
  {
    name: 'resource-only-at-root',
    about:
      'Has its document at the root of the origin and not at its path; the challenge does not say where.',
    source: 'checklist 2.3',
    documentPaths: () => [rootDocumentPath],
    challenges: withoutPointer,
  },
  {
    name: 'resource-absent',
    about: 'Has no resource document anywhere; the challenge names none.',
    source: 'checklist 2.5',
    documentPaths: () => [],
    challenges: withoutPointer,
  },
  {
    name: 'resource-origin',
    about: 'Calls itself by its origin alone, without a slash, and takes only tokens for that name.',
    source: 'field case 8',
    identifier: (url) => new URL(url).origin,
  },
  {
    name: 'resource-trailing-slash',
    about: 'Calls itself by its address with a slash at the end, and takes only tokens for that name.',
    source: 'field case 8',
    identifier: (url) => `${url}/`,
  },
  {
    name: 'resource-foreign',
    about: 'Claims in its document to be a server of another origin.',
    source: 'field case 9',
    document: (document) => ({ ...document, resource: 'https://other.example/mcp' }),
  },
  {
    name: 'resource-sibling',
    about: 'Claims in its document an address that begins like its own: one letter more.',
    source: 'field case 9',
    document: (document) => ({ ...document, resource: `${document.resource}x` }),
  },
  {
    name: 'resource-without-servers',
    about: 'Lists no authorization server in its document.',
    source: 'checklist 2.9',
    document: (document) => ({ ...document, authorization_servers: [] }),
  },
  {
    name: 'resource-scopes-many',
    about: `Lists ${manyScopes} scopes in its document, most of them unknown to the authorization server; the challenge names none.`,
    source: 'field case 11',
    document: (document) => ({ ...document, scopes_supported: fillUp(document.scopes_supported) }),
    challenges: (challenges) => challenges.map((challenge) => withParameter(challenge, 'scope', undefined)),
  },
  {
    name: 'resource-huge',
    about: `Sends ${hugeBytes / 1024 / 1024} MB of white space before the document.`,
    source: 'checklist 18',
    documentBody: (text) => padded(text),
  },
  {
    name: 'resource-slow',
    about: 'Sends the document one character a second.',
    source: 'checklist 18',
    documentBody: (text, clock) => trickled(text, clock),
  },
];

function fillUp(scopes: readonly string[]): string[] {
  const more = Array.from({ length: manyScopes - scopes.length }, (_, at) => `extra:${at + 1}`);
  return [...scopes, ...more];
}

// eslint-disable-next-line @typescript-eslint/require-await -- Readable only wants it asynchronous.
async function* padded(text: string): AsyncGenerator<string> {
  const piece = ' '.repeat(64 * 1024);
  for (let sent = 0; sent < hugeBytes; sent += piece.length) yield piece;
  yield text;
}

async function* trickled(text: string, clock: Clock): AsyncGenerator<string> {
  for (const character of text) {
    yield character;
    await clock.wait(slowPieceMs);
  }
}
