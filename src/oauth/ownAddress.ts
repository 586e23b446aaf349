/** Addresses that a server names of itself: those of its own origin, where what was sent to it may be sent. */

/** An address without what would be taken for credentials; undefined where it is another origin's. */
export function addressWithin(origin: string, named: string, base: URL): URL | undefined {
  if (named === '' || !URL.canParse(named, base.href)) return undefined;
  const address = new URL(named, base);
  [address.username, address.password, address.hash] = ['', '', ''];
  // A server behind a proxy that ends TLS takes itself for one without: it means the address that it was asked at.
  if (base.protocol === 'https:' && address.protocol === 'http:' && address.host === base.host)
    address.protocol = 'https:';
  return address.origin === origin ? address : undefined;
}

/** How many redirects are followed. */
export const maxRedirects = 3;

/**
 * RFC 9110 §15.4: whether a request is repeated as it was at the address that a redirect names. Of an address that moved for
 * good (301, as web servers add a slash) it may be; 302 and 303 lead to a page to read.
 */
export function keepsRequest(status: number, method: string): boolean {
  return isRedirect(status) && (method === 'GET' || status === 301 || status === 307 || status === 308);
}

export function isRedirect(status: number): boolean {
  return status >= 300 && status <= 399 && status !== 304;
}
