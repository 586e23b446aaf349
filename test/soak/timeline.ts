/** What happened in a run, line by line, kept for whoever has to find out why it failed. */
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Enough for what led to a finding, which ends the run. */
const mostLines = 200_000;

export class Timeline {
  private readonly startedAtMs = Date.now();
  private readonly lines: string[] = [];

  add(who: string, line: string): void {
    const seconds = ((Date.now() - this.startedAtMs) / 1_000).toFixed(3);
    this.lines.push(`${seconds.padStart(8)} ${who.padEnd(10)} ${line}`);
    if (this.lines.length > 2 * mostLines) this.lines.splice(0, mostLines);
  }

  /** Where it is kept now. */
  async save(): Promise<string> {
    const file = path.join(os.tmpdir(), `mcp-oauth-soak-${this.startedAtMs}.log`);
    await writeFile(file, `${this.lines.join('\n')}\n`, { mode: 0o600 });
    return file;
  }
}
