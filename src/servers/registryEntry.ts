/** What the registry of MCP servers has of one (`server.json`): the addresses at which it can be reached count here. */
import { isMembers, type Members } from './foreignEntry.ts';

/** One of its addresses as an entry; undefined for anything else, and where each has a gap to be filled in. */
export function registryEntry({ name, remotes }: Members): Members | undefined {
  if (!Array.isArray(remotes)) return undefined;
  const usable = remotes.filter(isMembers).filter(({ url }) => typeof url === 'string' && !url.includes('{'));
  const remote = usable.find(({ type }) => type === 'streamable-http') ?? usable[0];
  return remote && { name, url: remote['url'], headers: fixedHeaders(remote['headers']) };
}

/** Those that have a value: the others are asked for, mostly in place of a sign-in. */
function fixedHeaders(headers: unknown): Members {
  const fixed = [headers]
    .flat()
    .filter(isMembers)
    .filter(({ value }) => typeof value === 'string' && !value.includes('{'));
  return Object.fromEntries(fixed.map(({ name, value }) => [String(name), value]));
}
