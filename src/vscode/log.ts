/** The output channel. */
import { window, type LogOutputChannel } from 'vscode';
import { logLine } from '../session/logLine.ts';
import type { Log } from '../session/ports.ts';

/** How many of its last lines are at hand for a bug report; a channel cannot be read back. */
const mostLines = 40;

export interface OpenLog {
  readonly log: Log;
  readonly channel: LogOutputChannel;
  readonly recent: () => readonly string[];
}

export function createLog(): OpenLog {
  const channel = window.createOutputChannel('MCP OAuth', { log: true });
  const lines: string[] = [];
  const write = (level: 'info' | 'error', line: string) => {
    channel[level](line);
    lines.push(`${new Date().toISOString()} ${level} ${line}`);
    if (lines.length > mostLines) lines.shift();
  };
  return {
    channel,
    recent: () => lines,
    log: {
      info: (event, fields = {}) => write('info', logLine(event, fields)),
      error: (event, fields, cause) => write('error', logLine(event, fields, cause)),
    },
  };
}
