/**
 * Loads what reads and edits files of servers when somebody needs it: the tree is looked at, such a file is opened, or a
 * command is given. Start-up reads none of them.
 */
import { workspace, type Disposable, type ExtensionContext, type TextDocument } from 'vscode';
import type { OpenFiles } from './configurationFiles.ts';
import type { SessionPorts } from './session/ports.ts';
import type { Sessions } from './session/sessions.ts';
import type { ConfiguredServers } from './vscode/configuredServers.ts';
import type { FoundServers } from './vscode/foundServers.ts';
import type { confirmChange } from './vscode/shownChange.ts';

export interface FilesParts {
  readonly sessions: Sessions;
  readonly configured: ConfiguredServers;
  readonly found: FoundServers;
  readonly ports: SessionPorts;
  /** Reads the settings again. */
  readonly follow: () => Promise<void>;
  /** Shows a change of a file and asks; other parts that are loaded later do so, too. */
  readonly confirm: typeof confirmChange;
}

const mayHoldServers = /\/\.?mcp\.json$/;

export class FilesOnDemand implements Disposable {
  private readonly context: ExtensionContext;
  private readonly parts: FilesParts;
  private readonly opening: Disposable;
  private opened: Promise<OpenFiles> | undefined;

  constructor(context: ExtensionContext, parts: FilesParts) {
    this.context = context;
    this.parts = parts;
    const look = ({ uri }: TextDocument) => {
      if (mayHoldServers.test(uri.path)) this.look();
    };
    this.opening = workspace.onDidOpenTextDocument(look);
    for (const document of workspace.textDocuments) look(document);
  }

  open(): Promise<OpenFiles> {
    this.opened ??= this.load();
    return this.opened;
  }

  /** Reads the files for who is looking at what they hold. */
  look(): void {
    this.open()
      .then((files) => files.read())
      .catch((thrown: unknown) => this.parts.ports.log.error('server_files_not_opened', {}, thrown));
  }

  private async load(): Promise<OpenFiles> {
    try {
      const { openFiles } = await import('./configurationFiles.ts');
      return openFiles(this.context, this.parts);
    } catch (thrown) {
      // The next who asks tries again.
      this.opened = undefined;
      throw thrown;
    }
  }

  dispose(): void {
    this.opening.dispose();
    void this.opened?.then(
      (files) => files.dispose(),
      () => undefined,
    );
  }
}
