/** Loads what shares sign-ins with other programs, where a share is on record or somebody asks for one. */
import type { ExtensionContext } from 'vscode';
import type { SharedParts, SharedWithOthers } from './localClients.ts';
import { sharePrefix } from './session/shareRecords.ts';
import type { LocalClients } from './vscode/localClients.ts';

export class Sharing {
  private readonly context: ExtensionContext;
  private readonly parts: SharedParts;
  private readonly stop: () => void;
  private opened: Promise<SharedWithOthers> | undefined;
  private isDisposed = false;

  constructor(context: ExtensionContext, parts: SharedParts) {
    this.context = context;
    this.parts = parts;
    const { store, log } = parts.ports;
    this.stop = store.onDidChange((key) => {
      if (key.startsWith(sharePrefix)) this.openQuietly();
    });
    store.keys().then(
      (keys) => {
        if (keys.some((key) => key.startsWith(sharePrefix))) this.openQuietly();
      },
      (thrown: unknown) => log.error('shares_not_listed', {}, thrown),
    );
  }

  async clients(): Promise<LocalClients> {
    return (await this.open()).clients;
  }

  dispose(): void {
    this.isDisposed = true;
    this.stop();
    void this.opened?.then(
      (opened) => opened.dispose(),
      () => undefined,
    );
  }

  private open(): Promise<SharedWithOthers> {
    this.opened ??= this.load();
    return this.opened;
  }

  private async load(): Promise<SharedWithOthers> {
    try {
      const { openLocalClients } = await import('./localClients.ts');
      return await openLocalClients(this.context, this.parts);
    } catch (thrown) {
      // The next who asks tries again.
      this.opened = undefined;
      throw thrown;
    }
  }

  private openQuietly(): void {
    if (this.isDisposed) return;
    this.open().catch((thrown: unknown) => this.parts.ports.log.error('shares_not_opened', {}, thrown));
  }
}
