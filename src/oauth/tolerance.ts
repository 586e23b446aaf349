/** What discovery lets pass although documents are not quite as they should be; names for the log. */
export type Tolerance =
  /** The resource is the server's origin or a path above it (checklist 2.8). */
  | 'resource_prefix'
  /** The document's resource is not this server's, and the person named it or wants none named (field case 9). */
  | 'resource_setting'
  /** The authorization server lists what it protects, and this resource is not among it (checklist 2.17). */
  | 'resource_not_listed'
  /** An authorization server listed before has no document (checklist 2.10). */
  | 'issuer_skipped'
  /** The person named the authorization server (field case 10). */
  | 'issuer_setting'
  /** That one's document lies at the address of another (field case 10). */
  | 'issuer_elsewhere'
  /** The person does without the promise of PKCE (checklist 3.10, field case 18). */
  | 'pkce_not_promised'
  /** No resource document: the server's origin is the authorization server (checklist 13.2). */
  | 'legacy_metadata'
  /** No document at all: endpoints by their names of 2025-03-26, unverified (checklist 13.3). */
  | 'legacy_endpoints';
