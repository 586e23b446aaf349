/**
 * How near an address is to the person, by the ranges that are set aside (checklist 16.1). Names are not asked for
 * here; see `addressGuard.ts`.
 */

/** How near an address is: to everybody, within a network, or on this machine alone. */
export type Reach = 'public' | 'private' | 'loopback';

const nearness: Record<Reach, number> = { public: 0, private: 1, loopback: 2 };

export function isNearer(one: Reach, other: Reach): boolean {
  return nearness[one] > nearness[other];
}

/**
 * Reach of a host as `URL.hostname` spells it, which has brought every form of an address into one. Undefined for what
 * nobody may be sent to: link-local addresses, where clouds keep credentials, and those that are no single host's.
 */
export function reachOfHost(hostname: string): Reach | undefined {
  if (isLocalName(hostname)) return 'loopback';
  if (hostname.startsWith('[')) return reachOfIPv6(groupsOf(hostname));
  const octets = octetsOf(hostname);
  return octets === undefined ? 'public' : reachOfIPv4(octets);
}

/** Reach of an address as a look-up of a name spells it, `fe80::1%eth0` for one; undefined also for what is none. */
export function reachOfAddress(address: string): Reach | undefined {
  const host = address.includes(':') ? `[${address.replace(/%.*$/s, '')}]` : address;
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  return url !== undefined && isAddress(url.hostname) ? reachOfHost(url.hostname) : undefined;
}

/** Whether a host needs no look-up: an address, or a name that is this machine's by definition (RFC 6761 §6.3). */
export function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || octetsOf(hostname) !== undefined;
}

export function isLocalName(hostname: string): boolean {
  return /^(?:[^.]+\.)*localhost\.?$/.test(hostname);
}

type Octets = readonly [number, number, number, number];

function octetsOf(hostname: string): Octets | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(hostname);
  return match === null ? undefined : (match.slice(1).map(Number) as unknown as Octets);
}

/** RFC 1918, RFC 3927, RFC 6598, RFC 6890 and RFC 1122 §3.2.1.3; multicast and what is reserved is no host. */
function reachOfIPv4([first, second, third]: Octets): Reach | undefined {
  if (first === 127) return 'loopback';
  if (first === 0 || first >= 224 || (first === 169 && second === 254)) return undefined;
  const isPrivate =
    first === 10 ||
    (first === 172 && second >> 4 === 1) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >> 6 === 1) ||
    (first === 192 && second === 0 && third === 0);
  return isPrivate ? 'private' : 'public';
}

/** RFC 4291, RFC 4193, RFC 3879; addresses that carry one of IPv4 are as near as that one. */
function reachOfIPv6(groups: readonly number[]): Reach | undefined {
  const [first = 0, second = 0] = groups;
  const upper = groups.slice(0, 6);
  const isEmpty = (part: readonly number[]) => part.every((group) => group === 0);
  if (isEmpty(groups.slice(0, 7))) return groups[7] === 1 ? 'loopback' : undefined;
  // ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), ::a.b.c.d (§2.5.5.1) and 64:ff9b::a.b.c.d (RFC 6052).
  const isMapped = isEmpty(upper.slice(0, 5)) && (upper[5] === 0xffff || upper[5] === 0);
  const isTranslated = first === 0x64 && second === 0xff9b && isEmpty(upper.slice(2));
  if (isMapped || isTranslated) return reachOfIPv4(octetsIn(groups.slice(6)));
  // 2002:a.b.c.d:: (RFC 3056)
  if (first === 0x2002) return reachOfIPv4(octetsIn(groups.slice(1, 3)));
  if (first >> 6 === 0xfe80 >> 6 || first >> 8 === 0xff) return undefined;
  // 64:ff9b:1:: is a network's own translation (RFC 8215).
  const isOwnTranslation = first === 0x64 && second === 0xff9b && groups[2] === 1;
  const isUniqueLocal = first >> 9 === 0xfc00 >> 9 || first >> 6 === 0xfec0 >> 6;
  return isOwnTranslation || isUniqueLocal ? 'private' : 'public';
}

function octetsIn([high = 0, low = 0]: readonly number[]): Octets {
  return [high >> 8, high & 255, low >> 8, low & 255];
}

/** The eight groups of an IPv6 host in the one form in which `URL` spells it (WHATWG URL, IPv6 serializer). */
function groupsOf(hostname: string): readonly number[] {
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const read = (part: string) => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const [before, after] = [read(head), read(tail ?? '')];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
