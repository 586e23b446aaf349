/** More servers than a tooltip has room for, of which two need a person; one of them has a name that would be more than one. */
import { stage } from './extension.ts';

/** Would be an icon, bold, a tag and a new column, if it were more than a name. */
export const hostileName = '$(zap) **notes** <b>|';

export function crowdedServers(): Readonly<Record<string, { readonly url: string }>> {
  const entry = { url: stage.sandbox.mcpUrl };
  const own = { ...entry, headers: { Authorization: 'Bearer mine' } };
  const others = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`own-${at + 1}`, own]));
  return { ...others, alpha: entry, [hostileName]: entry };
}
