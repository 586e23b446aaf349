/**
 * Which hosts a pattern means: always whole names, so that no host that somebody else may have is taken for a known one.
 * `*.` in front stands for one label or more, `{region}` for a region of AWS.
 */

const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';

/** Such as `us-gov-west-1`, and not `s3`: a bucket of anybody's has a name below amazonaws.com, too. */
const region = String.raw`[a-z]{2}(?:-[a-z]+)+-\d`;

/** @param host of a parsed address; with a port that is not the usual one it is nobody's. */
export function isHostOf(pattern: string, host: string): boolean {
  const expression = pattern
    .replaceAll('.', String.raw`\.`)
    .replace('{region}', region)
    .replace(/^\*/, String.raw`${label}(?:\.${label})*`);
  return new RegExp(`^${expression}$`).test(host);
}
