// Which scope each tool of the MCP server needs.
import * as z from 'zod';

import { notesScopes } from '../authorization/scopes.ts';
import type { Refusal } from './challenge.ts';
import type { ProtectedResource } from './protectedResource.ts';

const neededScopes = new Map<string, string>([
  ['add_note', notesScopes.write],
  ['list_notes', notesScopes.read],
]);

const ToolCall = z.object({ method: z.literal('tools/call'), params: z.object({ name: z.string() }) });

/** The names of the tools that a JSON-RPC message, or a list of messages, calls. */
export function toolsCalledBy(body: unknown): string[] {
  return (Array.isArray(body) ? body : [body]).flatMap((message) => {
    const call = ToolCall.safeParse(message);
    return call.success ? [call.data.params.name] : [];
  });
}

/** The scopes that the calls in a message need, of those that the resource has. */
export function scopesNeededBy(body: unknown, resource: ProtectedResource): string[] {
  const needed = toolsCalledBy(body).flatMap((name) => neededScopes.get(name) ?? []);
  // Where scopes of another kind are configured, nobody can hold those of the notes, and they are not asked for.
  return [...new Set(needed)].filter((scope) => resource.scopes.includes(scope));
}

/** The refusal of a message whose calls need more than was granted. */
export function findMissingScope(
  body: unknown,
  granted: readonly string[],
  resource: ProtectedResource,
): Refusal | undefined {
  const needed = scopesNeededBy(body, resource);
  const missing = needed.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return undefined;
  return {
    error: 'insufficient_scope',
    description: `The token lacks ${missing.join(' and ')}.`,
    scopes: needed,
  };
}
