/**
 * Reads `WWW-Authenticate` (RFC 9110 §11.6.1) as servers write it rather than as they should: several schemes in one
 * line, repeated parameters, quotes of both kinds or none, spaces round `=` (checklist 2.1, field case 21).
 */
import type { Decision, Decisions } from './decision.ts';
import { parameterNames, readChallengeParameters, type Challenge } from './wire/challenge.ts';

interface RawChallenge {
  readonly scheme: string;
  /** Lower-case names; the first of repeated parameters wins. */
  readonly parameters: Map<string, string>;
}

const maxHeaderLength = 16_384;

/**
 * What a server asks for in its 401 or 403; undefined where it names no scheme that carries an access token. Of several
 * challenges that do, one adds what the other leaves out.
 */
export function parseChallenge(header: string | null): Challenge | undefined {
  if (header === null) return undefined;
  const challenges = splitChallenges(header.slice(0, maxHeaderLength));
  const bearer = challenges.filter(({ scheme }) => /^bearer$/i.test(scheme));
  // RFC 9728 §5.1: the resource document may be named by another scheme, such as DPoP.
  const dpop = challenges.filter(({ scheme }) => /^dpop$/i.test(scheme));
  if (bearer.length + dpop.length === 0) return undefined;
  // Where both will do, a token that is presented by itself asks less of both sides.
  const parameters = new Map([...bearer, ...dpop].reverse().flatMap((one) => [...one.parameters]));
  return readChallengeParameters(bearer.length > 0 ? 'bearer' : 'dpop', parameters);
}

/** What was read, by the names of the parameters alone. */
export function readingOf(
  challenge: Challenge | undefined,
  source: Decisions['challenge_read']['source'],
): Decision {
  if (challenge === undefined) return { id: 'challenge_missing' };
  const { scheme, error } = challenge;
  return {
    id: 'challenge_read',
    ...{ source, scheme, parameters: parameterNames(challenge) },
    ...(error !== undefined && { error }),
  };
}

function splitChallenges(header: string): RawChallenge[] {
  const challenges: RawChallenge[] = [];
  const scanner = new Scanner(header);
  for (;;) {
    scanner.skip(/[\s,]*/y);
    const name = scanner.take(/[^\s,="']+/y);
    if (name === undefined) {
      // A stray quote or equals sign says nothing; step over it.
      if (scanner.take(/["'=]/y) === undefined) return challenges;
      continue;
    }
    const current = challenges.at(-1);
    if (scanner.take(/\s*=\s*/y) !== undefined && current !== undefined) {
      const value = scanner.value();
      if (!current.parameters.has(name.toLowerCase())) current.parameters.set(name.toLowerCase(), value);
      continue;
    }
    challenges.push({ scheme: name, parameters: new Map() });
    scanner.skip(/[ \t]+[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y);
  }
}

class Scanner {
  private readonly text: string;
  private position = 0;

  constructor(text: string) {
    this.text = text;
  }

  take(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.position;
    const match = sticky.exec(this.text)?.[0];
    if (match === undefined) return undefined;
    this.position += match.length;
    return match;
  }

  skip(sticky: RegExp): void {
    this.take(sticky);
  }

  value(): string {
    const quoted = this.take(/"(?:[^"\\]|\\.)*(?:"|$)/sy);
    if (quoted !== undefined) return quoted.replace(/^"|"$/g, '').replace(/\\(.)/gs, '$1');
    const single = this.take(/'[^']*(?:'|$)/y);
    if (single !== undefined) return single.replace(/^'|'$/g, '');
    return this.take(/[^\s,]*/y) ?? '';
  }
}
