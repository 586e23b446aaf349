// The tools of the MCP server: who am I, add a note, list my notes, and one that takes its time.
import type { AuthInfo } from '@modelcontextprotocol/server';
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

import { callerOf } from './caller.ts';
import type { Clock } from './clock.ts';
import type { Counts } from './counts.ts';
import type { Notebook } from './notes.ts';
import { resourceName } from './protectedResource.ts';
import { registerSlowCount } from './slowCount.ts';

const noteLengthLimit = 2_000;

/** What the servers of all connections share. */
export interface NotesGround {
  readonly notebook: Notebook;
  readonly counts: Counts;
  readonly clock: Clock;
}

/** An MCP server with all tools, for one connection or one request. */
export function createNoteServer({ notebook, counts, clock }: NotesGround): McpServer {
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
      outputSchema: z.object({
        account: z.string(),
        scopes: z.array(z.string()),
        secondsLeft: z.number().optional(),
      }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ http }) => {
      const auth = required(http?.authInfo);
      const { account } = callerOf(auth);
      const found = { account, scopes: auth.scopes };
      const who = `Signed in as ${account} with ${auth.scopes.join(' ')}`;
      if (auth.expiresAt === undefined) return { ...say(`${who}.`), structuredContent: found };
      const secondsLeft = Math.max(0, Math.round(auth.expiresAt - clock.now() / 1_000));
      return {
        ...say(`${who}; the token ends in ${secondsLeft} s.`),
        structuredContent: { ...found, secondsLeft },
      };
    },
  );

  server.registerTool(
    'add_note',
    {
      title: 'Add Note',
      description: 'Keeps a note for the account that signed in.',
      inputSchema: z.object({ text: z.string().min(1).max(noteLengthLimit).describe('The note') }),
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    },
    ({ text }, { http }) => {
      const count = notebook.add(callerOf(required(http?.authInfo)).key, text);
      return say(count === 1 ? 'Noted. It is the first note.' : `Noted. There are ${count} notes.`);
    },
  );

  server.registerTool(
    'list_notes',
    {
      title: 'List Notes',
      description: 'Lists the notes of the account that signed in, oldest first.',
      outputSchema: z.object({ notes: z.array(z.string()) }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ http }) => {
      const notes = [...notebook.list(callerOf(required(http?.authInfo)).key)];
      const text =
        notes.length === 0 ? 'No notes yet.' : notes.map((note, at) => `${at + 1}. ${note}`).join('\n');
      return { ...say(text), structuredContent: { notes } };
    },
  );

  registerSlowCount(server, counts, clock);
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
