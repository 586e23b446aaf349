// One line for each request, with everything secret left out: paths and the values of parameters are shown only where
// they are known to be harmless.

const harmless = new Set([
  'response_type',
  'code_challenge_method',
  'scope',
  'resource',
  'prompt',
  'error',
  'error_description',
  'application_type',
]);
const valueLimit = 120;

/** A request as it is logged. `url` is its target, path and query. */
export interface LoggedRequest {
  readonly server: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly durationMs: number;
}

/** For example `authorization GET /authorize?state=…&scope=notes:read 303 12 ms`. */
export function describeRequest({ server, method, url, status, durationMs }: LoggedRequest): string {
  const { pathname, searchParams } = new URL(url, 'http://sandbox');
  const query = [...searchParams].map(([name, value]) => `${printable(name)}=${maskValue(name, value)}`);
  const target = maskPath(pathname) + (query.length === 0 ? '' : `?${query.join('&')}`);
  return `${server} ${printable(method)} ${target} ${status} ${Math.round(durationMs)} ms`;
}

/** Ids of sign-ins, clients and device codes stand in the path; whoever has them can do something with them. */
function maskPath(pathname: string): string {
  return printable(pathname).replace(/\/(interaction|authorize|register|device)\/[^/]+/, '/$1/…');
}

function maskValue(name: string, value: string): string {
  return harmless.has(name) ? printable(value) : '…';
}

/** A line stays a line, and of a bearable length. */
function printable(text: string): string {
  const clean = text.replace(/[\p{C}\p{Z}]+/gu, ' ');
  return clean.length > valueLimit ? `${clean.slice(0, valueLimit)}…` : clean;
}
