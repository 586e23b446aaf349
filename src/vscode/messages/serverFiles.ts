/** What is asked and told when servers are added, taken over from a file, given back and removed. */
import { l10n } from 'vscode';
import type { EditRefusal } from '../../servers/fileEdits.ts';
import type { SnippetRefusal } from '../../servers/snippet.ts';
import type { Source } from '../../servers/source.ts';
import { folderName } from './servers.ts';

const { t } = l10n;

export function sourceWords(source: Source): string {
  switch (source.scope) {
    case 'user':
      return t('your user settings');
    case 'workspace':
      return t('the settings of this workspace');
    case 'folder':
      return t('the settings of the folder “{0}”', folderName(source.folder));
  }
}

export const fileMessages = {
  unsaved: (file: string) => t('{0} has changes that are not saved.', file),
  unsavedDetail: () => t('They have to be saved before the file can be edited.'),
  save: () => t('Save and Go On'),
  changedMeanwhile: (file: string) =>
    t('{0} has changed since it was shown. This is what it looks like now.', file),
  refused: (file: string, refusal: EditRefusal) => `${file}: ${refusals[refusal]()}`,
};

const refusals: Record<EditRefusal, () => string> = {
  unreadable: () => t('the file has mistakes and was left as it is. Correct them first.'),
  not_object: () => t('the servers do not stand in an object, so that the file was left as it is.'),
  absent: () => t('the entry is not there any more.'),
  present: () => t('an entry of this name is there already.'),
  repeated: () => t('the name stands there more than once, so that the file was left as it is.'),
};

export const takeOverMessages = {
  pick: () => t('Choose the server to manage with MCP OAuth'),
  none: () => t('No server was found that is not managed yet.'),
  name: (name: string) => t('There is a server named “{0}” already. What shall this one be called?', name),
  nameTitle: () => t('Manage with MCP OAuth'),
  title: (file: string) => t('{0}: with and without the entry', file),
  question: (name: string, file: string) => t('Move “{0}” from {1} to MCP OAuth?', name, file),
  detail: (source: Source, entry: string, inputs: readonly string[], isShared: boolean) =>
    [
      t('{0} will have:', capital(sourceWords(source))),
      entry,
      ...(inputs.length === 0
        ? []
        : [t('and the inputs {0}, whose values you are asked for again.', inputs.join(', '))]),
      ...(isShared
        ? [
            t(
              'Such a file is often shared with a team, and read by other programs: for them the server is gone, too.',
            ),
          ]
        : []),
      t('The change of the file is shown in the editor. “Give Back to mcp.json” undoes it.'),
    ].join('\n\n'),
  apply: () => t('Apply'),
  cancel: () => t('Cancel'),
  done: (name: string) => t('“{0}” is managed by MCP OAuth now.', name),
};

export const giveBackMessages = {
  pick: () => t('Choose the server to give back'),
  none: () => t('No server of this window was taken over from a file.'),
  title: (file: string) => t('{0}: without and with the entry', file),
  question: (name: string, file: string) => t('Give “{0}” back to {1}?', name, file),
  detail: (source: Source) =>
    t(
      'Its entry is removed from {0}; what you changed of it there is not carried over. The change of the file is shown in the editor. The sign-in is kept until you forget the server.',
      sourceWords(source),
    ),
  done: (name: string, file: string) =>
    t('“{0}” is in {1} again, and VS Code signs in to it by itself.', name, file),
};

export const removalMessages = {
  pick: () => t('Choose the server to remove from the settings'),
  none: () => t('There are no MCP servers in the settings.'),
  question: (name: string) => t('Remove “{0}”?', name),
  detail: (place: string) => t('Its entry is removed from {0}.', place),
  isSignedIn: () =>
    t(
      'You are signed in to it. Removed alone, the sign-in stays on this computer and is used again with the same entry.',
    ),
  isShared: () => t('Programs that you share its sign-in with cannot use it any more.'),
  remove: () => t('Remove'),
  forgetAndRemove: () => t('Sign Out and Remove'),
  done: (name: string) => t('“{0}” was removed.', name),
};

export const addServerMessages = {
  title: () => t('Add MCP Server'),
  pickKind: () => t('Add a server by its address, or manage one that was found'),
  paste: () => t('Paste an Address or a JSON Snippet'),
  pasteDetail: () => t('An address, or what a server tells you to put into the configuration of any client'),
  manage: (file: string) => t('manage with MCP OAuth, in {0}', file),
  urlPrompt: () => t('Address of the MCP endpoint, or a configuration as JSON'),
  refused: (refusal: SnippetRefusal) => snippetRefusals[refusal](),
  pickEntries: () => t('Choose the servers to add'),
  namePrompt: (url: string) => t('A name for the server at {0}', url),
  nameInvalid: () => t('Enter a name of up to 100 characters.'),
  nameTaken: (name: string) => t('There is a server named “{0}” already.', name),
  headerQuestion: (name: string) =>
    t('“{0}” brings an Authorization header, which is sent in place of a sign-in', name),
  signInInstead: () => t('Sign In Instead'),
  signInInsteadDetail: () => t('Without the header'),
  keepHeader: () => t('Keep Header'),
  keepHeaderDetail: () => t('It is written to your settings as it is, readable for whoever can read those'),
  pickScope: () => t('Where shall it be kept?'),
  userScope: () => t('User Settings'),
  userScopeDetail: () => t('For you, in every workspace'),
  workspaceScope: () => t('Workspace Settings'),
  folderScope: (folder: string) => t('Settings of the Folder “{0}”', folder),
  workspaceScopeDetail: () => t('For everybody who opens it'),
  added: (names: readonly string[]) =>
    names.length === 1
      ? t('“{0}” was added.', names[0] ?? '')
      : t('Servers were added: {0}.', names.join(', ')),
  enterValues: () => t('Enter Value…'),
};

const snippetRefusals: Record<SnippetRefusal, () => string> = {
  empty: () => t('Enter an https address, or an http address on this computer.'),
  url: () => t('Enter an https address, or an http address on this computer.'),
  unreadable: () => t('Enter an https address, or an http address on this computer. JSON has to be whole.'),
  too_large: () => t('This is too long.'),
  local: () => t('This server is started by a command on this computer: there is nothing to sign in to.'),
  headers: () => t('The headers have to be names with texts of one line.'),
};

export const inputMessages = {
  pick: () => t('Choose the server that needs a value'),
  none: () => t('No server needs a value.'),
  title: (server: string) => t('Value for “{0}”', server),
  empty: () => t('Enter a value.'),
  stored: (server: string) => t('What you entered for “{0}” is kept in the secret storage.', server),
};

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
