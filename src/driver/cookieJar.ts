/** Cookies of one walk through the pages of a sign-in (RFC 6265 §5), each for the host that set it and no other. */

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
  readonly isSecure: boolean;
}

export class CookieJar {
  private cookies: readonly Cookie[] = [];

  /** Takes the `Set-Cookie` headers of an answer from `url`; one that has run out removes its namesake. */
  take(url: URL, headers: readonly string[]): void {
    for (const header of headers) {
      const cookie = readCookie(url, header);
      if (cookie === undefined) continue;
      const isNamesake = ({ name, host, path }: Cookie) =>
        name === cookie.name && host === cookie.host && path === cookie.path;
      this.cookies = this.cookies.filter((known) => !isNamesake(known));
      if (!isOver(attributesOf(header))) this.cookies = [...this.cookies, cookie];
    }
  }

  /** The `Cookie` header of a request to `url`; undefined for none. */
  headerFor(url: URL): string | undefined {
    const isOnPath = (path: string) =>
      url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
    const fitting = this.cookies.filter(
      ({ host, path, isSecure }) =>
        host === url.hostname && isOnPath(path) && (!isSecure || isTrustworthy(url)),
    );
    if (fitting.length === 0) return undefined;
    const ordered = fitting.toSorted((one, other) => other.path.length - one.path.length);
    return ordered.map(({ name, value }) => `${name}=${value}`).join('; ');
  }
}

function readCookie(url: URL, header: string): Cookie | undefined {
  const [pair = ''] = header.split(';');
  const split = pair.indexOf('=');
  const name = pair.slice(0, split).trim();
  if (split < 0 || name === '') return undefined;
  const attributes = attributesOf(header);
  const path = attributes.get('path');
  return {
    name,
    value: pair.slice(split + 1).trim(),
    host: url.hostname,
    path: path?.startsWith('/') === true ? path : url.pathname.replace(/\/[^/]*$/, '') || '/',
    isSecure: attributes.has('secure'),
  };
}

function attributesOf(header: string): ReadonlyMap<string, string> {
  const attributes = header.split(';').slice(1);
  return new Map(
    attributes.map((attribute) => {
      const [name = '', ...value] = attribute.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
}

/** A walk takes seconds: what has not run out when it is set does not run out. */
function isOver(attributes: ReadonlyMap<string, string>): boolean {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  return Date.parse(attributes.get('expires') ?? '') <= Date.now();
}

/** Browsers count this computer as secure. */
function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || hostname === 'localhost' || hostname.startsWith('127.');
}
