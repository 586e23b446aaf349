/** What is asked and told about other extensions that want to use a sign-in. */
import { l10n } from 'vscode';

const { t } = l10n;

const manageCommand = () => t('“MCP OAuth: Manage Extension Access…”');

export const extensionAccessMessages = {
  question: (extension: string, server: string, account: string | undefined) =>
    account === undefined
      ? t('The extension “{0}” wants to sign in to the MCP server “{1}” as you.', extension, server)
      : t(
          'The extension “{0}” wants to use your sign-in to the MCP server “{1}” as {2}.',
          extension,
          server,
          account,
        ),
  detail: (extensionId: string, url: string) =>
    t(
      '{0} could do at {1} what you can do there, now and later, with any account that you use for it here. The command {2} takes that back.',
      extensionId,
      url,
      manageCommand(),
    ),
  allow: () => t('Allow'),
  deny: () => t('Deny'),
  notAllowed: (extension: string, server: string) =>
    t(
      '“{0}” may not use the sign-in to “{1}”. The command {2} can allow it.',
      extension,
      server,
      manageCommand(),
    ),
  unknownServer: () => t('No MCP server with this address is listed in MCP OAuth.'),
  unknownExtension: () => t('Whoever asks for a sign-in has to say which extension it is.'),
  tokenBound: (server: string) =>
    t(
      'Tokens of “{0}” are bound to a key of this editor and of no use elsewhere. An extension has to reach the server through the gateway.',
      server,
    ),
  gatewayNotOpened: (server: string) => t('The local address of “{0}” could not be opened.', server),
  pick: () => t('Choose which extensions may use which sign-ins'),
  nobody: () => t('No extension has asked to use a sign-in.'),
};
