// Noise at the first address where a client looks for the resource document, and the document at the root, where it
// looks next (field case 16). The challenge names no address: only who guesses gets there.
import { documentPath, rootDocumentPath } from '../mcp/protectedResource.ts';
import type { Reply } from '../mcp/reply.ts';
import { json, page, silence } from '../mcp/reply.ts';
import { withoutPointer } from './mcpChallengeFaults.ts';
import type { McpFault } from './mcpFault.ts';

const loginPath = '/login';

interface Noise {
  readonly kind: string;
  /** Ends the sentence "The first well-known address …". */
  readonly about: string;
  readonly reply: Reply | typeof silence;
}

const noises: readonly Noise[] = [
  { kind: '401', about: 'answers 401', reply: json(401, { error: 'unauthorized' }) },
  { kind: '400', about: 'answers 400, as Cognito does', reply: json(400, { error: 'bad_request' }) },
  { kind: '403', about: 'answers 403', reply: json(403, { error: 'forbidden' }) },
  { kind: '405', about: 'answers 405', reply: json(405, { error: 'method_not_allowed' }, { allow: 'POST' }) },
  { kind: '502', about: 'answers 502 with a page of a proxy', reply: page(502, 'Bad Gateway') },
  { kind: 'html', about: 'answers 200 with an HTML page', reply: page(200, 'Welcome to Sandbox Notes.') },
  { kind: 'empty', about: 'answers 200 with an empty object', reply: json(200, {}) },
  { kind: 'null', about: 'answers 200 with null', reply: json(200, null) },
  {
    kind: 'redirect',
    about: 'redirects to a login page',
    reply: { status: 302, headers: { location: loginPath } },
  },
  { kind: 'silent', about: 'never answers', reply: silence },
];

export const noiseFaults: readonly McpFault[] = noises.map(({ kind, about, reply }) => ({
  name: `resource-noise-${kind}`,
  about: `The first well-known address ${about}; the document is at the root of the origin.`,
  source: 'field case 16',
  answer: ({ path, resource }) => {
    if (path === documentPath(resource)) return reply;
    return path === loginPath ? page(200, 'Log in to read this page.') : undefined;
  },
  documentPaths: () => [rootDocumentPath],
  challenges: withoutPointer,
}));
