/** Counts what the sandbox did, by its log. */
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

const refusedRefresh = /^token refresh_token refused: (.*)$/;

export class SandboxFigures {
  tokenRequests = 0;
  refreshes = 0;
  reuses = 0;
  private readonly onRefusal: (words: string, isReuse: boolean) => void;

  /** @param onRefusal told of each refresh token that the server did not take. */
  constructor(onRefusal: (words: string, isReuse: boolean) => void) {
    this.onRefusal = onRefusal;
  }

  read(line: string): void {
    if (line.startsWith('authorization POST /token ')) this.tokenRequests += 1;
    if (line === 'token refresh_token granted') this.refreshes += 1;
    const [, words] = refusedRefresh.exec(line) ?? [];
    if (words === undefined) return;
    const isReuse = words.includes('already used');
    if (isReuse) this.reuses += 1;
    this.onRefusal(words, isReuse);
  }
}

/** How many requests a sandbox failed that fails every fifth. */
export function faultsStruck(sandbox: Sandbox): number {
  const notes = sandbox.faults.notesOf('flaky');
  return [...notes.values()].reduce<number>((sum, count) => sum + Math.floor(Number(count) / 5), 0);
}
