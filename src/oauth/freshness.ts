/** How long an answer may be used again without asking (RFC 9111 §4.2, §5.2.2; RFC 9728 §7.10). */

/** Where the server says nothing: long enough for one sign-in and the next, short enough for a document that moves. */
const unsaidMs = 600_000;
const longestMs = 86_400_000;

/** Whether the answer says anything about its freshness. */
export function saysFreshness(headers: Headers): boolean {
  return headers.has('cache-control') || headers.has('expires');
}

/** Milliseconds, none where the server has to be asked each time; undefined where the answer may not be kept at all. */
export function freshForMs(headers: Headers, nowMs: number): number | undefined {
  const directives = directivesOf(headers.get('cache-control') ?? '');
  if (directives.has('no-store')) return undefined;
  if (directives.has('no-cache')) return 0;
  const lifetimeMs = secondsOf(directives.get('max-age')) ?? untilExpiry(headers, nowMs) ?? unsaidMs;
  const ageMs = secondsOf(headers.get('age') ?? undefined) ?? 0;
  return Math.min(Math.max(lifetimeMs - ageMs, 0), longestMs);
}

function directivesOf(header: string): Map<string, string> {
  const pairs = header.split(',').map((directive) => {
    const [name = '', value = ''] = directive.split('=', 2);
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')] as const;
  });
  return new Map(pairs);
}

/** As milliseconds; nothing for an absent value, and no time at all for one that is no number (RFC 9111 §4.2.1). */
function secondsOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  return /^\d{1,10}$/.test(value) ? Number(value) * 1000 : 0;
}

/** A date that cannot be read has passed (RFC 9111 §5.3). */
function untilExpiry(headers: Headers, nowMs: number): number | undefined {
  const expires = headers.get('expires');
  if (expires === null) return undefined;
  const sentAtMs = Date.parse(headers.get('date') ?? '');
  const expiresAtMs = Date.parse(expires);
  return Number.isNaN(expiresAtMs) ? 0 : expiresAtMs - (Number.isNaN(sentAtMs) ? nowMs : sentAtMs);
}
