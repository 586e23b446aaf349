/** The output channel. Fields are written by name; what a field's name says is secret is never written. */
import { window, type LogOutputChannel } from 'vscode';
import type { Log } from '../session/ports.ts';

type Fields = Readonly<Record<string, string | number | undefined>>;

const secretNames = /token|secret|verifier|password|authorization|cookie|state|code$/i;

export function createLog(): { readonly log: Log; readonly channel: LogOutputChannel } {
  const channel = window.createOutputChannel('MCP OAuth', { log: true });
  return {
    channel,
    log: {
      info: (event, fields = {}) => channel.info(line(event, fields)),
      error: (event, fields, cause) => channel.error(line(event, { ...fields, cause: describe(cause) })),
    },
  };
}

function line(event: string, fields: Fields): string {
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${secretNames.test(name) ? '[hidden]' : JSON.stringify(value)}`);
  return [event, ...parts].join(' ');
}

/** Names and codes of a chain of causes with the place of the first; messages may quote what a server sent. */
function describe(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { code } = cause as { code?: unknown };
  const own = typeof code === 'string' ? `${cause.name} ${code}` : cause.name;
  const place = cause.stack
    ?.split('\n')
    .find((frame) => frame.startsWith('    at '))
    ?.trim();
  return [own, place, describe(cause.cause)].filter((part) => part !== undefined).join(' < ');
}
