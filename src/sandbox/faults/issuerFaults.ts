// Faults of who is in charge: which authorization servers the MCP server names, and under which issuer identifiers
// their documents are found (RFC 9728 §2, RFC 8414 §3.1).
import type { FaultEntry, FaultSwitches } from './faultSwitches.ts';

/** The authorization servers that can be named: the usual one, one on another port, one whose issuer has a path. */
export type IssuerChoice = 'first' | 'second' | 'path';

/** Where the metadata of an issuer with a path can be found. */
export type PathDocument = 'inserted' | 'openid-inserted' | 'openid-appended';

interface IssuerFault extends FaultEntry {
  readonly issuers: readonly IssuerChoice[];
  readonly documents?: readonly PathDocument[];
}

export const issuerFaults: readonly IssuerFault[] = [
  {
    name: 'two-authorization-servers',
    about: 'The MCP server names two authorization servers, which know nothing of each other.',
    source: 'checklist 2.10',
    issuers: ['first', 'second'],
  },
  {
    name: 'authorization-server-changed',
    about: 'The MCP server names another authorization server than before.',
    source: 'field case 29',
    issuers: ['second'],
  },
  {
    name: 'issuer-with-path',
    about: 'The issuer has a path; its metadata is where RFC 8414 wants it.',
    source: 'checklist 3.1',
    issuers: ['path'],
    documents: ['inserted'],
  },
  {
    name: 'issuer-with-path-openid-inserted',
    about: 'The issuer has a path; there is only an OpenID Connect document, its suffix before the path.',
    source: 'checklist 18',
    issuers: ['path'],
    documents: ['openid-inserted'],
  },
  {
    name: 'issuer-with-path-openid-appended',
    about: 'The issuer has a path; there is only an OpenID Connect document, its suffix behind the path.',
    source: 'checklist 18',
    issuers: ['path'],
    documents: ['openid-appended'],
  },
];

/** Which authorization servers are named now. */
export function issuersNamed(faults: FaultSwitches): readonly IssuerChoice[] {
  return issuerFaults.find(({ name }) => faults.isOn(name))?.issuers ?? ['first'];
}

/** Where the document of the issuer with a path is found now. */
export function pathDocuments(faults: FaultSwitches): readonly PathDocument[] {
  return issuerFaults.find(({ name }) => faults.isOn(name))?.documents ?? ['inserted'];
}
