/** Stands in for an editor that is made from VS Code and has no part for MCP servers. */

export class Disposable {
  readonly dispose: () => void;
  constructor(dispose: () => void) {
    this.dispose = dispose;
  }
}

export class EventEmitter {
  constructor() {
    throw new Error('Nothing is followed where nobody is told.');
  }
}

export const Uri = {};
export const commands = {};
export const window = {};
export const l10n = { t: (message: string) => message };
