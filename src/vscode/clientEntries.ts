/** Our entries in the configuration files of other clients, written and taken out as a person sees it: the change first. */
import { Uri, window } from 'vscode';
import type { ClientEdit, ConfiguredClient } from '../servers/clientEntry.ts';
import type { Log } from '../session/ports.ts';
import { localClientMessages as messages } from './messages/localClients.ts';
import { inLabel } from './plainText.ts';
import { confirmChange } from './shownChange.ts';

/** What edits the files; loaded with the first of them. */
export interface ClientFiles {
  locate(client: ConfiguredClient): Promise<string>;
  /** Undefined where there is none. */
  read(file: string): Promise<string | undefined>;
  /** False where the file says something else than `before` by now. */
  replace(file: string, before: string | undefined, after: string): Promise<boolean>;
  nameFor(server: string): string;
  isName(name: string): boolean;
  put(client: ConfiguredClient, text: string, name: string, address: string, former?: string): ClientEdit;
  drop(client: ConfiguredClient, text: string, name: string, address: string): ClientEdit;
}

/** Whose entry it is, and where it is to be or is. */
export interface EntryPlace {
  readonly client: ConfiguredClient;
  readonly file: string;
  readonly name: string;
}

type Outcome = Exclude<ClientEdit['kind'], 'changed'> | 'written' | 'declined' | 'failed';

export class ClientEntries {
  private readonly openFiles: () => Promise<ClientFiles>;
  private readonly log: Log;

  constructor(openFiles: () => Promise<ClientFiles>, log: Log) {
    this.openFiles = openFiles;
    this.log = log;
  }

  async locate(client: ConfiguredClient): Promise<string> {
    return (await this.openFiles()).locate(client);
  }

  async nameFor(server: string): Promise<string> {
    return (await this.openFiles()).nameFor(server);
  }

  /**
   * Writes the address under a name that is free there.
   * @param former an address of ours that the entry may have now.
   * @returns where it stands now; undefined where it does not.
   */
  async put(
    client: ConfiguredClient,
    server: string,
    address: string,
    known?: { readonly place: EntryPlace; readonly former: string },
  ): Promise<EntryPlace | undefined> {
    const files = await this.openFiles();
    const file = known?.place.file ?? (await files.locate(client));
    let name: string | undefined = known?.place.name ?? files.nameFor(server);
    while (name !== undefined) {
      const own = name;
      const outcome = await this.change(file, messages.putQuestion(file), (text) =>
        files.put(client, text, own, address, known?.former),
      );
      if (outcome === 'written') {
        void window.showInformationMessage(messages.written(messages.clientNames[client](), own));
      }
      if (outcome === 'unchanged') void window.showInformationMessage(messages.alreadyWritten(file));
      if (outcome === 'written' || outcome === 'unchanged') return { client, file, name: own };
      if (outcome !== 'taken') return undefined;
      name = await askName(files, own, file);
    }
    return undefined;
  }

  /** Whether the entry still has the address. */
  async has({ client, file, name }: EntryPlace, address: string): Promise<boolean> {
    const files = await this.openFiles();
    try {
      return files.drop(client, (await files.read(file)) ?? '', name, address).kind !== 'unchanged';
    } catch (thrown) {
      this.log.error('client_file_failed', { client }, thrown);
      return false;
    }
  }

  async drop({ client, file, name }: EntryPlace, address: string): Promise<void> {
    const files = await this.openFiles();
    const outcome = await this.change(file, messages.dropQuestion(file), (text) =>
      files.drop(client, text, name, address),
    );
    if (outcome === 'written') void window.showInformationMessage(messages.takenOut(file));
  }

  /** Shows the change again where the file was another one by the time that it was to be written. */
  private async change(file: string, question: string, edit: (text: string) => ClientEdit): Promise<Outcome> {
    const files = await this.openFiles();
    try {
      for (;;) {
        const before = await files.read(file);
        const edited = edit(before ?? '');
        if (edited.kind !== 'changed') {
          tellUnchanged(file, edited);
          return edited.kind;
        }
        const isWanted = await confirmChange({
          file,
          before: before ?? '',
          after: edited.text,
          title: messages.changeTitle(file),
          question,
          apply: messages.apply(),
          cancel: messages.cancel(),
        });
        if (!isWanted) return 'declined';
        if (await files.replace(file, before, edited.text)) return 'written';
        void window.showWarningMessage(messages.changedMeanwhile(file));
      }
    } catch (thrown) {
      this.log.error('client_file_failed', {}, thrown);
      void window.showErrorMessage(messages.fileFailed(file));
      return 'failed';
    }
  }
}

function tellUnchanged(file: string, edit: ClientEdit): void {
  if (edit.kind !== 'unreadable' && edit.kind !== 'unfit') return;
  const sentence = edit.kind === 'unfit' ? messages.unfit(file) : messages.unreadable(file, edit.line);
  const line = edit.kind === 'unreadable' ? edit.line - 1 : 0;
  const open = messages.openFile();
  void window.showErrorMessage(sentence, open).then(async (choice) => {
    if (choice !== open) return;
    const editor = await window.showTextDocument(Uri.file(file));
    editor.revealRange(editor.document.lineAt(Math.min(line, editor.document.lineCount - 1)).range);
  });
}

function askName(files: ClientFiles, taken: string, file: string): Thenable<string | undefined> {
  return window.showInputBox({
    prompt: messages.entryName(inLabel(taken), inLabel(file)),
    value: `${taken}-2`,
    ignoreFocusOut: true,
    validateInput: (name) => (files.isName(name) ? undefined : messages.entryNameInvalid()),
  });
}
