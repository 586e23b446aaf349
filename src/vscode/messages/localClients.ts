/** What is asked and said when a sign-in is shared with another program. */
import { l10n } from 'vscode';

const { t } = l10n;

export const localClientMessages = {
  pickServer: () => t('Choose a server whose sign-in you want to share'),
  noServer: () => t('There is no server whose sign-in could be shared.'),
  pickClient: (server: string) => t('Choose who may use your sign-in to “{0}”', server),
  clientNames: {
    'claude-code': () => t('Claude Code'),
    codex: () => t('Codex'),
    opencode: () => t('opencode'),
    other: () => t('Another Program'),
  },
  namePrompt: () => t('What to call the program in the list of those you share with'),
  nameInvalid: () => t('Enter a name of up to 60 characters.'),
  thisComputer: () => t('on this computer'),
  remoteComputer: (remote: string) => t('on the remote computer of this window ({0})', remote),
  serverComputer: () => t('on the computer that runs this VS Code'),
  question: (client: string, server: string) => t('Share your sign-in to “{1}” with {0}?', client, server),
  detail: (server: string, where: string) =>
    t(
      'With its address, any program of yours {1} can use your sign-in to “{0}”, as long as VS Code runs. You can take the address back at any time, in the list of servers.',
      server,
      where,
    ),
  share: () => t('Share'),
  failed: (server: string) => t('The sign-in to “{0}” could not be shared. The log tells more.', server),
  showLog: () => t('Show Log'),

  pickWay: (client: string, server: string) => t('How is {0} to learn the address of “{1}”?', client, server),
  write: (file: string) => t('Write to {0}', file),
  writeDetail: () => t('The change is shown first.'),
  copyCommand: () => t('Copy Command'),
  copyAddress: () => t('Copy Address'),
  addressCopied: (client: string, server: string) =>
    t('Copied the address for {0}. Whoever knows it can use your sign-in to “{1}”.', client, server),
  commandCopied: (client: string, server: string) =>
    t(
      'Copied a command that tells {0} the address. Whoever knows it can use your sign-in to “{1}”.',
      client,
      server,
    ),

  changeTitle: (file: string) => t('{0}: now and with the change', file),
  putQuestion: (file: string) => t('Write this change to {0}?', file),
  dropQuestion: (file: string) => t('Take the entry out of {0}?', file),
  apply: () => t('Apply'),
  cancel: () => t('Cancel'),
  changedMeanwhile: (file: string) => t('{0} has changed in the meantime. Look at the change again.', file),
  written: (client: string, name: string) =>
    t('{0} finds the server as “{1}” when it starts next.', client, name),
  alreadyWritten: (file: string) => t('{0} has this entry already.', file),
  takenOut: (file: string) => t('The entry was taken out of {0}.', file),
  entryName: (name: string, file: string) =>
    t('{1} has another entry named “{0}”. Choose another name for this one.', name, file),
  entryNameInvalid: () => t('Begin with a letter, and use letters, digits, “-” and “_” alone.'),
  unreadable: (file: string, line: number) =>
    t('{0} cannot be read: line {1} is not as it should be. Nothing was written.', file, line),
  unfit: (file: string) =>
    t('{0} cannot be changed without touching what else is in it. Nothing was written.', file),
  fileFailed: (file: string) => t('{0} could not be read or written. The log tells more.', file),
  openFile: () => t('Open File'),

  pickShare: () => t('Choose what to stop sharing'),
  pickShareToCopy: () => t('Choose whose address to copy'),
  noShare: () => t('You share no sign-in with another program.'),
  stopped: (client: string, server: string) =>
    t('{0} can no longer use your sign-in to “{1}”.', client, server),
  stillWritten: (client: string, server: string, file: string) =>
    t('{0} can no longer use your sign-in to “{1}”. Its entry is still in {2}.', client, server, file),
  takeOut: () => t('Take It Out…'),
  notStopped: (client: string) =>
    t('{0} is cut off here, but this could not be kept. Try again, so that it stays so.', client),

  portTaken: (port: number) =>
    t(
      'Another program listens at port {0} of this computer, where the programs that you share sign-ins with expect MCP OAuth. They cannot be served there, and may have told it their addresses.',
      port,
    ),
  moveToAnother: () => t('Use Another Port'),
  moved: () =>
    t('The programs that you share sign-ins with have new addresses now. Tell them, in the list of servers.'),
  movedWritten: (count: number) =>
    count === 1
      ? t(
          'The programs that you share sign-ins with have new addresses now. One has the former in its configuration.',
        )
      : t(
          'The programs that you share sign-ins with have new addresses now. {0} have the former in their configuration.',
          count,
        ),
  rewrite: () => t('Change It…'),
  absent: (server: string) =>
    t(
      '“{0}” is not among the servers of the VS Code window that answers here, or has another address there.',
      server,
    ),
};
