/** How long a server in trouble asks to be left alone (RFC 9110 §10.2.3, RFC 6585 §4). */
import type { AuthErrorFacts } from './authError.ts';

/** A day: whoever asks for more is not there any more. */
const longestSeconds = 86_400;

/**
 * Seconds from now, as a fact of an error; none where the server does not say, or says what cannot be read. A date is
 * counted from the moment that the server itself says it is, since our clock may be another.
 */
export function retryAfterOf(headers: Headers): Pick<AuthErrorFacts, 'retryAfterSeconds'> {
  const value = headers.get('retry-after') ?? '';
  const seconds = /^\d+$/.test(value)
    ? Number(value)
    : (dateOf(value) - dateOf(headers.get('date') ?? '')) / 1000;
  return seconds >= 0 ? { retryAfterSeconds: Math.min(seconds, longestSeconds) } : {};
}

/** Milliseconds since the epoch, of the one form in which servers may send a date (RFC 9110 §5.6.7); else NaN. */
function dateOf(text: string): number {
  return /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)
    ? Date.parse(text)
    : NaN;
}
