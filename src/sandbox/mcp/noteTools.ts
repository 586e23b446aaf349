// The tools of the MCP server: who am I, add a note, list my notes.
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';

import type { Notebook } from './notes.ts';
import { resourceName } from './protectedResource.ts';
import { notesScopes } from '../authorization/scopes.ts';
import { accountOf } from './tokenCheck.ts';

const noteLengthLimit = 2_000;
const neededScopes: Readonly<Record<string, string>> = {
  add_note: notesScopes.write,
  list_notes: notesScopes.read,
};

const ToolCall = z.object({ method: z.literal('tools/call'), params: z.object({ name: z.string() }) });

/** The scopes that the tool calls in a JSON-RPC message, or a list of messages, need. */
export function scopesNeededBy(body: unknown): string[] {
  const needed = (Array.isArray(body) ? body : [body]).flatMap((message) => {
    const call = ToolCall.safeParse(message);
    return call.success ? (neededScopes[call.data.params.name] ?? []) : [];
  });
  return [...new Set(needed)];
}

/** An MCP server with the three tools, for one connection; the notebook is shared by all. */
export function createNoteServer(notebook: Notebook): McpServer {
  const server = new McpServer(
    { name: 'sandbox-notes', title: resourceName, version: '1.0.0' },
    {
      instructions:
        'Keeps short notes for the account that signed in. Everything is gone when the sandbox stops.',
    },
  );

  server.registerTool(
    'whoami',
    {
      title: 'Who Am I',
      description:
        'Tells the account that signed in, the scopes of its token and how long the token still lives.',
      outputSchema: { account: z.string(), scopes: z.array(z.string()), secondsLeft: z.number() },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ authInfo }) => {
      const auth = required(authInfo);
      const secondsLeft = Math.max(0, Math.round((auth.expiresAt ?? 0) - Date.now() / 1000));
      const found = { account: accountOf(auth), scopes: auth.scopes, secondsLeft };
      return {
        ...say(
          `Signed in as ${found.account} with ${found.scopes.join(' ')}; the token ends in ${secondsLeft} s.`,
        ),
        structuredContent: found,
      };
    },
  );

  server.registerTool(
    'add_note',
    {
      title: 'Add Note',
      description: 'Keeps a note for the account that signed in.',
      inputSchema: { text: z.string().min(1).max(noteLengthLimit).describe('The note') },
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    },
    ({ text }, { authInfo }) => {
      const count = notebook.add(accountOf(required(authInfo)), text);
      return say(count === 1 ? 'Noted. It is the first note.' : `Noted. There are ${count} notes.`);
    },
  );

  server.registerTool(
    'list_notes',
    {
      title: 'List Notes',
      description: 'Lists the notes of the account that signed in, oldest first.',
      outputSchema: { notes: z.array(z.string()) },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ authInfo }) => {
      const notes = [...notebook.list(accountOf(required(authInfo)))];
      const text =
        notes.length === 0 ? 'No notes yet.' : notes.map((note, at) => `${at + 1}. ${note}`).join('\n');
      return { ...say(text), structuredContent: { notes } };
    },
  );

  return server;
}

function say(text: string) {
  return { content: [{ type: 'text' as const, text }] };
}

/** Every request was checked before it came here; without an identity no tool may run. */
function required(auth: AuthInfo | undefined): AuthInfo {
  if (!auth) throw new Error('No one is signed in.');
  return auth;
}
