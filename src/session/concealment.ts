/**
 * Takes out of a text what a person entered as a secret for one server: the values of its headers, and what stands in its
 * address for a variable, which is shown as it is written.
 */
import type { Server } from '../servers/server.ts';
import type { Log } from './ports.ts';
import type { LogFields } from './logLine.ts';

export type Conceal = (text: string) => string;

/** A shorter value of a header, such as a version, says nothing secret and stands in many a word. */
const shortestHeader = 8;
/** A shorter value of a variable is looked for as a word of its own. */
const shortestWord = 8;
/** What is shorter still, such as a separator, is no secret. */
const shortestPart = 3;

export function concealerFor({ headers, filledIn = {} }: Pick<Server, 'headers' | 'filledIn'>): Conceal {
  // Most servers have neither, and there may be a thousand.
  if (Object.keys({ ...headers, ...filledIn }).length === 0) return (text) => text;
  const ofHeaders = Object.values(headers)
    .flatMap((value) => [value, value.replace(/^\S+ +/, '')])
    .filter((value) => value.length >= shortestHeader)
    .map((value) => [value, '[hidden]'] as const);
  const ofVariables = Object.entries(filledIn).map(([written, value]) => [value, written] as const);
  const hidden = [...ofVariables, ...ofHeaders]
    .flatMap(([value, shown]) => spellingsOf(value).map((spelling) => [spelling, shown] as const))
    .sort(([one], [other]) => other.length - one.length);
  return (text) => hidden.reduce((left, [value, shown]) => replaceIn(left, value, shown), text);
}

/** The log of one server. */
export function concealedLog(log: Log, conceal: Conceal): Log {
  const cleaned = (fields: LogFields | undefined) =>
    Object.fromEntries(
      Object.entries(fields ?? {}).map(([name, value]) => [
        name,
        typeof value === 'string' ? conceal(value) : value,
      ]),
    );
  return {
    info: (event, fields) => log.info(event, cleaned(fields)),
    error: (event, fields, cause) => log.error(event, cleaned(fields), cause),
  };
}

/** As it was entered, and as addresses spell it. */
function spellingsOf(value: string): readonly string[] {
  const text = value.toWellFormed();
  const inPath = URL.canParse(`https://x/${text}`) ? new URL(`https://x/${text}`).pathname.slice(1) : text;
  return [...new Set([value, value.toLowerCase(), encodeURIComponent(text), inPath])].filter(
    ({ length }) => length >= shortestPart,
  );
}

function replaceIn(text: string, value: string, shown: string): string {
  if (value.length >= shortestWord) return text.replaceAll(value, () => shown);
  const literal = value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'gu'), () => shown);
}
