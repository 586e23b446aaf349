/** A piece of the configuration of Codex, which is TOML: `[mcp_servers.notes]`. */
import { parse } from 'smol-toml';
import { isMembers, type Members } from './foreignEntry.ts';

const table = 'mcp_servers';

/** What it says, as far as it is about servers; undefined for any other text. */
export function readCodexSnippet(text: string): unknown {
  if (!/\[\s*mcp_servers\s*\./.test(text)) return undefined;
  const servers = serversIn(text) ?? serversIn(withLines(text));
  if (servers === undefined) return undefined;
  return { [table]: Object.fromEntries(Object.entries(servers).map(([name, entry]) => [name, said(entry)])) };
}

/** A field of one line has a blank for each line break, and TOML needs them. */
function withLines(text: string): string {
  return text.replaceAll(/(?<!\s)\s+(?=\[\s*mcp_servers|[\w-]+\s*=)/g, '\n');
}

function serversIn(text: string): Members | undefined {
  try {
    const servers = parse(text)[table];
    return isMembers(servers) ? servers : undefined;
  } catch {
    return undefined;
  }
}

/** With headers whose values come from the environment among the others. */
function said(entry: unknown): unknown {
  if (!isMembers(entry)) return entry;
  const { http_headers: written, env_http_headers: named, bearer_token_env_var: bearer } = entry;
  const fromEnvironment = Object.entries(isMembers(named) ? named : {}).map(
    ([header, variable]) => [header, `\${env:${String(variable)}}`] as const,
  );
  return {
    ...entry,
    http_headers: {
      ...(isMembers(written) && written),
      ...Object.fromEntries(fromEnvironment),
      ...(typeof bearer === 'string' && { Authorization: `Bearer \${env:${bearer}}` }),
    },
  };
}
