/** The output channel. */
import { window, type LogOutputChannel } from 'vscode';
import { logLine } from '../session/logLine.ts';
import type { Log } from '../session/ports.ts';

export function createLog(): { readonly log: Log; readonly channel: LogOutputChannel } {
  const channel = window.createOutputChannel('MCP OAuth', { log: true });
  return {
    channel,
    log: {
      info: (event, fields = {}) => channel.info(logLine(event, fields)),
      error: (event, fields, cause) => channel.error(logLine(event, fields, cause)),
    },
  };
}
