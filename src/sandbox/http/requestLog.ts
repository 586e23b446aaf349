// One line for each request, with everything secret left out: ids in the path, and the values of parameters unless they
// are known to be harmless.

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
const grantTypes = new Set([
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
]);
const valueLimit = 120;

/** A request as it is logged. `url` is its target, path and query. */
export interface LoggedRequest {
  readonly server: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Where the answer leads, if it is a redirect. */
  readonly location?: string;
  readonly durationMs: number;
}

/** For example `authorization GET /authorize?state=…&scope=notes:read 303 12 ms`. */
export function describeRequest({
  server,
  method,
  url,
  status,
  location,
  durationMs,
}: LoggedRequest): string {
  // What the path looks like is up to whoever asks: it need not make an address.
  const parsed = URL.parse(url, 'http://sandbox');
  if (!parsed) return `${server} ${printable(method)} (no path) ${status} ${Math.round(durationMs)} ms`;
  const { pathname, searchParams } = parsed;
  const query = [...searchParams].map(([name, value]) => `${printable(name)}=${maskValue(name, value)}`);
  const target = maskPath(pathname) + (query.length === 0 ? '' : `?${query.join('&')}`);
  const error = URL.parse(location ?? '')?.searchParams.get('error') ?? undefined;
  const outcome = error === undefined ? String(status) : `${status} error=${printable(error)}`;
  return `${server} ${printable(method)} ${target} ${outcome} ${Math.round(durationMs)} ms`;
}

/** A request for tokens as the server decided it, which its answer tells the client less about. */
export interface LoggedTokenRequest {
  readonly grantType: unknown;
  /** Why there are no tokens; absent where there are. */
  readonly refusal?: { readonly error: string; readonly detail: string | undefined };
}

/** For example `token refresh_token granted` or `token refresh_token refused: invalid_grant (refresh token already used)`. */
export function describeTokenRequest({ grantType, refusal }: LoggedTokenRequest): string {
  // Whoever mixes up two parameters sends a secret as the type.
  const isKnown = typeof grantType === 'string' && grantTypes.has(grantType);
  const asked = `token ${isKnown ? grantType : '(unknown grant type)'}`;
  if (refusal === undefined) return `${asked} granted`;
  const { error, detail } = refusal;
  return `${asked} refused: ${printable(error)}${detail === undefined ? '' : ` (${printable(detail)})`}`;
}

/** What went wrong inside, as one line: its name and where in the code, and words as they would be printed anywhere. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `failed: ${printable(String(error))}`;
  const [, place = ''] = /\n\s+at (.*)/.exec(error.stack ?? '') ?? [];
  return `failed: ${error.name}: ${printable(error.message)} (${printable(place)})`;
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
